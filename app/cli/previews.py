"""A first look at what file sources would give, without storing anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from app.cli.options import Options
from app.cli.terminal import say_json, say_table
from crawlers.crawl import preview
from crawlers.settings import SourceSettings
from domain.errors import UsageError
from domain.posts import Post, Rejected


def show(options: Options, names: Collection[str], limit: int) -> None:
    """Show the first posts of each file source, and the lines it would refuse."""
    settings = options.settings()
    chosen = [
        source
        for source in settings.sources
        if source.kind == "file" and (not names or source.name in names)
    ]
    if not chosen:
        raise UsageError("no such file source", todo="see the sources section of the settings")
    for source in chosen:
        found = preview(source, politeness=settings.politeness, now=options.clock(), limit=limit)
        _say(options, source, found)


def _say(options: Options, source: SourceSettings, found: list[Post | Rejected]) -> None:
    if options.json:
        for one in found:
            say_json(asdict(one))
        return
    posts = [one for one in found if isinstance(one, Post)]
    rows = [
        (
            one.created_at.date(),
            one.kind.value,
            one.author.handle if one.author else "–",
            one.parent or "",
            _short(one.content),
        )
        for one in posts
    ]
    say_table(source.name, ("written", "kind", "author", "answers", "says"), rows)
    refused = [(one.where, one.code, one.detail) for one in found if isinstance(one, Rejected)]
    if refused:
        say_table("refused", ("where", "code", "why"), refused)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"
