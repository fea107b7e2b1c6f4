"""The collection of sources: where each was left, and how its visits went."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from domain.posts import CrawlOutcome, CrawlReport, Cursor
from storage.dialects import upsert
from storage.lookup import page
from storage.work_tables import crawls, cursors


class Sources:
    """Keep cursors and crawl reports."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def cursor(self, source: str) -> dict[str, object]:
        """Where this source was left; empty if it never was."""
        query = select(cursors.c.state).where(cursors.c.source == source)
        return self._connection.scalar(query) or {}

    def set_cursor(self, cursor: Cursor) -> None:
        """Remember where to go on; in the transaction that stores what came before."""
        row = {"source": cursor.source, "state": cursor.state}
        self._connection.execute(upsert(self._connection, cursors, ["source"]), row)

    def add_crawl(self, report: CrawlReport) -> None:
        """Store the report of one visit."""
        row = {
            "source": report.source,
            "started_at": report.started_at,
            "finished_at": report.finished_at,
            "outcome": report.outcome.value,
            "requests": report.requests,
            "posts": report.posts,
            "posts_new": report.posts_new,
            "rejected": report.rejected,
            "refused_by_robots": report.refused_by_robots,
            "errors": report.errors,
            "detail": report.detail,
        }
        self._connection.execute(insert(crawls), row)

    def crawls(self, source: str, limit: int = 50) -> list[CrawlReport]:
        """The latest visits to a source, newest first."""
        query = select(crawls).where(crawls.c.source == source).order_by(crawls.c.id.desc())
        return [_report(row) for row in self._connection.execute(page(query, limit))]

    def last_crawls(self) -> dict[str, CrawlReport]:
        """The latest visit to each source."""
        latest = select(func.max(crawls.c.id)).group_by(crawls.c.source)
        rows = self._connection.execute(select(crawls).where(crawls.c.id.in_(latest)))
        return {row.source: _report(row) for row in rows}


def _report(row: Row[Any]) -> CrawlReport:
    return CrawlReport(
        source=row.source,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=CrawlOutcome(row.outcome),
        requests=row.requests,
        posts=row.posts,
        posts_new=row.posts_new,
        rejected=row.rejected,
        refused_by_robots=row.refused_by_robots,
        errors=row.errors or {},
        detail=row.detail,
    )
