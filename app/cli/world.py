"""A world to try Boca on: make a simulated town, and score what Boca made of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Options

Out = Annotated[Path, typer.Option("--out", "-o", help="The folder to write the town to.")]


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    cli.command()(simulate)


def simulate(
    context: typer.Context,
    out: Out = Path("var/town"),
    customers: Annotated[int, typer.Option(min=10, help="How many customers live there.")] = 400,
    days: Annotated[int, typer.Option(min=7, help="How many days of their talk.")] = 90,
    seed: Annotated[int, typer.Option(help="The same seed makes the same town.")] = 1,
    force: Annotated[bool, typer.Option("--force", help="Replace a town that is there.")] = False,
    if_missing: Annotated[
        bool, typer.Option("--if-missing", help="Leave a town that is there alone.")
    ] = False,
    score: Annotated[
        bool, typer.Option("--score", help="Score the store against the town's truth.")
    ] = False,
) -> None:
    """Make a town with a known truth, or score Boca's estimates against it."""
    options: Options = context.obj
    if score:
        _score(options, out)
        return
    if (out / "posts").exists() and not force:
        if not if_missing:
            _refuse(out)
        return
    _make(options, out, customers, days, seed, options.clock())


def _refuse(out: Path) -> None:
    from domain.errors import UsageError

    todo = "add --force to replace it, or name another folder with --out"
    raise UsageError("a town lives there already", where=str(out), todo=todo)


def _make(options: Options, out: Path, customers: int, days: int, seed: int, now: datetime) -> None:
    from app.cli.terminal import err, say_json
    from app.cli.terminal import out as terminal
    from app.simulation.files import write_town
    from app.simulation.settings import TownSettings
    from app.simulation.town import build_town

    settings = TownSettings(seed=seed, customers=customers, days=days, ends_at=now)
    with err.status(f"building a town of {customers:,} customers …"):
        files = write_town(build_town(settings), out)
    if options.json:
        say_json({"posts": str(files.posts), "truth": str(files.truth)})
    else:
        terminal.print(f"a town of {customers:,} customers → {files.posts}", highlight=False)


def _score(options: Options, town: Path) -> None:
    from app.cli.terminal import say_json, say_table
    from app.simulation.estimates import estimates
    from app.simulation.scoring import score
    from app.simulation.truth import read_truth

    with options.app(changes=False) as app:
        scores = score(read_truth(town / "truth"), estimates(app))
    if options.json:
        say_json([one._asdict() for one in scores.scores])
    else:
        columns = ("measure", "among", "value", "counted")
        say_table("Boca against the town's truth", columns, scores.table())
