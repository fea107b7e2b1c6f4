"""A query's words as each engine understands them, over the index that ``fulltext`` keeps.

FTS5 says phrases, beginnings of words and nearness itself. PostgreSQL finds posts that hold
the words by ``tsquery``, then looks in the words as they stand for order and distance: its
``<n>`` counts exact distances, keeps 255 places of a word and none past the 16,383rd. Words
by their parts (``at*so``) are looked for in the words as they stand on both.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from domain.queries import AllOf, AnyOf, Like, Near, Phrase, Query, Word
from domain.words import SIGNS

_SHORTEST_START = 2
_PLAIN = f"(?![{''.join(SIGNS)}])"
_Place = tuple[Word, ...]
"""What one word must be, all at once."""


def fts5(query: Query) -> str | None:
    """The FTS5 expression of a query that asks only for what FTS5 knows; else None."""
    match query:
        case Phrase(words):
            return _phrase(words) if _known(words) else None
        case Near(left, right, distance):
            pairs = product(map(fts5, left), map(fts5, right))
            near = (f"NEAR({one} {other}, {distance})" if one and other else None
                    for one, other in pairs)  # fmt: skip
            return _joined("OR", near)
        case AllOf(queries):
            return _joined("AND", map(fts5, queries))
        case AnyOf(queries):
            return _joined("OR", map(fts5, queries))
    return None


def _known(words: tuple[Word, ...]) -> bool:
    """Whether only the last one may go on."""
    *before, last = words
    return not any(isinstance(word, Like) for word in before) and _begins(last)


def _begins(word: Word) -> bool:
    return isinstance(word, str) or word.goes_on


def _phrase(words: tuple[Word, ...]) -> str:
    told = [word.parts[0] if isinstance(word, Like) else word for word in words]
    return f'"{" ".join(told)}"' + " *" * isinstance(words[-1], Like)


def _joined(sign: str, parts: Iterable[str | None]) -> str | None:
    told = list(parts)
    known = [part for part in told if part is not None]
    return f"({f' {sign} '.join(known)})" if len(known) == len(told) else None


def tsquery(query: Phrase | Near) -> str | None:
    """What a post must hold, wherever it stands; None where the index cannot tell."""
    if isinstance(query, Near):
        sides = _any(query.left), _any(query.right)
        return " & ".join(f"({side})" for side in sides if side) or None
    return " & ".join(filter(None, map(_lexeme, query.words))) or None


def _lexeme(word: Word) -> str:
    if isinstance(word, str):
        return f"'{word}'"
    start = word.parts[0]
    return f"'{start}':*" if len(start) >= _SHORTEST_START else ""


def _any(phrases: Iterable[Phrase]) -> str | None:
    told = list(map(tsquery, phrases))
    return " | ".join(f"({one})" for one in told if one) if all(told) else None


def regex(query: Phrase | Near) -> str | None:
    """How it must stand in ``' word word '``; None where holding its words will do."""
    if isinstance(query, Near):
        pairs = product(query.left, query.right)
        ways = (way for one, other in pairs for way in _ways(one, other, query.distance))
        return "|".join(f"(?:{way})" for way in dict.fromkeys(ways))
    if len(query.words) == 1 and _begins(query.words[0]):
        return None
    return _run(_places(query))


def glob(phrase: Phrase) -> str:
    """What ``' word word '`` looks like at least: quickly told, and true of too much."""
    told = ("*".join(word.parts) if isinstance(word, Like) else word for word in phrase.words)
    return f"* {' '.join(told)} *"


def _places(phrase: Phrase) -> tuple[_Place, ...]:
    return tuple((word,) for word in phrase.words)


def _run(places: Iterable[_Place]) -> str:
    return " " + "".join(map(_standing, places))


def _standing(place: _Place) -> str:
    *others, last = map(_spelled, place)
    return "".join(f"(?={one} )" for one in others) + f"{last} "


def _spelled(word: Word) -> str:
    if isinstance(word, str):
        return word
    return _PLAIN * (not word.parts[0]) + "[^ ]*".join(word.parts)


def _ways(left: Phrase, right: Phrase, distance: int) -> Iterable[str]:
    """Every way in which two phrases can stand near each other."""
    one, other = _places(left), _places(right)
    gap = f"(?:[^ ]+ ){{0,{distance}}}"
    yield _run(one) + gap + _run(other)[1:]
    yield _run(other) + gap + _run(one)[1:]
    for first, second in ((one, other), (other, one)):
        for shift in range(len(first)):
            if overlap := _overlap(first, second, shift):
                yield _run(overlap)


def _overlap(
    first: tuple[_Place, ...], second: tuple[_Place, ...], shift: int
) -> tuple[_Place, ...] | None:
    """The words that are both phrases at once, the second beginning ``shift`` words later."""
    merged = []
    for place in range(max(len(first), shift + len(second))):
        both = _both(
            (*first[place : place + 1], *second[max(0, place - shift) : place - shift + 1])
        )
        if both is None:
            return None
        merged.append(both)
    return tuple(merged)


def _both(asked: Iterable[_Place]) -> _Place | None:
    """What is asked of a word that must be both; None where no word can be."""
    words = tuple(dict.fromkeys(word for place in asked for word in place))
    whole = [word for word in words if isinstance(word, str)]
    if not whole:
        return words
    likes = (word for word in words if isinstance(word, Like))
    fits = len(whole) == 1 and all(like.fits(whole[0]) for like in likes)
    return (whole[0],) if fits else None
