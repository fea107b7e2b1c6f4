"""The command that forecasts cascades from a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Options
from domain.posts import Rejected

_SHOWN = 3
"""So many of the cascades refused are shown with the reason."""


def forecast(
    context: typer.Context,
    cascades: Annotated[Path, typer.Argument(help="Cascades: CSV (cascade, user, time) or lines.")],
    at: Annotated[str, typer.Option(help="Ages to forecast at, as 10m,1h,6h.")] = "1h",
    train: Annotated[
        Path | None,
        typer.Option(help="Finished cascades to learn from; else those earlier in the file."),
    ] = None,
) -> None:
    """Forecast how far each cascade will still go, as it stood at given ages."""
    from app.cli.terminal import out, say_json, watching
    from app.foretelling import Foretold, foretell
    from domain.errors import UsageError
    from domain.windows import duration

    options: Options = context.obj
    try:
        ages = [duration(one).total_seconds() for one in at.split(",")]
    except ValueError as error:
        raise UsageError(str(error), where="--at") from error
    refused, foretold = list[Rejected](), 0
    if not options.json:
        out.print("cascade  age      so far  to come   total  80 % interval", highlight=False)
    with watching(quiet=options.json) as progress:
        for one in foretell(cascades, train, ages, progress):
            if not isinstance(one, Foretold):
                refused.append(one)
                continue
            foretold += 1
            if options.json:
                say_json(one.row())
            else:
                out.print(_line(one), highlight=False)
    _tell(refused)
    if not foretold:
        raise UsageError(
            "the file holds no cascade that could be read",
            where=str(cascades),
            todo="give columns cascade, user, time, or a line 'user,time user,time ...' for each",
        )


def _tell(refused: Sequence[Rejected]) -> None:
    """The first ones refused with their reasons, and how many there were."""
    from app.cli.terminal import err

    for one in refused[:_SHOWN]:
        err.print(f"{one.where}: {one.detail}", highlight=False)
    if refused:
        err.print(f"{len(refused):,} cascades could not be read and were left out", highlight=False)


def _line(one: object) -> str:
    from app.foretelling import Foretold

    assert isinstance(one, Foretold)
    minutes = one.age_seconds / 60
    return (
        f"{one.cascade:<8} {minutes:>6,.0f} m {one.so_far:>6,} {one.to_come:>8,.0f} "
        f"{one.total:>7,.0f}  {one.low:,.0f}–{one.high:,.0f}"
    )
