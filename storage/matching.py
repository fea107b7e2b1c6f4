"""A query's words as each engine understands them, over the index that ``fulltext`` keeps.

FTS5 says phrases, beginnings of words and nearness itself. PostgreSQL finds posts that hold
the words by ``tsquery``, then looks in the words as they stand for order and distance: its
``<n>`` counts exact distances, keeps 255 places of a word and none past the 16,383rd.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from domain.queries import AllOf, AnyOf, Like, Near, Phrase, Query

_SHORTEST_START = 2
_Parts = tuple[tuple[str, bool], ...]
"""The words of a phrase; whether each may go on."""


def fts5(query: Query) -> str | None:
    """The FTS5 expression of a query that asks for words only and has no NOT; else None."""
    match query:
        case Phrase(words, open_ended):
            return f'"{" ".join(words)}"' + " *" * open_ended
        case Near(left, right, distance):
            pairs = product(map(fts5, left), map(fts5, right))
            return _joined("OR", [f"NEAR({one} {other}, {distance})" for one, other in pairs])
        case AllOf(queries):
            return _joined("AND", map(fts5, queries))
        case AnyOf(queries):
            return _joined("OR", map(fts5, queries))
    return None


def _joined(sign: str, parts: Iterable[str | None]) -> str | None:
    told = list(parts)
    known = [part for part in told if part is not None]
    return f"({f' {sign} '.join(known)})" if len(known) == len(told) else None


def beginning(query: Like) -> str | None:
    """What the index finds such a word by: its start, where that has two letters."""
    start = query.parts[0]
    return start if len(start) >= _SHORTEST_START else None


def tsquery(query: Phrase | Near) -> str:
    """What a post must hold, wherever it stands."""
    if isinstance(query, Near):
        return f"({_any(query.left)}) & ({_any(query.right)})"
    return " & ".join(f"'{word}'" + ":*" * goes_on for word, goes_on in _parts(query))


def _any(phrases: Iterable[Phrase]) -> str:
    return " | ".join(f"({tsquery(phrase)})" for phrase in phrases)


def regex(query: Phrase | Near | Like) -> str | None:
    """How it must stand in ``' word word '``; None where standing anywhere will do."""
    if isinstance(query, Like):
        return f" {'[^ ]*'.join(query.parts)} "
    if isinstance(query, Phrase):
        return _run(_parts(query)) if len(query.words) > 1 else None
    pairs = product(map(_parts, query.left), map(_parts, query.right))
    ways = (way for pair in pairs for way in _ways(*pair, query.distance))
    return "|".join(f"(?:{way})" for way in dict.fromkeys(ways))


def _parts(phrase: Phrase) -> _Parts:
    last = len(phrase.words) - 1
    return tuple((word, phrase.open_ended and at == last) for at, word in enumerate(phrase.words))


def _run(parts: _Parts) -> str:
    return " " + "".join(f"{word}{'[^ ]*' * goes_on} " for word, goes_on in parts)


def _ways(left: _Parts, right: _Parts, distance: int) -> Iterable[str]:
    """Every way in which two phrases can stand near each other."""
    gap = f"(?:[^ ]+ ){{0,{distance}}}"
    yield _run(left) + gap + _run(right)[1:]
    yield _run(right) + gap + _run(left)[1:]
    for first, second in ((left, right), (right, left)):
        for shift in range(len(first)):
            if overlap := _overlap(first, second, shift):
                yield _run(overlap)


def _overlap(first: _Parts, second: _Parts, shift: int) -> _Parts | None:
    """The words that are both phrases at once, the second beginning ``shift`` words later."""
    length = max(len(first), shift + len(second))
    merged = [_both(_at(first, place), _at(second, place - shift)) for place in range(length)]
    told = tuple(part for part in merged if part is not None)
    return told if len(told) == length else None


def _at(parts: Sequence[tuple[str, bool]], place: int) -> tuple[str, bool]:
    return parts[place] if 0 <= place < len(parts) else ("", True)


def _both(one: tuple[str, bool], other: tuple[str, bool]) -> tuple[str, bool] | None:
    """What is asked of a word that must be both; None where no word can be."""
    (long, ends), (short, goes_on) = sorted((one, other), key=lambda part: -len(part[0]))
    fits = long.startswith(short) if goes_on else long == short
    if not fits:
        return None
    return (long, ends and goes_on) if len(long) == len(short) else (long, ends)
