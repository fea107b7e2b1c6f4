"""For those who write connectors: record what a site answers, and check what was recorded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from crawlers.pages import Response
    from crawlers.settings import SourceSettings

Folder = Annotated[Path, typer.Option("--out", "-o", help="Where the recordings of kinds lie.")]


def register(cli: typer.Typer) -> None:
    """Add this command to the command line."""
    cli.command()(record)


def record(
    context: typer.Context,
    sources: Annotated[list[str] | None, typer.Argument(help="Names; with --check all.")] = None,
    out: Folder = Path("tests/crawlers/recordings"),
    pages: Annotated[int, typer.Option(min=1, max=50, help="The most pages to ask for.")] = 8,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with what a site says now.")
    ] = False,
) -> None:
    """Record a source's answers, scrubbed, for the tests; or check the recordings against it."""
    from app.cli.terminal import out as terminal
    from app.cli.terminal import say_json

    options: Options = context.obj
    ill = 0
    for source in _chosen(options, sources or [], every=check):
        live = _live(options, source, pages)
        folder = out / source.kind
        told = _compared(options, source, live, folder) if check else _written(live, folder)
        ill += bool(told.get("lost"))
        if options.json:
            say_json({"source": source.name, "kind": source.kind, **told})
        else:
            said = "; ".join(f"{name}: {_listed(value)}" for name, value in told.items())
            terminal.print(f"{source.name} ({source.kind})  {said}", highlight=False, markup=False)
    if ill:
        raise typer.Exit(5)


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) or "nothing" if isinstance(value, list) else str(value)


def _chosen(options: Options, names: list[str], every: bool) -> list[SourceSettings]:
    from domain.errors import UsageError

    settings = options.settings()
    chosen: list[SourceSettings] = [
        one
        for one in settings.sources
        if one.kind != "file" and (one.name in names or (every and not names))
    ]
    if not chosen:
        known = ", ".join(one.name for one in settings.sources if one.kind != "file")
        raise UsageError("no such source on the network", todo=f"sources are: {known or 'none'}")
    return chosen


def _live(options: Options, source: SourceSettings, limit: int) -> list[Response]:
    import asyncio

    from crawlers.recorder import pages_of

    politeness = options.settings().politeness
    asked = pages_of(source, politeness=politeness, now=options.clock(), limit=limit)
    return asyncio.run(asked)


def _written(live: list[Response], folder: Path) -> dict[str, Any]:
    from crawlers.recorder import write
    from crawlers.scrubbing import Scrubber

    return {"recorded": [str(path) for path in write(live, folder, Scrubber())]}


def _compared(
    options: Options, source: SourceSettings, live: list[Response], folder: Path
) -> dict[str, Any]:
    """What the recordings have that the site no longer gives, and what it gives besides.

    Keys of JSON answers, and whatever the format, the posts that come out of the pages.
    """
    from crawlers.recorder import reading, recorded, shape

    kept, now = shape(recorded(folder)), shape(live)
    before = reading(source, recorded(folder), options.clock())
    given = reading(source, live, options.clock())
    return {
        "lost": sorted(kept - now) + before.lost(given),
        "new": sorted(now - kept)[:20],
        "posts": dict(given.kinds),
        "recorded_posts": dict(before.kinds),
        "fields": sorted({name for _, name in given.fields}),
    }
