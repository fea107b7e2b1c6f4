"""The collection of sources: where each was left, and how its visits went."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, case, func, insert, select
from sqlalchemy.orm import aliased

from domain.posts import CrawlOutcome, CrawlReport, Cursor
from domain.sources import Visit
from storage.dialects import upsert
from storage.listening_tables import threads
from storage.lookup import page
from storage.tables import awaited, posts
from storage.work_tables import crawls, cursors

_HEARD = frozenset({CrawlOutcome.OK.value, CrawlOutcome.DEGRADED.value})


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

    def visits(self, since: datetime) -> dict[str, list[Visit]]:
        """How each visit since then went, by source, oldest first."""
        columns = crawls.c.source, crawls.c.started_at, crawls.c.posts_new, crawls.c.outcome
        query = select(*columns).where(crawls.c.started_at >= since).order_by(crawls.c.id)
        found: dict[str, list[Visit]] = {}
        for source, at, new, outcome in self._connection.execute(query):
            found.setdefault(source, []).append(Visit(at, new, outcome in _HEARD))
        return found

    def errors(self, since: datetime) -> dict[str, Counter[str]]:
        """What went wrong in visits since then, by source and code."""
        query = select(crawls.c.source, crawls.c.errors)
        query = query.where(crawls.c.started_at >= since, crawls.c.errors.is_not(None))
        found: dict[str, Counter[str]] = {}
        for source, errors in self._connection.execute(query):
            found.setdefault(source, Counter()).update(errors)
        return found

    def completeness(self, since: datetime) -> dict[str, tuple[int, int]]:
        """(threads, those that are whole) of each source that is followed, alive since then.

        A thread is whole if its root is held, no post in it answers one that is not, and
        its root counts no more replies than are held.
        """
        whole = select(
            threads.c.source, func.count(), func.sum(case((_lacking(), 0), else_=1))
        ).where(threads.c.grown_at >= since)
        rows = self._connection.execute(whole.group_by(threads.c.source))
        return {source: (count, int(good)) for source, count, good in rows}

    def awaited(self) -> dict[str, int]:
        """How many posts are spoken of and not here, by source."""
        query = select(awaited.c.source, func.count(awaited.c.external_id.distinct()))
        rows = self._connection.execute(query.group_by(awaited.c.source))
        return {row[0]: row[1] for row in rows}

    def latest_ids(self, source: str, since: datetime, limit: int = 1_000) -> list[str]:
        """External ids of what a source said since then, the latest first."""
        at = posts.c.created_at
        latest = select(posts.c.external_id).where(posts.c.source == source, at >= since)
        return list(self._connection.scalars(page(latest.order_by(at.desc()), limit)))


def _lacking() -> ColumnElement[bool]:
    """Whether something of a thread is not here."""
    head, held = aliased(posts), aliased(posts)
    root = (head.c.source == threads.c.source) & (head.c.external_id == threads.c.root)
    same = (held.c.source == threads.c.source) & (held.c.root == threads.c.root)
    there = select(func.count() - 1).where(same, held.c.gone_at.is_(None)).scalar_subquery()
    told = select(func.coalesce(head.c.replies, 0)).where(root).scalar_subquery()
    waits = select(held.c.id).join(awaited, awaited.c.post_id == held.c.id).where(same)
    return ~select(head.c.id).where(root).exists() | (told > there) | waits.exists()


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
