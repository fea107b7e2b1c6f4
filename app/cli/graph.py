"""Commands for files of interactions and cascades: no store, no settings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import forecasts, slices
from app.cli.options import Options

if TYPE_CHECKING:
    from graph.files import Interactions

graph = typer.Typer(
    name="graph",
    help="Influence: who, with whom, how far; from a file of interactions, or from the store.",
    no_args_is_help=True,
)

File = Annotated[
    Path,
    typer.Argument(
        help="CSV or Parquet: source (who acts), target (whose words), and if known time, "
        "kind, weight. Influence flows from target to source.",
    ),
]
HalfLife = Annotated[
    float | None,
    typer.Option(min=0.001, help="Days after which an act counts half; else all count alike."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help=".csv, .jsonl or .parquet")]


class ChancesOption(StrEnum):
    """Where probabilities come from."""

    SHARES = "shares"
    WEIGHTS = "weights"


Chances = Annotated[
    ChancesOption,
    typer.Option(help="Probabilities: each person's shares of acts, or the weights as they are."),
]


Cascades = Annotated[
    Path | None,
    typer.Option(help="Cascades that happened: probabilities, and credit, are learned from them."),
]


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (rank, seeds, forecasts.forecast):
        graph.command()(command)
    slices.register(graph)
    cli.add_typer(graph)


def rank(
    context: typer.Context,
    interactions: File,
    measure: Annotated[str, typer.Option(help="reach, pagerank, degree, …")] = "reach",
    top: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    around: Annotated[
        list[str] | None, typer.Option(help="For personalised: near whom; may be repeated.")
    ] = None,
    cascades: Cascades = None,
    half_life: HalfLife = None,
    chances: Chances = ChancesOption.SHARES,
    output: Output = None,
) -> None:
    """Rank everyone in a file by a measure."""
    from app.cli.terminal import out, say_json, say_table
    from app.standings import RankTask, ranked, write_rows

    options: Options = context.obj
    read = _read(options, interactions)
    task = RankTask(measure, tuple(around or ()), half_life, chances.value, cascades)
    rows = ranked(read, task)
    if output is not None:
        written = write_rows(list(rows)[:top], output)
        if options.json:
            say_json({"measure": measure, "file": str(output), "rows": written})
        else:
            out.print(f"{written:,} people → {output}", highlight=False)
    elif options.json:
        say_json({"measure": measure, "ranking": list(rows)[:top]})
    else:
        first = list(rows)[: top or 20]
        columns = ("rank", "id", "value", "low", "high")
        cells = [
            (row["rank"], row["id"], *(f"{row[name]:,.6g}" for name in columns[2:]))
            for row in first
        ]
        say_table(f"{measure} of {read.people:,} people", columns, cells)


def seeds(
    context: typer.Context,
    interactions: File,
    count: Annotated[int, typer.Option("--count", "-k", min=1, help="How many to choose.")] = 10,
    epsilon: Annotated[
        float, typer.Option(min=0.001, max=0.6, help="How far from the best that can be promised.")
    ] = 0.1,
    runs: Annotated[int, typer.Option(min=100, help="Simulated cascades to judge by.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="The start of the random draws.")] = 20_260,
    half_life: HalfLife = None,
    chances: Chances = ChancesOption.SHARES,
    cascades: Cascades = None,
) -> None:
    """Choose those who together set most people in motion, beside the naive pick."""
    from app.cli.terminal import out, say_json, say_table
    from app.standings import SeedsTask, seeded

    options: Options = context.obj
    read = _read(options, interactions)
    task = SeedsTask(count, epsilon, runs, seed, half_life, chances.value, cascades)
    found = seeded(read, task)
    if options.json:
        say_json(found)
        return
    pairs = zip(found["seeds"], found["naive"], strict=True)
    rows = [(place, *pair) for place, pair in enumerate(pairs, start=1)]
    say_table(f"{found['count']} of {found['people']:,} people", ("", "together", "naive"), rows)
    for name, kept in (("together", "spread"), ("naive", "naive_spread")):
        one = found[kept]
        text = f"{name}: {one['mean']:,.1f} people ({one['low']:,.1f}–{one['high']:,.1f})"
        out.print(text, highlight=False)
    out.print(f"at least {found['at_least']:.0%} of the best possible", highlight=False)


def _read(options: Options, path: Path) -> Interactions:
    from app.cli.terminal import watching
    from graph.files import read_interactions

    with watching(quiet=options.json) as progress:
        return read_interactions(path, lambda rows: progress("read", rows))
