"""What a query finds, as it is shown: each post's words around the first match, matches marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.analyses import Analysis, Span
from domain.posts import Post
from domain.queries import Query, written
from nlp.queries.heard import Heard, spans
from storage import Unit

_BEFORE, _SHOWN = 80, 320
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A post found: its words in pieces, those that match told apart."""

    post: Post
    analysis: Analysis | None
    pieces: tuple[tuple[str, bool], ...]


def excerpts(unit: Unit, query: Query, posts: Sequence[Post]) -> list[Excerpt]:
    """These posts, in their order, as a query found them."""
    analyses = unit.analyses.get_many([post.id for post in posts])
    return [Excerpt(post, analyses.get(post.id), pieces(query, post)) for post in posts]


def pieces(query: Query, post: Post) -> tuple[tuple[str, bool], ...]:
    """Some 320 characters of a post from shortly before the first match on: (text, matches)."""
    marked = spans(query, Heard(post))
    start = max(0, marked[0].start - _BEFORE) if marked else 0
    start = _word_start(post.content, start)
    end = min(len(post.content), start + _SHOWN)
    cut = [("…", False)] if start else []
    cut += _cut(post.content, [span for span in marked if span.end <= end], start, end)
    return tuple(cut + ([("…", False)] if end < len(post.content) else []))


def _word_start(content: str, place: int) -> int:
    """The place, or the next word's after it, if one begins soon."""
    blank = content.find(" ", place, place + 20) if place else -1
    return blank + 1 if blank >= 0 else place


def _cut(content: str, marked: Sequence[Span], start: int, end: int) -> list[tuple[str, bool]]:
    cut, place = [], start
    for span in marked:
        if span.start < place:
            continue
        cut += [(content[place : span.start], False), (span.of(content), True)]
        place = span.end
    return [(text, matches) for text, matches in [*cut, (content[place:end], False)] if text]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query finds in the store: how it is read, counts, and the newest examples.

    Sources and languages come most frequent first, months (``2026-03``, UTC) in order.
    """

    query: str
    posts: int
    sources: dict[str, int]
    languages: dict[str, int]
    months: dict[str, int]
    examples: tuple[Excerpt, ...]


def preview(unit: Unit, query: Query, limit: int) -> Preview:
    """Hold a query against everything that was said."""
    sources, languages, months = Counter[str](), Counter[str](), Counter[str]()
    for source, language, day, count in unit.posts.tallies(query):
        sources[source] += count
        languages[language] += count
        months[f"{_EPOCH + timedelta(days=day):%Y-%m}"] += count
    return Preview(
        query=written(query),
        posts=sources.total(),
        sources=dict(sources.most_common()),
        languages=dict(languages.most_common()),
        months=dict(sorted(months.items())),
        examples=tuple(excerpts(unit, query, unit.posts.search(query, limit))),
    )
