"""The collection of what robots.txt said, for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select

from domain.sources import RobotsAnswer
from storage.dialects import upsert
from storage.listening_tables import robots

_DAY = timedelta(days=1)


class RobotsAnswers:
    """Keep the latest answer of each origin, by the source that asked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, source: str, answer: RobotsAnswer) -> None:
        """Remember an answer; those that hold no longer are forgotten."""
        old = robots.c.source == source, robots.c.fetched_at < answer.fetched_at - _DAY
        self._connection.execute(delete(robots).where(*old))
        row = {
            "source": source,
            "origin": answer.origin,
            "fetched_at": answer.fetched_at,
            "status": answer.status,
            "body": answer.body,
        }
        self._connection.execute(upsert(self._connection, robots, ["source", "origin"]), row)

    def of(self, source: str, origin: str, now: datetime) -> tuple[RobotsAnswer, ...]:
        """What is known of this origin, and of those that the source asked, whoever asked."""
        theirs = select(robots.c.origin).where(robots.c.source == source)
        query = select(robots).where(
            or_(robots.c.origin == origin, robots.c.origin.in_(theirs)),
            robots.c.fetched_at > now - _DAY,
        )
        latest = self._connection.execute(query.order_by(robots.c.fetched_at))
        found = {
            row.origin: RobotsAnswer(row.origin, row.fetched_at, row.status, row.body)
            for row in latest
        }
        return tuple(found.values())
