"""The condition that the index of words holds a phrase, or two near each other, on each engine.

What the index cannot say by itself, it narrows down: posts with all the words it knows. Those
are then read. A word whose beginning is told (``at*so``) is looked up among SQLite's own list
of words first; one of which only the end or the middle is told costs a look at every post,
which ``GLOB`` makes short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from domain.queries import Like, Near, Phrase, Query, Word
from domain.words import AT
from storage.matching import fts5, glob, regex, tsquery
from storage.tables import post_tokens

_post_words = table("post_words", column("term"), schema="temp")
_MOST_WORDS = 500
_NO_WORD = f'"{AT}"'
_LAST = "\U0010ffff"
_index: ColumnElement[str] = literal_column("post_tokens")
_standing: ColumnElement[str] = literal(" ") + post_tokens.c.tokens + literal(" ")
_Pieces = list[str | ColumnElement[str]]


def holding(query: Query, engine: str) -> ColumnElement[bool]:
    """The condition that a row of ``post_tokens`` holds these words.

    On SQLite any query that ``matching.fts5`` can say too; else one phrase, or one NEAR.
    """
    if engine != "sqlite":
        assert isinstance(query, Phrase | Near)
        return _on_postgresql(query)
    told = fts5(query)
    if told is not None:
        return _index.bool_op("MATCH")(told)
    assert isinstance(query, Phrase | Near)
    found = _narrowed(query)
    held = true() if found is None else _index.bool_op("MATCH")(_expression(found))
    return and_(held, _looks(query), _standing.bool_op("REGEXP")(regex(query)))


def _on_postgresql(query: Phrase | Near) -> ColumnElement[bool]:
    wanted, order = tsquery(query), regex(query)
    words: ColumnElement[Any] = literal_column("words")
    held = words.bool_op("@@")(cast(wanted, TSQUERY)) if wanted else true()
    return and_(held, true() if order is None else _standing.bool_op("~")(order))


def _looks(query: Phrase | Near) -> ColumnElement[bool]:
    if isinstance(query, Near):
        return and_(*(or_(*map(_looks, side)) for side in (query.left, query.right)))
    return _standing.bool_op("GLOB")(glob(query))


def _narrowed(query: Phrase | Near) -> _Pieces | None:
    """What FTS5 finds every match by, and more; None where it cannot tell."""
    if isinstance(query, Near):
        sides = (_joined(" OR ", list(map(_narrowed, side))) for side in (query.left, query.right))
        return _joined(" AND ", [side for side in sides if side])
    told = fts5(query)
    if told is not None:
        return [told]
    words = (_word(word) for word in query.words)
    return _joined(" AND ", [word for word in words if word])


def _joined(sign: str, parts: Sequence[_Pieces | None]) -> _Pieces | None:
    """These in brackets; None where there are none, or one that cannot tell."""
    known = [part for part in parts if part]
    if not known or len(known) < len(parts):
        return None
    return ["(", *known[0], *(piece for one in known[1:] for piece in (sign, *one)), ")"]


def _word(word: Word) -> _Pieces | None:
    if isinstance(word, str):
        return [f'"{word}"']
    start = word.parts[0]
    if not start or word.goes_on:
        return [f'"{start}" *'] if start else None
    return [_listed(word)]


def _listed(word: Like) -> ColumnElement[str]:
    """All words made so that any post holds, or its beginning where they are too many."""
    start, term = word.parts[0], _post_words.c.term
    made = and_(term >= start, term < start + _LAST, term.bool_op("GLOB")("*".join(word.parts)))
    found = select(term).where(made).limit(_MOST_WORDS + 1).subquery()
    quoted = literal('"') + found.c.term + literal('"')
    told = literal("(") + func.group_concat(quoted, " OR ") + literal(")")
    count = func.count()
    listed = case((count == 0, _NO_WORD), (count <= _MOST_WORDS, told), else_=f'"{start}" *')
    return select(listed).select_from(found).scalar_subquery()


def _expression(pieces: _Pieces) -> ColumnElement[str]:
    """The pieces as one text, those that are known already put together beforehand."""
    told: ColumnElement[str] = literal("")
    known = ""
    for piece in pieces:
        if isinstance(piece, str):
            known += piece
        else:
            told, known = told + literal(known) + piece, ""
    return told + literal(known)
