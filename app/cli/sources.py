"""Commands about the places that Boca listens to: add, import, list, discover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.discovery import Proposal
    from app.finding import Candidate
    from app.hearing import Hearing
    from crawlers.subscriptions import Subscription
    from domain.posts import Post

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; write it.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")
]

source = typer.Typer(help="Add places to listen to.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    source.command()(add)
    source.command("import")(import_)
    cli.add_typer(source, name="source")
    for command in (sources, discover):
        cli.command()(command)


def add(
    context: typer.Context,
    place: Annotated[str, typer.Argument(help="An address, a handle, an app's link.")],
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    brand: Annotated[str | None, typer.Option(help="The brand all of it is about.")] = None,
    every: Annotated[str | None, typer.Option(help="How often to look, as 1h.")] = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Recognise a place, show what it says, and write it into the settings."""
    from app.cli.terminal import out
    from app.finding import find

    options: Options = context.obj
    settings = options.settings()
    given = {"name": name, "brand": brand, "every": every}
    found = find(
        place,
        taken={one.name for one in settings.sources},
        politeness=settings.politeness,
        now=options.clock(),
        **{key: value for key, value in given.items() if value is not None},
    )
    if not options.json:
        _show(found)
    write = not dry_run and (yes or (not options.json and _agreed()))
    if write:
        from app.configedit import add_sources

        add_sources(options.config, [found.settings])
    _say_added(options, found, write)
    if write and not options.json:
        out.print(f"next: [bold]boca crawl {found.settings['name']}[/]", highlight=False)


def _agreed() -> bool:
    return typer.confirm("Add it to the settings?", default=True)


def _show(found: Candidate) -> None:
    from app.cli.terminal import out, say_table

    if found.posts:
        rows = [
            (one.created_at.date(), one.kind.value, _who(one), _says(one)) for one in found.posts
        ]
        title = f"{found.settings['kind']}: the first posts"
        names = "written", "kind", "author", "says"
        say_table(title, names, rows, spare=("kind",), brief="says")
    else:
        out.print("it can be read, and says nothing yet", highlight=False)


def _who(post: Post) -> str:
    return post.author.handle if post.author else "–"


def _says(post: Post) -> str:
    flat = " ".join(post.content.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"


def _say_added(options: Options, found: Candidate, written: bool) -> None:
    from app.cli.terminal import out, say_json
    from crawlers import postline

    if options.json:
        posts = [postline.encode(post) for post in found.posts]
        say_json({"source": dict(found.settings), "posts": posts, "added": written})
        return
    lines = "\n".join(f"  {key}: {value}" for key, value in found.settings.items())
    out.print(lines, highlight=False, markup=False)
    said = f"added to {options.config}" if written else "nothing was written"
    out.print(said, highlight=False, markup=False)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="OPML, CSV with a column url, or a line for each.")],
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Add every place of a list; those that cannot be read are told and left out."""
    from app.cli.terminal import out
    from crawlers.subscriptions import subscriptions

    options: Options = context.obj
    listed = subscriptions(file)
    found = _candidates(options, listed)
    agreed = yes or (not options.json and not dry_run and bool(found) and _all_agreed(found))
    if found and agreed and not dry_run:
        from app.configedit import add_sources

        add_sources(options.config, [one.settings for one in found])
    if not options.json:
        said = f"{len(found) if agreed and not dry_run else 0} of {len(listed)} added"
        out.print(said, highlight=False)


def _all_agreed(found: list[Candidate]) -> bool:
    return typer.confirm(f"Add these {len(found)} to the settings?", default=True)


def _candidates(options: Options, listed: list[Subscription]) -> list[Candidate]:
    """What can be read of a list, each told as it is found out."""
    from app.finding import find
    from domain.errors import BocaError

    settings = options.settings()
    taken = {one.name for one in settings.sources}
    known = {str(getattr(one, "url", "")).rstrip("/") for one in settings.sources}
    found: list[Candidate] = []
    for one in listed:
        if one.text.rstrip("/") in known:
            _say_listed(options, one.text, "there already")
            continue
        try:
            candidate = find(
                one.text,
                taken=taken,
                politeness=settings.politeness,
                now=options.clock(),
                **one.more,
            )
        except BocaError as error:
            _say_listed(options, one.text, str(error))
            continue
        taken.add(candidate.settings["name"])
        found.append(candidate)
        _say_listed(options, one.text, "", candidate)
    return found


def _say_listed(options: Options, text: str, problem: str, found: Candidate | None = None) -> None:
    from rich.markup import escape

    from app.cli.terminal import out, say_json

    if options.json:
        settings = dict(found.settings) if found else None
        say_json({"place": text, "source": settings, "problem": problem})
    elif found:
        kind, name = found.settings["kind"], found.settings["name"]
        out.print(f"[green]✓[/] {escape(text)}  {kind}, as {name}", highlight=False)
    else:
        out.print(f"[yellow]![/] {escape(text)}  {escape(problem)}", highlight=False)


def sources(context: typer.Context) -> None:
    """List what is listened to, and how well it is heard."""
    from dataclasses import asdict
    from datetime import timedelta

    from app.cli.terminal import say_json, say_table
    from app.hearing import hearing
    from domain.windows import last

    options: Options = context.obj
    with options.app(changes=False) as app, app.store.reading() as unit:
        now = app.clock()
        heard = {one.name: one for one in hearing(unit, last(timedelta(days=30), now), now)}
        known = {one.name: one.kind for one in app.settings.sources}
    names = [*known, *sorted(set(heard) - set(known))]
    if options.json:
        for name in names:
            health = asdict(heard[name]) if name in heard else None
            ailing = heard[name].ailing if name in heard else None
            say_json({"name": name, "kind": known.get(name), "ailing": ailing, "health": health})
        return
    columns = ("source", "kind", "state", "last success", "7 days", "usual", "whole", "trouble")
    rows = [(name, known.get(name, "–"), *_row(heard.get(name))) for name in names]
    say_table("sources", columns, rows, spare=("usual", "kind", "whole", "last success"))


def _row(health: Hearing | None) -> tuple[Any, ...]:
    if health is None:
        return ("not visited yet", "–", "–", "–", "–", "")
    habit, report = health.habit, health.report
    state = "silent" if habit.quiet else "thin" if habit.faint else ""
    state = state or (report.outcome.value if report else "imported")
    success = f"{habit.last_success:%Y-%m-%d %H:%M}" if habit.last_success else "–"
    usual = "–" if habit.usual_week is None else f"{habit.usual_week:.0f}"
    whole = "–" if health.complete is None else f"{health.complete:.0%} of {health.threads}"
    errors = ", ".join(f"{code} ×{count}" for code, count in health.errors.items())
    week = f"{health.week}, {health.found_first} at first" if health.found_first else health.week
    return (state, success, week, usual, whole, errors)


def discover(
    context: typer.Context,
    brand: Annotated[str, typer.Argument(help="The id of a brand in the settings.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="The most places to propose.")] = 10,
    probe: Annotated[bool, typer.Option(help="Ask each place what it would give.")] = True,
) -> None:
    """Propose places to listen to, from what is already known of a brand."""
    from app.cli.terminal import out, say_json
    from app.discovery import discover as found_by

    options: Options = context.obj
    proposed = False
    with options.app(changes=False) as app:
        for one in found_by(app, brand, limit=limit, probe=probe):
            proposed = True
            say_json(one.as_json()) if options.json else _say_proposed(one)
    if not proposed and not options.json:
        todo = "no place comes up twice in posts about it: boca crawl and boca analyse bring more"
        out.print(f"nothing to propose yet; {todo}", highlight=False)


def _say_proposed(one: Proposal) -> None:
    from app.cli.terminal import out

    out.print(f"{one.place}  {one.kind}".rstrip(), style="bold", highlight=False, markup=False)
    for said in (one.reason, one.found, f"→ {one.command}"):
        out.print(f"  {said}", highlight=False, markup=False, soft_wrap=True)
