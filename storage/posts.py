"""The collection of posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Float,
    Select,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    update,
)

from domain.posts import Census, Gone, Post, PostVersion
from domain.queries import Query
from domain.windows import Window
from storage import fulltext, intake, post_rows
from storage.cleaning import key
from storage.columns import Moment
from storage.intake import Added
from storage.lookup import MOST, PORTION, among, among_keys, batches, page, portions
from storage.tables import (
    READABLE,
    THERE,
    UNLINKED,
    VIEWED,
    analyses,
    mentions,
    pipelines,
    posts,
    versions,
)
from storage.topic_tables import post_topics

SAID = posts.c.author_id.is_not(None) & (posts.c.kind != "reaction") & THERE
"""Posts with words of somebody, still there."""
OPENS = case((posts.c.external_id == posts.c.root, 1), else_=0)
"""Whether a post opens its thread."""


class Viewed(NamedTuple):
    """A post with counted views: ``opens`` its thread or not; ``age`` in seconds when counted."""

    post_id: int
    author_id: int
    source: str
    opens: bool
    age: float
    views: int


class Posts:
    """Keep posts with their authors, versions and words; find the work still to do on them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, batch: Sequence[Post], now: datetime) -> Added:
        """Store posts with their authors.

        A changed title, text or rating keeps the old words as a version and asks for
        the post's analysis and links anew; changed counters do not. Adding the same
        posts again changes nothing. A title, counter or tie that the source leaves out
        this time stays as it was, and so does the first ``created_at``.
        """
        return intake.add(self._connection, batch, now)

    def get(self, post_id: int) -> Post | None:
        """The post of this id."""
        return self.get_many([post_id]).get(post_id)

    def get_many(self, post_ids: Iterable[int]) -> dict[int, Post]:
        """Those of these posts that are known, by id."""
        rows = among(self._connection, post_rows.SELECT, posts.c.id, post_ids)
        return {row.id: post_rows.post(row) for row in rows}

    def by_key(self, source: str, external_id: str) -> Post | None:
        """The post that a source knows by this id."""
        one = posts.c.source == source, posts.c.external_id == external_id
        return next(iter(self._read(post_rows.SELECT.where(*one))), None)

    def thread(self, post_id: int, limit: int = 500) -> list[Post]:
        """The whole conversation that a post belongs to, oldest first."""
        start = select(posts.c.source, posts.c.root).where(posts.c.id == post_id)
        found = self._connection.execute(start).first()
        if found is None:
            return []
        same = posts.c.source == found.source, posts.c.root == found.root
        query = post_rows.SELECT.where(*same).order_by(posts.c.created_at, posts.c.id)
        return self._read(page(query, limit))

    def versions(self, post_id: int) -> list[PostVersion]:
        """What a post said before its edits, oldest first."""
        query = select(versions).where(versions.c.post_id == post_id).order_by(versions.c.id)
        return [post_rows.version(row) for row in self._connection.execute(query)]

    def unanalysed(self, version: str, limit: int) -> list[Post]:
        """Posts to read that have no analysis by this version of the pipeline, new ones first."""
        known = select(pipelines.c.id).where(pipelines.c.version == version)
        current = self._connection.scalar(known) or 0
        stamp = posts.c.pipeline_id
        found: list[Post] = []
        for part in (stamp == 0, (stamp > 0) & (stamp < current), stamp > current):
            query = post_rows.SELECT.where(READABLE, part).order_by(stamp, posts.c.id)
            found += self._read(page(query, limit - len(found)))
        return found

    def unlinked(self, limit: int) -> list[Post]:
        """Acts not yet turned into interactions, by id."""
        query = post_rows.SELECT.where(UNLINKED, THERE).order_by(posts.c.id)
        return self._read(page(query, limit))

    def mark_linked(self, ids: Sequence[int]) -> None:
        """Remember that these were turned into interactions."""
        for portion in portions(ids):
            done = update(posts).where(posts.c.id.in_(portion)).values(linked=1)
            self._connection.execute(done)

    def keys(self, source: str, external_ids: Iterable[str]) -> dict[str, tuple[int, int | None]]:
        """Post id and author id by external id, for those that are known and still there."""
        wanted = {key(external_id): external_id for external_id in external_ids}
        query = select(posts.c.external_id, posts.c.id, posts.c.author_id).where(THERE)
        rows = among_keys(self._connection, query, posts, ((key(source), one) for one in wanted))
        return {wanted[row.external_id]: (row.id, row.author_id) for row in rows}

    def census(self, census: Census, at: datetime) -> int:
        """Mark gone what a thread no longer shows, and what returned as there; how many."""
        shown = set(map(key, census.external_ids))
        query = select(posts.c.id, posts.c.external_id, posts.c.gone_at).where(
            posts.c.source == census.source,
            or_(posts.c.root == census.thread, posts.c.external_id == census.thread),
        )
        rows = self._connection.execute(query).all()
        lost = [row.id for row in rows if row.external_id not in shown and row.gone_at is None]
        back = [row.id for row in rows if row.external_id in shown and row.gone_at is not None]
        return self._mark(lost, at) + self._mark(back, None)

    def gone(self, gone: Gone, at: datetime) -> int:
        """Mark one post as gone; 0 if it is unknown or was gone before."""
        query = select(posts.c.id).where(
            posts.c.source == gone.source,
            posts.c.external_id == gone.external_id,
            posts.c.gone_at.is_(None),
        )
        return self._mark(self._connection.scalars(query).all(), at)

    def search(
        self, query: Query, limit: int = 50, brand: str | None = None, before_id: int | None = None
    ) -> list[Post]:
        """Posts that match a query, newest first; ``before_id`` is the last of the page before."""
        limit = max(0, min(limit, MOST))
        ids = fulltext.find(self._connection, query, limit, brand, before_id)
        found = self.get_many(ids)
        return [found[number] for number in ids if number in found]

    def tallies(self, query: Query) -> Iterator[tuple[str, str, int, int]]:
        """(source, language, day since 1970, posts) of all that matches a query."""
        return fulltext.tallies(self._connection, query)

    def count(self) -> int:
        """How many posts there are, gone ones too."""
        return self._connection.scalar(select(func.count()).select_from(posts)) or 0

    def between(self, window: Window) -> Iterator[list[Post]]:
        """Batches of the posts written in the window, by id, without reactions."""
        at, last = posts.c.created_at, 0
        told = post_rows.SELECT.where(at >= window.start, at < window.end)
        query = told.where(posts.c.kind != "reaction").order_by(posts.c.id).limit(PORTION)
        while batch := self._read(query.where(posts.c.id > last)):
            yield batch
            last = batch[-1].id

    def spoken(self, window: Window | None) -> Iterator[list[tuple[int, float, int]]]:
        """Batches of (author id, epoch seconds, post id): the trials, gone posts left out."""
        at = posts.c.created_at
        query = select(posts.c.author_id, seconds(at), posts.c.id).where(SAID)
        if window is not None:
            query = query.where(at >= window.start, at < window.end)
        return batches(self._connection, query)

    def viewed(self, now: datetime, limit: int) -> list[Viewed]:
        """The newest posts of people whose views the source counts; from a file: as of now."""
        counted_at = func.coalesce(posts.c.fetched_at, literal(now, Moment))
        age = seconds(counted_at) - seconds(posts.c.created_at)
        query = select(posts.c.id, posts.c.author_id, posts.c.source, OPENS, age, posts.c.views)
        counted = query.where(SAID, VIEWED)
        rows = self._connection.execute(page(counted.order_by(posts.c.id.desc()), limit))
        return [Viewed(*row) for row in rows]

    def telling(
        self, *, stage: str | None, topic_id: int | None, brand: str | None
    ) -> Iterator[int]:
        """Ids of the posts that tell of all of these; what is None is not asked."""
        query = select(posts.c.id).where(THERE)
        for table, column, wanted in (
            (analyses, analyses.c.stage, stage),
            (post_topics, post_topics.c.topic_id, topic_id),
            (mentions, mentions.c.brand, brand),
        ):
            if wanted is not None:
                query = query.where(posts.c.id.in_(select(table.c.post_id).where(column == wanted)))
        return (row[0] for batch in batches(self._connection, query) for row in batch)

    def _read(self, query: Select[Any]) -> list[Post]:
        return [post_rows.post(row) for row in self._connection.execute(query)]

    def _mark(self, ids: Sequence[int], gone_at: datetime | None) -> int:
        """Note what is gone, or back, and change whatever was made of it."""
        for portion in portions(ids):
            marked = update(posts).where(posts.c.id.in_(portion)).values(gone_at=gone_at)
            self._connection.execute(marked)
        change = intake.restore if gone_at is None else intake.withdraw
        change(self._connection, ids)
        return len(ids)


def seconds(moment: Any) -> Any:
    """A column of times as seconds since 1970 UTC, with their fraction."""
    return cast(type_coerce(moment, BigInteger), Float(53)) / 1e6
