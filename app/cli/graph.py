"""Commands for files of interactions and cascades: no store, no settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import forecasts, slices
from app.cli.options import Options

if TYPE_CHECKING:
    from app.application import Progress
    from app.standings import Row
    from graph.files import Interactions

_SHOWN, _TOLD = 20, 10_000
"""Rows in the terminal where no --top is given; rows between two words of progress."""

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


class MeasureOption(StrEnum):
    """What can be ranked by: the names of ``graph.ranking.MEASURES``, known without loading it."""

    REACH = "reach"
    PAGERANK = "pagerank"
    PERSONALISED = "personalised"
    CREDIT = "credit"
    CREDIT_EACH = "credit-each"
    CREDIT_TOTAL = "credit-total"
    VOUCHED = "vouched"
    DEGREE = "degree"
    ACTS = "acts"
    FOLLOWERS = "followers"
    H_INDEX = "h-index"
    BETWEENNESS = "betweenness"
    K_CORE = "k-core"
    BROKERAGE = "brokerage"
    VENDOR_REACH = "vendor-reach"
    VENDOR_SCORE = "vendor-score"


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
    measure: Annotated[MeasureOption, typer.Option(help="What to rank by.")] = MeasureOption.REACH,
    top: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    around: Annotated[
        list[str] | None, typer.Option(help="For personalised: near whom; may be repeated.")
    ] = None,
    platform: Annotated[
        str | None, typer.Option(help="For vendor-reach: whose factor (x, instagram, …).")
    ] = None,
    cascades: Cascades = None,
    half_life: HalfLife = None,
    chances: Chances = ChancesOption.SHARES,
    output: Output = None,
) -> None:
    """Rank everyone in a file by a measure."""
    from app.cli.terminal import out, say_json, say_table
    from app.standings import SCHEMA, RankTask, ranked, writer_to

    options: Options = context.obj
    shown = top if output or options.json else top or _SHOWN
    near = tuple(around or ())
    task = RankTask(measure.value, near, half_life, chances.value, cascades, platform, shown)
    write = writer_to(output) if output else None
    with _reading(options, interactions) as (read, progress):
        progress("rank", 0)
        rows = _counted(ranked(read, task), progress)
        written, found = (write(rows), []) if write else (0, list(rows))
    if options.json:
        told = {"file": str(output), "rows": written} if output else {"ranking": found}
        say_json({"measure": measure.value, **told})
    elif output:
        out.print(f"{written:,} people → {output}", highlight=False)
    else:
        cells = [
            (row["rank"], row["id"], *(f"{row[n]:,.6g}" for n in SCHEMA.names[2:])) for row in found
        ]
        say_table(f"{measure.value} of {read.people:,} people", SCHEMA.names, cells)


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
    task = SeedsTask(count, epsilon, runs, seed, half_life, chances.value, cascades)
    with _reading(options, interactions) as (read, progress):
        progress("choose", 0)
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


@contextmanager
def _reading(options: Options, path: Path) -> Iterator[tuple[Interactions, Progress]]:
    """The file, and a display of progress that stays for what is done with it."""
    from app.cli.terminal import watching
    from graph.files import read_interactions

    with watching(quiet=options.json) as progress:
        yield read_interactions(path, lambda rows: progress("read", rows)), progress


def _counted(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    """The same rows, told of as they go by."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % _TOLD == 0:
            progress("rank", number)
