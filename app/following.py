"""What a visit asks besides what is new: living threads, missing posts, known robots rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.application import App
from crawlers.registry import fetches, follows
from crawlers.settings import SourceSettings
from domain.posts import CrawlOutcome, CrawlReport
from domain.sources import Patience, RobotsAnswer
from storage.unit import Unit

_NOT_ASKED = frozenset({CrawlOutcome.FORBIDDEN, CrawlOutcome.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due in a source; without ``patience`` its kind follows no threads."""

    source: str
    patience: Patience | None
    threads: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    robots: tuple[RobotsAnswer, ...] = ()

    def note_growth(self, unit: Unit, post_ids: Iterable[int], now: datetime) -> None:
        """Posts were taken in: their threads are alive."""
        if self.patience is not None:
            unit.revisits.grew(post_ids, self.patience, now)

    def note_visit(self, unit: Unit, report: CrawlReport, now: datetime) -> None:
        """The visit is over: what it asked for is due later, unless nothing could be asked."""
        if self.patience is None or report.outcome in _NOT_ASKED:
            return
        unit.revisits.visited(self.source, self.threads, self.patience, now)
        unit.revisits.asked(self.source, self.missing, self.patience, now)


def plan_for(unit: Unit, source: SourceSettings, app: App, now: datetime) -> Plan:
    """What to ask a source now."""
    limits, name, kind = app.settings.politeness.follow, source.name, source.kind
    if not (follows(kind) or fetches(kind)):
        return Plan(name, None, robots=_robots(unit, source, now))
    threads = unit.revisits.due(name, now, limits.threads_per_visit) if follows(kind) else []
    missing = unit.revisits.missing(name, now, limits.posts_per_visit) if fetches(kind) else []
    robots = _robots(unit, source, now)
    return Plan(name, limits.patience, tuple(threads), tuple(missing), robots)


def _robots(unit: Unit, source: SourceSettings, now: datetime) -> tuple[RobotsAnswer, ...]:
    parts = urlsplit(str(getattr(source, "url", "")))
    return unit.robots.of(source.name, f"{parts.scheme}://{parts.netloc}", now)
