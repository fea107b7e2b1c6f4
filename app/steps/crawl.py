"""Visit the sources that are due, and store what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from app.application import App
from crawlers.crawl import crawl as events_of
from crawlers.settings import SourceSettings
from domain.errors import UsageError
from domain.posts import Census, CrawlEvent, CrawlOutcome, CrawlReport, Cursor, Gone, Post, Rejected
from domain.runs import Run, RunOutcome
from storage.unit import Unit

log = structlog.get_logger()

BATCH = 1_000
AT_ONCE = 4


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
        if source.name not in last or last[source.name].started_at + source.every <= now
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
        cursor = unit.sources.cursor(source.name)
    counts, oldest = Counter[str](), app.oldest_kept(now)
    events = events_of(source, cursor, politeness=app.settings.politeness, now=now)
    for batch in _batches(events):
        with app.store.writing() as unit:
            counts.update(_keep(unit, batch, oldest, now))
        app.progress(source.name, counts["posts_seen"])
    log.info("source visited", source=source.name, **counts)
    return counts


@dataclass
class _Batch:
    """Events to be stored in one transaction; a cursor only with the posts it covers."""

    posts: list[Post] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    others: list[Census | Gone | Cursor | CrawlReport] = field(default_factory=list)

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


def _keep(unit: Unit, batch: _Batch, oldest: datetime | None, now: datetime) -> Counter[str]:
    """Store a batch; what is past its retention is not taken in again."""
    fresh = [post for post in batch.posts if oldest is None or post.created_at >= oldest]
    added = unit.posts.add(fresh, now)
    counts = Counter(
        posts_seen=len(batch.posts),
        posts_new=added.new,
        posts_changed=added.changed,
        rejected=unit.quarantine.add(batch.rejected, now),
    )
    for event in batch.others:
        counts.update(_keep_other(unit, event, now))
    return counts


def _keep_other(
    unit: Unit, event: Census | Gone | Cursor | CrawlReport, now: datetime
) -> Counter[str]:
    match event:
        case Census():
            return Counter(posts_gone=unit.posts.census(event, now))
        case Gone():
            return Counter(posts_gone=unit.posts.gone(event, now))
        case Cursor():
            unit.sources.set_cursor(event)
            return Counter()
        case CrawlReport():
            unit.sources.add_crawl(event)
            return Counter(sources_failed=int(event.outcome is not CrawlOutcome.OK))
