"""The queue in the terminal: what to mend next, and what was chosen for today."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.picks import Pick
    from domain.experiences import Experience


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
    top: Annotated[int, typer.Option(min=1, max=10_000, help="Show so many.")] = 25,
) -> None:
    """What to mend next; with a mark, what to handle today, and what that averts."""
    from app.cli.terminal import say_json
    from app.picks import of_today, todays

    options: Options = context.obj
    with options.app(changes=False) as app, app.store.reading() as unit:
        picked = todays(unit)
        found = (
            of_today(unit, brand, stage)[:top]
            if today
            else unit.experiences.queue(brand=brand, stage=stage, limit=top)
        )
    rows = [_row(one, picked) for one in found]
    if options.json:
        say_json({"today": asdict(picked) if picked else None, "queue": rows})
    else:
        _show(rows, picked)


def _row(one: Experience, picked: Pick | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "today": picked is not None and one.id in picked.ids,
        "priority": one.priority.value,
        "brand": one.brand,
        "stage": one.stage,
        "severity": one.severity,
        "so_far": one.reach.so_far,
        "to_come": one.reach.to_come,
        "last_told_at": one.last_told_at.isoformat(),
    }


def _show(rows: list[dict[str, Any]], picked: Pick | None) -> None:
    from app.cli.terminal import out, say_table

    columns = ("", "id", "priority", "brand", "stage", "severity", "so far", "to come", "told")
    cells = [
        (
            "today" if row["today"] else "", row["id"], f"{row['priority']:.2f}", row["brand"],
            row["stage"], f"{row['severity']:.2f}", row["so_far"], f"{row['to_come']:.1f}",
            row["last_told_at"][:16],
        )
        for row in rows
    ]  # fmt: skip
    say_table("What to mend next", columns, cells)
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
