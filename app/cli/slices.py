"""Commands for analysts on the store: around somebody, between two, slices, who is who."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options
from domain.influence import InteractionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.application import App
    from graph.actions import ActionLog
    from storage.unit import Unit

Who = Annotated[str, typer.Argument(help="An author: the id, a handle, or source:account.")]
Days = Annotated[int | None, typer.Option(min=1, help="Only the last so many days.")]
Stage = Annotated[str | None, typer.Option(help="Only acts on posts that tell of this stage.")]
Topic = Annotated[int | None, typer.Option(help="Only acts on posts of this topic.")]
Brand = Annotated[str | None, typer.Option(help="Only acts on posts that name this brand.")]
Home = Annotated[int | None, typer.Option("--community", help="Only acts within this community.")]
Kinds = Annotated[list[InteractionKind] | None, typer.Option("--kind", help="Only such acts.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help=".graphml, .gexf or .parquet")]
Top = Annotated[int, typer.Option(min=1, help="Show so many.")]


def register(graph: typer.Typer) -> None:
    """Add these commands to those of graphs."""
    for command in (ego, path, communities, adopters, advocates, readers):
        graph.command()(command)
    graph.command("slice")(slice_)


@contextmanager
def _reading(options: Options) -> Iterator[tuple[App, Unit]]:
    with options.app(changes=False) as app, app.store.reading() as unit:
        yield app, unit


def ego(
    context: typer.Context,
    author: Who,
    depth: Annotated[int, typer.Option(min=1, max=6, help="So many acts away.")] = 1,
    days: Days = None,
    output: Output = None,
    top: Top = 20,
) -> None:
    """Those around an author, either way, who carry furthest first; the network with -o."""
    from app.slicing import Choice, author_named, chosen, described
    from graph.slices import ego as around

    options: Options = context.obj
    with _reading(options) as (app, unit):
        log = chosen(unit, Choice(_window(app, days)))
        found = around(log, author_named(unit, author), depth).tolist()
        if output is not None:
            _write(options, app, log.among(found), output)
        else:
            _say(options, f"{len(found):,} people", described(unit, found), top)


def path(context: typer.Context, source: Who, target: Who, days: Days = None) -> None:
    """The likeliest way by which one author's words set another in motion."""
    from app.cli.terminal import out, say_json
    from app.slicing import Choice, author_named, chosen
    from graph.slices import path as way

    options: Options = context.obj
    with _reading(options) as (app, unit):
        ends = author_named(unit, source), author_named(unit, target)
        now = app.clock().timestamp()
        log = chosen(unit, Choice(_window(app, days)))
        found = way(log, *ends, app.settings.graph.half_life_days, now)
        known = unit.authors.get_many(found.author_ids if found else ())
    names = [known[one].name or str(one) for one in found.author_ids] if found else []
    if options.json:
        say_json(asdict(found) | {"names": names} if found else None)
    elif found:
        out.print(f"{' → '.join(names)}  ({found.probability:.2%})", highlight=False, markup=False)
    else:
        out.print("No acts lead from one to the other.")


def slice_(
    context: typer.Context,
    days: Days = None,
    stage: Stage = None,
    topic: Topic = None,
    brand: Brand = None,
    community: Home = None,
    kind: Kinds = None,
    output: Output = None,
    top: Top = 20,
) -> None:
    """A slice of all acts: its top voices, or the network with -o."""
    from app.slicing import Choice, chosen, described

    options: Options = context.obj
    with _reading(options) as (app, unit):
        window = _window(app, days)
        log = chosen(unit, Choice(window, stage, topic, brand, community, tuple(kind or ())))
        if output is not None:
            _write(options, app, log, output)
            return
        voices = log.author_ids[sorted({*log.speaker.tolist()})].tolist()
        _say(options, f"{log.acts:,} acts", described(unit, voices), top)


def communities(context: typer.Context, top: Top = 20) -> None:
    """Who talks with whom: communities, the largest first."""
    options: Options = context.obj
    with _reading(options) as (_, unit):
        rows = [
            {
                "id": one.id,
                **asdict(one.life),
                "stages": dict(one.stages),
                "topics": dict(one.topics),
            }
            for one in unit.communities.living(top)
        ]
    columns = ("id", "members", "active", "newcomers", "acts", "inside", "mutual")
    _tell(options, "communities", rows, columns)


def adopters(
    context: typer.Context,
    launch: Annotated[str | None, typer.Argument(help="A launch's name; all if left out.")] = None,
    top: Top = 50,
) -> None:
    """Launches, or who took one up: when, how early, and how many they led."""
    from domain.errors import UsageError

    options: Options = context.obj
    with _reading(options) as (_, unit):
        known = unit.launches.every()
        if launch is None:
            columns = ("name", "brand", "adopters", "first_at", "found")
            _tell(options, "launches", [asdict(one) for one in known], columns)
            return
        one = next((one for one in known if launch in (one.name, one.key)), None)
        if one is None:
            names = ", ".join(one.name for one in known) or "none is known"
            raise UsageError(f"no launch is called {launch}", todo=f"known: {names}")
        rows = [asdict(each) for each in unit.launches.adopters(one.id, top)]
    _tell(options, one.name, rows, ("rank", "author_id", "at", "category", "led"))


def advocates(
    context: typer.Context,
    brand: Annotated[str | None, typer.Option(help="Of this brand, by its id.")] = None,
    count: Annotated[int, typer.Option("--count", "-k", min=1, help="How many to invite.")] = 10,
) -> None:
    """Whom to invite: who spoke well of a brand and together set most people in motion."""
    from app.choosing import Chooser
    from app.cli.terminal import out, say_json
    from app.slicing import described
    from domain.errors import UsageError

    options: Options = context.obj
    with _reading(options) as (app, unit):
        own = [one.id for one in app.brands if one.own]
        if brand not in (None, *own):
            raise UsageError(f"no own brand is called {brand}", todo=f"one of {', '.join(own)}")
        picked = Chooser.of(app, unit, app.clock()).advocates(brand or own[0], count)
        known = {row["author_id"]: row for row in described(unit, picked.ids)}
    rows = [{**known[one], "naive": one in picked.naive} for one in picked.ids if one in known]
    if options.json:
        say_json(asdict(picked) | {"advocates": rows})
        return
    _tell(options, f"Whom to invite, of {picked.among:,}", rows, tuple(rows[0]) if rows else ())
    for name, (mean, low, high) in (
        ("together", picked.people), ("those who reach furthest alone", picked.naive_people),
    ):  # fmt: skip
        out.print(f"{name}: {mean:,.1f} people ({low:,.1f}–{high:,.1f})", highlight=False)
    out.print(f"at least {picked.at_least:.0%} of the best possible", highlight=False)


def readers(context: typer.Context) -> None:
    """How many read a post in silence within a month, where views are counted, by who acted."""
    from app.readership import known_readers

    options: Options = context.obj
    with _reading(options) as (_, unit):
        known = known_readers(unit)
    rows = [
        {"source": place, "acted": acted, "readers": read.value, "low": read.low, "high": read.high}
        for place in sorted(known.places)
        for acted in (0, 1, 3, 10, 30)
        if (read := known.month(place, acted))
    ]
    _tell(options, "silent readers", rows, ("source", "acted", "readers", "low", "high"))


def _window(app: App, days: int | None) -> Any:
    from domain.windows import last

    return last(timedelta(days=days), app.clock()) if days else None


def _write(options: Options, app: App, log: ActionLog, output: Path) -> None:
    from app.cli.terminal import out, say_json
    from app.slicing import write_slice

    edges = write_slice(log, app.settings.graph.half_life_days, app.clock(), output)
    if options.json:
        say_json({"file": str(output), "edges": edges})
    else:
        out.print(f"{edges:,} edges → {output}", highlight=False)


def _say(options: Options, title: str, rows: list[Any], top: int) -> None:
    _tell(options, title, rows[:top], ("author_id", "source", "name", "reach"))


def _tell(options: Options, title: str, rows: list[Any], columns: tuple[str, ...]) -> None:
    from app.cli.terminal import say_json, say_table

    if options.json:
        for row in rows:
            say_json(row)
    else:
        say_table(title, columns, [[_cell(row[name]) for name in columns] for row in rows])


def _cell(value: object) -> object:
    return f"{value:.3g}" if isinstance(value, float) else value
