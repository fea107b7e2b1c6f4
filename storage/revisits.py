"""The collection of revisits: which threads to look at again, and which posts to fetch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select
from sqlalchemy.orm import aliased

from domain.sources import Patience
from storage.cleaning import key
from storage.dialects import upsert
from storage.listening_tables import fetches, threads
from storage.lookup import among, among_keys, page, portions
from storage.tables import THERE, awaited, posts

Values = dict[str, Any]


class Revisits:
    """Keep when each thread grew and was looked through whole, and so when it is due."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def grew(self, post_ids: Iterable[int], patience: Patience, now: datetime) -> None:
        """Note the threads of posts just taken in; one that grew is due soon.

        A thread grows when something is said in it, or when its root counts other
        replies than at the last visit, and more than are held.
        """
        keys = _threads_of(self._connection, post_ids)
        known = {(row.source, row.root): dict(row._mapping) for row in self._known(keys)}
        rows = []
        for one, newest in self._newest(keys).items():
            row = _noted(known.get(one), one, newest, patience, now)
            if row != known.get(one):
                rows.append(row)
        self._keep(rows)

    def due(self, source: str, now: datetime, limit: int) -> list[str]:
        """The roots of the threads to look at now, the longest due first.

        A thread whose root turned out to stand in another thread is followed there.
        """
        elsewhere = select(posts.c.id).where(
            posts.c.source == threads.c.source,
            posts.c.external_id == threads.c.root,
            posts.c.root != threads.c.root,
        )
        query = select(threads.c.root).where(
            threads.c.source == source, threads.c.due_at <= now, ~elsewhere.exists()
        )
        return list(self._connection.scalars(page(query.order_by(threads.c.due_at), limit)))

    def visited(self, source: str, roots: Iterable[str], patience: Patience, now: datetime) -> None:
        """These were looked through now: each is due again by when it last grew."""
        keys = {(key(source), key(root)) for root in roots}
        counters = self._newest(keys)
        rows = []
        for row in self._known(keys):
            one = row.source, row.root
            replies = counters[one].replies if one in counters else row.replies
            due = patience.next_visit(row.grown_at, now)
            changes = {"visited_at": now, "replies": replies, "due_at": due}
            rows.append(dict(row._mapping) | changes)
        self._keep(rows)

    def missing(self, source: str, now: datetime, limit: int) -> list[str]:
        """Posts that others speak of and nobody has seen, to be asked for now.

        Those never asked for come first, the latest spoken of before the others.
        """
        asked = fetches.c.source == awaited.c.source, fetches.c.external_id == awaited.c.external_id
        joined = awaited.outerjoin(fetches, asked[0] & asked[1])
        query = select(awaited.c.external_id).select_from(joined)
        query = query.where(
            awaited.c.source == source,
            or_(fetches.c.tries.is_(None), fetches.c.due_at <= now),
        )
        query = query.group_by(awaited.c.external_id, fetches.c.tries)
        tries = func.coalesce(fetches.c.tries, 0)
        query = query.order_by(tries, func.max(awaited.c.post_id).desc())
        return list(self._connection.scalars(page(query, limit)))

    def asked(
        self, source: str, external_ids: Iterable[str], patience: Patience, now: datetime
    ) -> None:
        """These were asked for: what did not come is asked for again, a few times in all."""
        keys = {(key(source), key(one)) for one in external_ids}
        waited = among_keys(self._connection, select(awaited), awaited, keys)
        absent = {(row.source, row.external_id) for row in waited}
        before = among_keys(self._connection, select(fetches), fetches, keys)
        tries = {(row.source, row.external_id): row.tries for row in before}
        for one in keys - absent:
            here = fetches.c.source == one[0], fetches.c.external_id == one[1]
            self._connection.execute(delete(fetches).where(*here))
        rows = [_tried(one, tries.get(one, 0) + 1, patience, now) for one in sorted(absent)]
        if rows:
            key_columns = ["source", "external_id"]
            self._connection.execute(upsert(self._connection, fetches, key_columns), rows)

    def _known(self, keys: Iterable[tuple[str, str]]) -> list[Any]:
        found = []
        for source, roots in _by_source(keys).items():
            query = select(threads).where(threads.c.source == source)
            found += list(among(self._connection, query, threads.c.root, roots))
        return found

    def _newest(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """The latest word, the posts held and the replies told of each thread."""
        found = {}
        for source, roots in _by_source(keys).items():
            for portion in portions(roots):
                for row in self._connection.execute(_newest(source, portion)):
                    found[source, row.root] = row
        return found

    def _keep(self, rows: list[Values]) -> None:
        if rows:
            self._connection.execute(upsert(self._connection, threads, ["source", "root"]), rows)


def _threads_of(connection: Connection, post_ids: Iterable[int]) -> set[tuple[str, str]]:
    columns = select(posts.c.source, posts.c.root)
    return {(row.source, row.root) for row in among(connection, columns, posts.c.id, post_ids)}


def _by_source(keys: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for source, root in keys:
        found.setdefault(source, []).append(root)
    return found


def _newest(source: str, roots: list[str]) -> Select[Any]:
    head = aliased(posts)
    told = select(head.c.replies).where(
        head.c.source == posts.c.source, head.c.external_id == posts.c.root
    )
    return (
        select(
            posts.c.root,
            func.max(posts.c.created_at).label("at"),
            (func.count() - 1).label("held"),
            told.correlate(posts).scalar_subquery().label("replies"),
        )
        .where(posts.c.source == source, posts.c.root.in_(roots), THERE)
        .group_by(posts.c.source, posts.c.root)
    )


def _noted(
    old: Values | None, one: tuple[str, str], newest: Any, patience: Patience, now: datetime
) -> Values:
    """What is known of a thread after a look at some of its posts."""
    at = min(newest.at, now)
    lacking = newest.replies is not None and newest.replies > newest.held
    if old is None:
        row: Values = {"source": one[0], "root": one[1], "grown_at": at, "visited_at": None}
        due = now if lacking else patience.next_visit(at, now)
        return row | {"replies": None, "due_at": due}
    if at > old["grown_at"]:
        return old | {"grown_at": at, "due_at": patience.next_visit(at, now)}
    if lacking and newest.replies != old["replies"]:
        return old | {"due_at": min(old["due_at"] or now, now)}
    return old


def _tried(one: tuple[str, str], tries: int, patience: Patience, now: datetime) -> Values:
    due = patience.next_try(tries, now)
    return {"source": one[0], "external_id": one[1], "tries": tries, "due_at": due}
