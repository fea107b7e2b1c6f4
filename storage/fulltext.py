"""The index of words: the folded words of every post, as ``domain.words`` gives them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, type_coerce

from domain.queries import Query
from domain.words import words
from storage.bulk import insert_clean
from storage.columns import Whole
from storage.conditions import condition
from storage.lookup import batches
from storage.tables import THERE, analyses, mentions, post_tokens, posts

_DAY = 86_400_000_000


def index(connection: Connection, contents: Iterable[tuple[int, str]]) -> None:
    """Make posts (id, content) findable."""
    rows = [{"rowid": number, "tokens": " ".join(words(content))} for number, content in contents]
    insert_clean(connection, post_tokens, rows)


def purge(connection: Connection, post_ids: Sequence[int]) -> None:
    """Forget the words of these posts."""
    if post_ids:
        connection.execute(delete(post_tokens).where(post_tokens.c.rowid.in_(post_ids)))


def find(
    connection: Connection, query: Query, limit: int, brand: str | None, before_id: int | None
) -> list[int]:
    """Ids of the posts that match, newest first."""
    found = _matching(connection, select(posts.c.id), query)
    if brand is not None:
        told = select(mentions.c.post_id).where(
            mentions.c.post_id == posts.c.id, mentions.c.brand == brand
        )
        found = found.where(told.exists())
    if before_id is not None:
        found = found.where(posts.c.id < before_id)
    return list(connection.scalars(found.order_by(posts.c.id.desc()).limit(limit)))


def tallies(connection: Connection, query: Query) -> Iterator[tuple[str, str, int, int]]:
    """(source, language, day since 1970, posts) of all that matches."""
    language = func.coalesce(analyses.c.language, func.nullif(posts.c.language, ""), "und")
    day = type_coerce(posts.c.created_at, Whole) // _DAY
    heard = posts.outerjoin(analyses, analyses.c.post_id == posts.c.id)
    asked = select(posts.c.source, language, day, func.count()).select_from(heard)
    grouped = _matching(connection, asked, query).group_by(posts.c.source, language, day)
    for batch in batches(connection, grouped):
        for source, spoken, number, count in batch:
            yield source, spoken, int(number), count


def voices(
    connection: Connection, query: Query, since: datetime | None
) -> Iterator[tuple[int, int, datetime]]:
    """(post id, author id, when) of all that matches and was said by somebody."""
    asked = select(posts.c.id, posts.c.author_id, posts.c.created_at)
    spoken = asked.where(posts.c.author_id.is_not(None), posts.c.kind != "reaction")
    if since is not None:
        spoken = spoken.where(posts.c.created_at >= since)
    for batch in batches(connection, _matching(connection, spoken, query)):
        yield from map(_voice, batch)


def _voice(row: tuple[Any, ...]) -> tuple[int, int, datetime]:
    post_id, author_id, at = row
    return post_id, author_id, at


def _matching(connection: Connection, asked: Select[Any], query: Query) -> Select[Any]:
    return asked.where(THERE, condition(query, connection.dialect.name))
