"""A query as a function: whether a post matches it."""

from __future__ import annotations

from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne

from domain.queries import (
    AllOf,
    AnyOf,
    ByAuthor,
    Comparison,
    FromSource,
    InLanguage,
    Like,
    Near,
    Not,
    OfKind,
    Phrase,
    Query,
    Rated,
    Test,
)
from nlp.queries.heard import Heard

Holds = Callable[[Heard], bool]
_COMPARE: dict[Comparison, Callable[[float, float], bool]] = {
    Comparison.BELOW: lt,
    Comparison.AT_MOST: le,
    Comparison.EQUAL: eq,
    Comparison.UNEQUAL: ne,
    Comparison.AT_LEAST: ge,
    Comparison.ABOVE: gt,
}


def holding(query: Query) -> Holds:
    """The function that tells whether a post matches a query."""
    match query:
        case Phrase():
            return _phrase(query)
        case Near():
            return lambda heard: heard.near(query)
        case Not(inner):
            holds = holding(inner)
            return lambda heard: not holds(heard)
        case AllOf(queries):
            every = tuple(map(holding, queries))
            return lambda heard: all(holds(heard) for holds in every)
        case AnyOf(queries):
            some = tuple(map(holding, queries))
            return lambda heard: any(holds(heard) for holds in some)
    return _test(query)


def _phrase(phrase: Phrase) -> Holds:
    whole = frozenset(word for word in phrase.words if isinstance(word, str))
    if len(phrase.words) > 1:
        return lambda heard: whole <= heard.present and bool(heard.starts(phrase))
    (word,) = phrase.words
    if isinstance(word, Like):
        return lambda heard: any(heard.fitting(word))
    return lambda heard: word in heard.present


def _test(test: Test) -> Holds:
    match test:
        case InLanguage(language):
            return lambda heard: _same_language(heard.language, language)
        case FromSource(name, open_ended):
            return lambda heard: _named(heard.post.source, name, open_ended)
        case ByAuthor(handle, open_ended):
            return lambda heard: (
                heard.post.author is not None
                and _named(heard.post.author.handle, handle, open_ended)
            )
        case Rated(comparison, grade):
            compare = _COMPARE[comparison]
            return lambda heard: heard.stars is not None and compare(heard.stars, grade)
        case OfKind(kind):
            return lambda heard: heard.post.kind is kind


def _same_language(spoken: str, asked: str) -> bool:
    return spoken == asked or spoken.startswith(f"{asked}-")


def _named(name: str, asked: str, open_ended: bool) -> bool:
    return name.startswith(asked) if open_ended else name == asked
