"""Visit the sources that are due, and store what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from app.application import App
from app.following import Plan, plan_for
from app.wanted import listening, ours
from crawlers.crawl import crawl as events_of
from crawlers.settings import SourceSettings
from domain.errors import UsageError
from domain.posts import Census, CrawlEvent, CrawlOutcome, CrawlReport, Cursor, Gone, Post, Rejected
from domain.runs import Run, RunOutcome
from domain.sources import Declared, RobotsAnswer
from storage.unit import Unit

log = structlog.get_logger()

BATCH = 1_000
AT_ONCE = 4
Other = Census | Gone | Cursor | RobotsAnswer | Declared | CrawlReport


def crawl(app: App, now: datetime) -> Run:
    """Visit every source that is due."""
    return visit(app, due(app, now), now)


def due(app: App, now: datetime) -> list[SourceSettings]:
    """The sources whose last visit began at least one pause ago."""
    with app.store.reading() as unit:
        last = unit.sources.last_crawls()
    return [
        source
        for source in app.settings.sources
        if source.kind != "webhook"  # which is told, not asked
        and (source.name not in last or last[source.name].started_at + source.every <= now)
    ]


def named(app: App, names: Collection[str], kind: str | None = None) -> list[SourceSettings]:
    """The sources with these names (all, where none is named), of one kind if one is given.

    Raises UsageError where a name is not that of a source.
    """
    known = [source.name for source in app.settings.sources]
    if strange := sorted(set(names) - set(known)):
        todo = f"sources are: {', '.join(known) or 'none yet; see config.yaml'}"
        raise UsageError(f"no source is called {', '.join(strange)}", todo=todo)
    return [
        source
        for source in app.settings.sources
        if (not names or source.name in names) and (kind is None or source.kind == kind)
    ]


def visit(app: App, sources: Collection[SourceSettings], now: datetime) -> Run:
    """Visit these sources, a few at once, each in its own thread of work."""
    counts = Counter({"sources": len(sources), "posts_new": 0, "posts_changed": 0})
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for visited in pool.map(lambda source: _visit(app, source, now), sources):
            counts.update(visited)
    outcome = RunOutcome.DEGRADED if counts["sources_failed"] else RunOutcome.OK
    return Run("crawl", now, app.clock(), outcome, dict(counts))


def _visit(app: App, source: SourceSettings, now: datetime) -> Counter[str]:
    with app.store.reading() as unit:
        cursor, plan = unit.sources.cursor(source.name), plan_for(unit, source, app, now)
    events = events_of(
        listening(source, app.brands),
        cursor,
        politeness=app.settings.politeness,
        now=now,
        threads=plan.threads,
        missing=plan.missing,
        robots=plan.robots,
    )
    counts = take_in(app, plan, ours(app, source, events), now)
    log.info("source visited", source=source.name, **counts)
    return counts


def take_in(app: App, plan: Plan, events: Iterable[CrawlEvent], now: datetime) -> Counter[str]:
    """Store what a source says, batch by batch; what came of it."""
    visit = _Visit(plan.source, plan, app.oldest_kept(now), now)
    for batch in _batches(events):
        with app.store.writing() as unit:
            visit.keep(unit, batch)
        app.progress(plan.source, visit.counts["posts_seen"])
    return visit.counts


@dataclass
class _Batch:
    """Events to be stored in one transaction; a cursor only with the posts it covers."""

    posts: list[Post] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    others: list[Other] = field(default_factory=list)

    def take(self, event: CrawlEvent) -> None:
        if isinstance(event, Post):
            self.posts.append(event)
        elif isinstance(event, Rejected):
            self.rejected.append(event)
        else:
            self.others.append(event)

    @property
    def full(self) -> bool:
        return len(self.posts) + len(self.rejected) >= BATCH or bool(self.others)


def _batches(events: Iterable[CrawlEvent]) -> Iterable[_Batch]:
    batch = _Batch()
    for event in events:
        batch.take(event)
        if batch.full:
            yield batch
            batch = _Batch()
    if batch.posts or batch.rejected:
        yield batch


@dataclass
class _Visit:
    """One visit under way: what it brought so far, and how that is kept."""

    source: str
    plan: Plan
    oldest: datetime | None
    now: datetime
    counts: Counter[str] = field(default_factory=Counter)

    def keep(self, unit: Unit, batch: _Batch) -> None:
        """Store a batch; what is past its retention is not taken in again."""
        fresh = [one for one in batch.posts if self.oldest is None or one.created_at >= self.oldest]
        added = unit.posts.add(fresh, self.now)
        self.plan.note_growth(unit, added.ids, self.now)
        self.counts.update(
            posts_seen=len(batch.posts),
            posts_new=added.new,
            posts_changed=added.changed,
            rejected=unit.quarantine.add(batch.rejected, self.now),
        )
        for event in batch.others:
            self._keep_other(unit, event)

    def _keep_other(self, unit: Unit, event: Other) -> None:
        match event:
            case Census():
                self.counts["posts_gone"] += unit.posts.census(event, self.now)
            case Gone():
                self.counts["posts_gone"] += unit.posts.gone(event, self.now)
            case Cursor():
                unit.sources.set_cursor(event)
            case RobotsAnswer():
                unit.robots.keep(self.source, event)
            case Declared():
                unit.declared.keep(self.source, event, self.now)
            case CrawlReport():
                unit.sources.add_crawl(replace(event, posts_new=self.counts["posts_new"]))
                self.plan.note_visit(unit, event, self.now)
                self.counts["sources_failed"] += event.outcome is not CrawlOutcome.OK
