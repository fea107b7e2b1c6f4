"""Counts what a crawl brings, and turns the counts into its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from domain.errors import SourceError, SourceForbidden, SourceUnreachable
from domain.posts import CrawlEvent, CrawlOutcome, CrawlReport, Post, Rejected


@dataclass(slots=True)
class Tally:
    """What one crawl has brought so far."""

    source: str
    started_at: datetime
    posts: int = 0
    rejected: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    problem: SourceError | None = None
    began: float = field(default_factory=monotonic)

    def count(self, event: CrawlEvent) -> None:
        """Counts one event."""
        if isinstance(event, Post):
            self.posts += 1
        elif isinstance(event, Rejected):
            self.rejected += 1
            self.errors[event.code] += 1

    def report(self) -> CrawlReport:
        """The report of what was counted until now."""
        elapsed = timedelta(seconds=monotonic() - self.began)
        return CrawlReport(
            source=self.source,
            started_at=self.started_at,
            finished_at=self.started_at + elapsed,
            outcome=self._outcome(),
            posts=self.posts,
            rejected=self.rejected,
            errors=dict(self.errors),
            detail=str(self.problem or ""),
        )

    def _outcome(self) -> CrawlOutcome:
        if self.problem is None:
            return CrawlOutcome.OK
        if self.posts:
            return CrawlOutcome.DEGRADED
        if isinstance(self.problem, SourceUnreachable):
            return CrawlOutcome.UNREACHABLE
        forbidden = isinstance(self.problem, SourceForbidden)
        return CrawlOutcome.FORBIDDEN if forbidden else CrawlOutcome.FAILED
