"""A query as a condition on posts. It is never NULL, so NOT turns it round exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select

from domain.queries import (
    AllOf,
    AnyOf,
    ByAuthor,
    Comparison,
    FromSource,
    InLanguage,
    Near,
    Not,
    OfKind,
    Phrase,
    Query,
    Rated,
    Test,
)
from storage.matching import fts5
from storage.seeking import holding
from storage.tables import analyses, authors, post_tokens, posts

Condition = ColumnElement[bool]
_found = (
    select(analyses.c.language)
    .where(analyses.c.post_id == posts.c.id)
    .correlate(posts)
    .scalar_subquery()
)
_language = func.coalesce(_found, func.nullif(posts.c.language, ""), literal("und"))
_share = (posts.c.rating_value - posts.c.rating_worst) / (
    posts.c.rating_best - posts.c.rating_worst
)
_stars = 1 + 4 * _share


def condition(query: Query, engine: str) -> Condition:
    """The condition that a row of ``posts`` matches a query, on ``sqlite`` or ``postgresql``."""
    match query:
        case Not(inner):
            return not_(condition(inner, engine))
        case Phrase() | Near():
            return _holds(query, engine)
        case AllOf(queries):
            return and_(*_each(queries, engine, AllOf))
        case AnyOf(queries):
            return or_(*_each(queries, engine, AnyOf))
    return _test(query)


def _each(queries: Sequence[Query], engine: str, kind: type[AllOf | AnyOf]) -> list[Condition]:
    """One condition for each; SQLite's index is asked once for all that it can say itself."""
    if engine != "sqlite":
        return [condition(one, engine) for one in queries]
    worded = [one for one in queries if fts5(one) is not None]
    rest = [condition(one, engine) for one in queries if fts5(one) is None]
    asked: list[Query] = [kind(tuple(worded))] if worded else []
    return [_holds(one, engine) for one in asked] + rest


def _holds(query: Query, engine: str) -> Condition:
    held = select(post_tokens.c.rowid).where(holding(query, engine))
    return posts.c.id.in_(held.correlate(None))


def _test(test: Test) -> Condition:
    match test:
        case InLanguage(language):
            spoken: Any = func.replace(func.lower(_language), "_", "-")
            return or_(spoken == language, _begins(spoken, f"{language}-"))
        case FromSource(name, open_ended):
            return _named(posts.c.source, name, open_ended)
        case ByAuthor(handle, open_ended):
            named = select(authors.c.id).where(_named(authors.c.handle, handle, open_ended))
            return posts.c.author_id.is_not(None) & posts.c.author_id.in_(named)
        case Rated(comparison, grade):
            return posts.c.rating_value.is_not(None) & _compared(comparison, grade)
        case OfKind(kind):
            return posts.c.kind == kind.value


def _compared(comparison: Comparison, grade: float) -> Condition:
    sign = "<>" if comparison is Comparison.UNEQUAL else comparison.value
    compared: Condition = _stars.bool_op(sign)(grade)
    return compared


def _named(column: Any, name: str, open_ended: bool) -> Condition:
    same: Condition = column == name
    return _begins(column, name) if open_ended else same


def _begins(column: Any, start: str) -> Condition:
    begins: Condition = func.substr(column, 1, len(start)) == start
    return begins
