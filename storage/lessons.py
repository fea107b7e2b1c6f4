"""The collection of lessons: posts to ask people about, what they said, and who was right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, select

from domain.analyses import Asked, Label
from storage.lookup import page
from storage.tables import READABLE, analyses, corrections, posts
from storage.topic_tables import post_topics

_PRIME = 2_654_435_761  # spreads ids over 32 bits (Knuth): the lot that is drawn
_SPREAD = 2**32


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post that nobody has labelled: how sure the pipeline is of it, and its vector."""

    post_id: int
    confidence: float
    vector: bytes


@dataclass(frozen=True, slots=True)
class Tally:
    """Labels of posts drawn by lot, of one source and language: how many were right."""

    source: str
    language: str
    label: Label
    asked: int
    right: int


class Lessons:
    """Find what is worth asking, and keep count of the answers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def doubtful(self, since: datetime, limit: int) -> list[Candidate]:
        """Posts since then of whose feeling the pipeline is least sure."""
        return self._candidates(since, analyses.c.confidence, limit)

    def drawn(self, since: datetime, seed: int, limit: int) -> list[Candidate]:
        """Posts since then, drawn by lot; the same seed draws the same ones."""
        lot = (posts.c.id * _PRIME + seed * 40_503) % _SPREAD
        return self._candidates(since, lot, limit)

    def polarities(self) -> Mapping[int, str]:
        """What people last said each post feels, by post id."""
        told = select(corrections.c.post_id, corrections.c.value).order_by(corrections.c.id)
        query = told.where(corrections.c.label == Label.POLARITY.value)
        return {row.post_id: row.value for row in self._connection.execute(query)}

    def tallies(self) -> list[Tally]:
        """How often the pipeline was right where the lot was drawn, before anybody spoke."""
        first = (
            select(func.min(corrections.c.id))
            .where(corrections.c.asked == Asked.DRAWN.value, corrections.c.found.is_not(None))
            .group_by(corrections.c.post_id, corrections.c.label)
        )
        right = func.sum(case((corrections.c.found == corrections.c.value, 1), else_=0))
        query = (
            select(posts.c.source, analyses.c.language, corrections.c.label, func.count(), right)
            .join(posts, posts.c.id == corrections.c.post_id)
            .join(analyses, analyses.c.post_id == corrections.c.post_id)
            .where(corrections.c.id.in_(first))
            .group_by(posts.c.source, analyses.c.language, corrections.c.label)
            .order_by(posts.c.source, analyses.c.language, corrections.c.label)
        )
        return [
            Tally(source, language, Label(label), asked, int(ok))
            for source, language, label, asked, ok in self._connection.execute(query)
        ]

    def _candidates(self, since: datetime, order: Any, limit: int) -> list[Candidate]:
        told = select(corrections.c.post_id).where(corrections.c.label == Label.POLARITY.value)
        query = (
            select(posts.c.id, analyses.c.confidence, post_topics.c.vector)
            .join(analyses, analyses.c.post_id == posts.c.id)
            .join(post_topics, post_topics.c.post_id == posts.c.id)
            .where(READABLE, posts.c.created_at >= since, posts.c.id.not_in(told))
            .where(post_topics.c.vector.is_not(None))
            .order_by(order, posts.c.id)
        )
        rows = self._connection.execute(page(query, limit))
        return [Candidate(row.id, row.confidence, row.vector) for row in rows]
