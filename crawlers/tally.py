"""Counts what a crawl brings, and turns the counts into its report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from crawlers.politeness.errors import FetchError
from domain.errors import SourceError, SourceForbidden, SourceUnreachable
from domain.posts import CrawlEvent, CrawlOutcome, CrawlReport, Post, Rejected


@dataclass(slots=True)
class Tally:
    """What one crawl has brought so far."""

    source: str
    started_at: datetime
    requests: int = 0
    pages: int = 0
    posts: int = 0
    rejected: int = 0
    refused_by_robots: int = 0
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

    def fail(self, code: str, problem: SourceError) -> None:
        """Counts one failure; the first one is told in the report."""
        self.errors[code] += 1
        self.problem = self.problem or problem

    def refuse(self, error: FetchError) -> None:
        """Counts one page that could not be had."""
        self.refused_by_robots += error.code.startswith("robots")
        self.fail(error.code, error.problem())

    def elapsed(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.began

    def report(self) -> CrawlReport:
        """The report of what was counted until now."""
        return CrawlReport(
            source=self.source,
            started_at=self.started_at,
            finished_at=self.started_at + timedelta(seconds=self.elapsed()),
            outcome=self._outcome(),
            requests=self.requests,
            posts=self.posts,
            rejected=self.rejected,
            refused_by_robots=self.refused_by_robots,
            errors=dict(self.errors),
            detail=str(self.problem or ""),
        )

    def _outcome(self) -> CrawlOutcome:
        if self.problem is None:
            return CrawlOutcome.OK
        if self.posts or self.pages:
            return CrawlOutcome.DEGRADED
        if isinstance(self.problem, SourceUnreachable):
            return CrawlOutcome.UNREACHABLE
        forbidden = isinstance(self.problem, SourceForbidden)
        return CrawlOutcome.FORBIDDEN if forbidden else CrawlOutcome.FAILED
