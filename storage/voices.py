"""The collection of voices: who sets whom in motion, and who seems to act in concert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, delete, func, insert, select, type_coerce

from domain.posts import PostKind
from storage.lookup import batches, page
from storage.posts import SAID
from storage.story_tables import story_posts
from storage.tables import analyses, authors, posts
from storage.voices_tables import suspects, suspicions
from storage.work_tables import interactions

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Edge:
    """What speaks for one person setting another in motion: distinct posts acted on, and when."""

    actor_id: int
    name: str
    acts: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Concert:
    """Accounts that seem to act in concert; ``kind``, ``acts`` and ``share`` say why."""

    kind: str
    about: int
    author_ids: tuple[int, ...]
    acts: int
    share: float
    since: datetime
    until: datetime


class Voices:
    """Evidence about authors, beside the measures of them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def edges(self, speaker_id: int, limit: int) -> list[Edge]:
        """Those who acted on most of an author's posts, most first."""
        at, on = interactions.c.at, func.coalesce(interactions.c.on_post_id, interactions.c.post_id)
        acts = func.count(on.distinct())
        query = (
            select(
                interactions.c.actor_id, authors.c.name, authors.c.external_id,
                acts.label("acts"), func.min(at).label("first"), func.max(at).label("last"),
            )
            .join(authors, authors.c.id == interactions.c.actor_id)
            .where(interactions.c.speaker_id == speaker_id, interactions.c.actor_id != speaker_id)
            .group_by(interactions.c.actor_id, authors.c.name, authors.c.external_id)
            .order_by(acts.desc(), interactions.c.actor_id)
        )  # fmt: skip
        return [
            Edge(row.actor_id, row.name or row.external_id, row.acts, row.first, row.last)
            for row in self._connection.execute(page(query, limit))
        ]

    def said(self, author_id: int) -> int:
        """How many posts of an author are kept."""
        query = select(func.count()).select_from(posts).where(posts.c.author_id == author_id)
        return self._connection.scalar(query) or 0

    def stages(self) -> Iterator[list[tuple[int, str]]]:
        """Batches of (post id, stage), for posts that tell of a stage."""
        query = select(analyses.c.post_id, analyses.c.stage).where(analyses.c.stage.is_not(None))
        return batches(self._connection, query)

    def copies(self) -> Iterator[list[tuple[int, int, datetime]]]:
        """Batches of (story, author id, when), for posts that tell nearly the same, by story.

        Shares are left out: they say openly that the words are another's.
        """
        query = (
            select(story_posts.c.story_id, posts.c.author_id, posts.c.created_at)
            .join(posts, posts.c.id == story_posts.c.post_id)
            .where(SAID, posts.c.kind != PostKind.SHARE.value)
            .order_by(story_posts.c.story_id, posts.c.created_at)
        )
        return batches(self._connection, query)

    def mark(self) -> list[tuple[Any, ...]]:
        """Counts and sums of posts by stage, accounts' ages and copies: changed where they are."""
        joined, copy = type_coerce(authors.c.joined_at, BigInteger) // _SECOND, story_posts.c
        queries = (
            select(analyses.c.stage, func.count(), func.sum(analyses.c.post_id))
            .where(analyses.c.stage.is_not(None))
            .group_by(analyses.c.stage)
            .order_by(analyses.c.stage),
            select(func.count(joined), func.sum(joined)),
            select(func.count(), func.sum(copy.post_id), func.sum(copy.story_id)),
        )
        found = (tuple(row) for query in queries for row in self._connection.execute(query))
        return [tuple(one and str(one) for one in row) for row in found]

    def joined(self) -> Iterator[list[tuple[int, datetime]]]:
        """Batches of (author id, since when), where the source tells it."""
        query = select(authors.c.id, authors.c.joined_at).where(authors.c.joined_at.is_not(None))
        return batches(self._connection, query)

    def replace_concerts(self, concerts: Iterable[Concert]) -> None:
        """Put these in the place of all that were found before."""
        for table in (suspects, suspicions):
            self._connection.execute(delete(table))
        for one in concerts:
            made = insert(suspicions).values(_row(one)).returning(suspicions.c.id)
            suspicion_id = int(self._connection.execute(made).scalar_one())
            rows = [{"author_id": who, "suspicion_id": suspicion_id} for who in one.author_ids]
            self._connection.execute(insert(suspects), rows)

    def concerts(self, author_id: int) -> list[Concert]:
        """What this author seems to be part of, or to be lifted by."""
        part = select(suspects.c.suspicion_id).where(suspects.c.author_id == author_id)
        query = select(suspicions).where(
            suspicions.c.id.in_(part) | (suspicions.c.about == author_id)
        )
        ordered = query.order_by(suspicions.c.id)
        return [_concert(row) for row in self._connection.execute(ordered)]


def _concert(row: Row[Any]) -> Concert:
    who = tuple(row.author_ids)
    return Concert(row.kind, row.about, who, row.acts, row.share, row.since, row.until)


def _row(one: Concert) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "about": one.about,
        "author_ids": list(one.author_ids),
        "acts": one.acts,
        "share": one.share,
        "since": one.since,
        "until": one.until,
    }
