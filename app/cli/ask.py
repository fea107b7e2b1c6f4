"""Try a query on what was said already, before anyone saves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.matches import Excerpt, Preview
    from domain.queries import Query


def register(cli: typer.Typer) -> None:
    """Add this command to the command line."""
    cli.command()(query)


def query(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="QUERY", help="What to find: docs/queries.md")],
    limit: Annotated[int, typer.Option(min=0, max=200, help="Show so many of the newest.")] = 10,
    lang: Annotated[str, typer.Option(help="Say what is wrong with it in en or pt.")] = "en",
) -> None:
    """Preview what a query finds: how it is read, counts, and the newest posts."""
    from app.cli.terminal import say_json
    from app.matches import preview

    options: Options = context.obj
    asked = _read(text, lang)
    with options.app(changes=False) as app, app.store.reading() as unit:
        found = preview(unit, asked, limit)
    if options.json:
        say_json(_plain(found))
    else:
        _say(found)


def _read(text: str, language: str) -> Query:
    """The query; what cannot be read in it is told in a language that we speak."""
    from zoneinfo import ZoneInfo

    from app.languages import Tongue
    from domain.errors import QueryError
    from nlp.queries.reader import read

    try:
        return read(text)
    except QueryError as error:
        tongue = Tongue.of(language, ZoneInfo("UTC"))
        what, todo = error.said(tongue.say)
        place = tongue.say("place %(place)s of the query", place=str(error.at + 1))
        raise QueryError(what, text, error.at, todo=todo, where=place) from None


def _plain(found: Preview) -> dict[str, Any]:
    return {
        "query": found.query,
        "posts": found.posts,
        "sources": found.sources,
        "languages": found.languages,
        "months": found.months,
        "examples": [_example(one) for one in found.examples],
    }


def _example(one: Excerpt) -> dict[str, Any]:
    post = one.post
    return {
        "id": post.id,
        "source": post.source,
        "author": post.author.handle if post.author else None,
        "created_at": post.created_at,
        "url": post.url,
        "excerpt": "".join(text for text, _ in one.pieces),
        "matches": [text for text, matches in one.pieces if matches],
    }


def _say(found: Preview) -> None:
    from app.cli.terminal import out, say_table

    out.print(f"[dim]read as[/] {_escaped(found.query)}", highlight=False)
    out.print(f"{found.posts:,} posts\n", highlight=False)
    for name in ("sources", "languages", "months"):
        if counts := getattr(found, name):
            rows = [(one, f"{count:,}") for one, count in counts.items()]
            say_table(name, (name.removesuffix("s"), "posts"), rows[-12:])
            out.print()
    for one in found.examples:
        out.print(_line(one), highlight=False, soft_wrap=True)


def _line(one: Excerpt) -> str:
    by = one.post.author.handle if one.post.author else "–"
    head = _escaped(f"{one.post.created_at:%Y-%m-%d} {one.post.source} {by}")
    said = "".join(
        f"[bold yellow]{_escaped(text)}[/]" if matches else _escaped(text)
        for text, matches in one.pieces
    )
    return f"[dim]{head}[/] {' '.join(said.split())}"


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
