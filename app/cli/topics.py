"""Commands that sum up: topics of late, and what a set of posts says."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.application import App
    from domain.posts import Post
    from domain.summaries import Summary
    from domain.topics import TopicTrend


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (topics, summary):
        cli.command()(command)


def topics(
    context: typer.Context,
    language: Annotated[str, typer.Option(help="Name them in this language, as pt.")] = "en",
) -> None:
    """What people talk about of late: new problems first, then what rises."""
    from app.cli.terminal import out, say_json, say_table
    from app.trends import trends

    options: Options = context.obj
    with options.app(changes=False) as app, app.store.reading() as unit:
        found = trends(unit, app.settings.topics, app.clock())
    if options.json:
        for trend in found:
            say_json({**asdict(trend), "title": trend.topic.title(language)})
    elif found:
        columns = ("id", "topic", "movement", "posts", "before", "complaining")
        say_table("Topics of late", columns, [_row(trend, language) for trend in found])
    else:
        out.print("No topic yet: some hundreds of analysed posts make one.", highlight=False)


def _row(trend: TopicTrend, language: str) -> tuple[object, ...]:
    told = "new problem" if trend.new_problem else trend.movement.value
    title = trend.topic.title(language)
    return (trend.topic.id, title, told, trend.recent, trend.before, f"{trend.negative:.0%}")


def summary(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Posts that match this query; all if empty.")] = "",
    brand: Annotated[str | None, typer.Option(help="Only what speaks of this brand.")] = None,
    topic: Annotated[int | None, typer.Option(help="Only what belongs to this topic.")] = None,
    days: Annotated[int, typer.Option(min=1, help="Of the last so many days.")] = 30,
    language: Annotated[str, typer.Option(help="The language a model rewrites in.")] = "en",
) -> None:
    """Sum up posts in their own words: extracts and counted phrases, each with its posts."""
    from app.cli.terminal import say_json
    from nlp.summaries.rewriting import rewritten
    from nlp.summaries.summarise import summarise

    options: Options = context.obj
    with options.app(changes=False) as app:
        _known(app, brand)
        made = summarise(_chosen(app, query, brand, topic, days))
        made = rewritten(made, language, app.settings.summaries)
    if options.json:
        say_json(asdict(made))
    else:
        _print(made)


def _known(app: App, brand: str | None) -> None:
    from domain.errors import UsageError

    known = [one.id for one in app.brands]
    if brand not in (None, *known):
        raise UsageError(f"no brand is called {brand}", todo=f"one of {', '.join(known)}")


def _chosen(app: App, query: str, brand: str | None, topic: int | None, days: int) -> list[Post]:
    from domain.windows import last
    from nlp.queries.reader import read
    from nlp.summaries.summarise import MOST_POSTS

    window = last(timedelta(days=days), app.clock())
    with app.store.reading() as unit:
        if topic is not None:
            found = list(unit.posts.get_many(unit.topics.posts_of(topic, MOST_POSTS)).values())
        elif query:
            found = unit.posts.search(read(query), MOST_POSTS, brand)
        else:
            found = unit.overview.posts(brand, window, None, None, MOST_POSTS, None)
    return [post for post in found if window.start <= post.created_at < window.end]


def _print(made: Summary) -> None:
    from rich.markup import escape

    from app.cli.terminal import out

    if not made.posts:
        out.print("Nothing was said that fits: ask for more --days, or for less.", highlight=False)
        return
    out.print(f"[bold]{made.posts:,} posts by {made.voices:,} voices[/]", highlight=False)
    for sentence in made.rewritten:
        cites = ", ".join(map(str, sentence.post_ids))
        out.print(f"{escape(sentence.text)} [dim](posts {cites})[/]", highlight=False)
    for one in made.extracts:
        more = f" and {len(one.alike)} more" if one.alike else ""
        out.print(f"  “{escape(one.text)}” [dim](post {one.post_id}{more})[/]", highlight=False)
    phrases = (f"{escape(one.words)} [dim]×{len(one.post_ids)}[/]" for one in made.phrases)
    out.print("  " + " · ".join(phrases), highlight=False)
