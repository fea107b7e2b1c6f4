"""The queue in the terminal: what to mend next, what was answered, what was chosen for today."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from app.application import App
    from app.picks import Pick
    from domain.experiences import Experience
    from storage.unit import Unit


def register(cli: typer.Typer) -> None:
    """Add this command to the command line."""
    cli.command()(queue)


def queue(
    context: typer.Context,
    brand: Annotated[str | None, typer.Option(help="Only this brand's, by its id.")] = None,
    stage: Annotated[str | None, typer.Option(help="Only those at this stage.")] = None,
    today: Annotated[
        bool, typer.Option("--today", help="Only what was chosen for today, in that order.")
    ] = False,
    unanswered: Annotated[
        bool, typer.Option("--unanswered", help="Only what the brand has not answered.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Show so many.")] = 25,
) -> None:
    """What to mend next: what to handle today, what was answered, and what today's set averts."""
    from app.cli.terminal import say_json
    from app.picks import of_today, todays

    options: Options = context.obj
    with options.app(changes=False) as app, app.store.reading() as unit:
        _known(app, brand, stage)
        picked = todays(unit)
        found = (
            of_today(unit, brand, stage)[:top]
            if today
            else unit.experiences.queue(brand=brand, stage=stage, limit=top, unanswered=unanswered)
        )
        rows = _rows(unit, found, picked)
        now = app.clock()
    if options.json:
        said = [row | {"last_told_at": row["last_told_at"].isoformat()} for row in rows]
        say_json({"today": asdict(picked) if picked else None, "queue": said})
    else:
        _show(rows, now)
        _compare(picked)


def _known(app: App, brand: str | None, stage: str | None) -> None:
    """Complain of a name that the settings do not have, rather than show nothing."""
    from domain.errors import UsageError
    from domain.experiences import UNSORTED

    brands = [one.id for one in app.brands if one.own]
    stages = [*(one.id for one in app.stages), UNSORTED]
    for what, given, known in (("own brand", brand, brands), ("stage", stage, stages)):
        if given is not None and given not in known:
            raise UsageError(f"no {what} is called {given}", todo=f"one of {', '.join(known)}")


def _rows(unit: Unit, found: Sequence[Experience], picked: Pick | None) -> list[dict[str, Any]]:
    from app.telling import telling_posts
    from app.templating import excerpt
    from app.voices import answered_by

    names, told = answered_by(unit, found), telling_posts(unit, found)
    chosen = picked.ids if picked else ()
    return [
        {
            "id": one.id,
            "today": one.id in chosen,
            "priority": one.priority.value,
            "brand": one.brand,
            "stage": one.stage,
            "severity": one.severity,
            "so_far": one.reach.so_far,
            "to_come": one.reach.to_come,
            "last_told_at": one.last_told_at,
            "answered_at": one.answer.at if one.answer else None,
            "answered_by": names.get(one.id),
            "said": excerpt(told[one.id]) if one.id in told else "",
        }
        for one in found
    ]


def _show(rows: list[dict[str, Any]], now: datetime) -> None:
    from app.cli.terminal import out, say_table

    if not rows:
        out.print("Nothing waits here: boca crawl, boca analyse and boca measure fill the queue.")
        return
    columns = (
        "", "id", "priority", "brand", "stage", "severity", "so far", "to come", "told", "by",
        "said",
    )  # fmt: skip
    cells = [
        (
            _state(row), row["id"], f"{row['priority']:.2f}", row["brand"], row["stage"],
            f"{row['severity']:.2f}", row["so_far"], f"{row['to_come']:.1f}",
            _ago(now - row["last_told_at"]), row["answered_by"] or "", row["said"],
        )
        for row in rows
    ]  # fmt: skip
    spare = ("by", "brand", "so far", "severity", "to come")
    say_table("What to mend next", columns, cells, spare, brief="said")


def _state(row: dict[str, Any]) -> str:
    return "answered" if row["answered_at"] else "today" if row["today"] else ""


def _ago(passed: timedelta) -> str:
    hours = passed.total_seconds() / 3600
    return f"{hours:.0f} h ago" if hours < 48 else f"{hours / 24:.0f} d ago"


def _compare(picked: Pick | None) -> None:
    from app.cli.terminal import out

    if picked is None:
        return
    for name, harm, people in (
        (f"today's {len(picked.ids)}", picked.harm, picked.people),
        (f"the {len(picked.naive)} that avert most alone", picked.naive_harm, picked.naive_people),
    ):
        text = f"{name}: harm averted {harm[0]:,.1f} ({harm[1]:,.1f}–{harm[2]:,.1f})"
        out.print(f"{text}, {people[0]:,.1f} people, each counted once", highlight=False)
    more = picked.harm[0] - picked.naive_harm[0]
    out.print(
        f"difference {more:+,.1f}; at least {picked.at_least:.0%} of the best set of these "
        f"{picked.among} is proven",
        highlight=False,
    )
