"""One visit to one source: a stream of events, with a report at its end."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime

from crawlers.order import Order
from crawlers.parent import events_of
from crawlers.politeness.settings import PolitenessSettings
from crawlers.settings import SourceSettings
from crawlers.sources.file import FileSettings, FileSource
from crawlers.sources.webhook import WebhookSettings
from crawlers.tally import Tally
from domain.errors import SourceError
from domain.posts import CrawlEvent, CrawlReport, Post, Rejected
from domain.sources import RobotsAnswer


def crawl(
    source: SourceSettings,
    cursor: Mapping[str, object],
    *,
    politeness: PolitenessSettings,
    now: datetime,
    threads: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    robots: tuple[RobotsAnswer, ...] = (),
) -> Generator[CrawlEvent]:
    """Everything new in a source, then one report; it never raises a SourceError.

    After what is new, ``threads`` are read again whole and ``missing`` posts fetched, by
    external id, where the source can (see ``registry.follows`` and ``registry.fetches``).
    ``robots`` are answers of earlier visits; new ones come as events.
    Posts come before the cursor that covers them. Sources on the network are read by a
    child process. Closing the generator stops the crawl.
    """
    if isinstance(source, WebhookSettings):
        return _told_nothing(Tally(source.name, now))
    if isinstance(source, FileSettings):
        return _read_files(FileSource(source, cursor, now), Tally(source.name, now))
    order = Order(source=source, cursor=dict(cursor), politeness=politeness, now=now)
    more = {"threads": threads, "missing": missing, "robots": robots}
    return events_of(order.model_copy(update=more))


def preview(
    source: SourceSettings, *, politeness: PolitenessSettings, now: datetime, limit: int = 10
) -> list[Post | Rejected]:
    """The first posts and refusals of a source, for a first look; nothing is remembered."""
    seen: list[Post | Rejected] = []
    with closing(crawl(source, {}, politeness=politeness, now=now)) as events:
        for event in events:
            if isinstance(event, Post | Rejected):
                seen.append(event)
            if len(seen) >= limit:
                break
    return seen


def probe(source: SourceSettings, *, politeness: PolitenessSettings, now: datetime) -> CrawlReport:
    """Whether a source can be reached and may be read; asks for one page at most."""
    if isinstance(source, WebhookSettings):
        return Tally(source.name, now).report()
    if isinstance(source, FileSettings):
        return _probe_files(FileSource(source, {}, now), Tally(source.name, now))
    order = Order(source=source, cursor={}, politeness=politeness, now=now, probe=True)
    return next(event for event in events_of(order) if isinstance(event, CrawlReport))


def _told_nothing(tally: Tally) -> Generator[CrawlEvent]:
    """A place that sends its reports by itself is not asked for any."""
    yield tally.report()


def _read_files(files: FileSource, tally: Tally) -> Generator[CrawlEvent]:
    try:
        for event in files.events():
            tally.count(event)
            yield event
    except SourceError as error:
        tally.fail(*_named(error))
    yield tally.report()


def _probe_files(files: FileSource, tally: Tally) -> CrawlReport:
    for problem in files.problems():
        tally.fail(*_named(problem))
    return tally.report()


def _named(error: SourceError) -> tuple[str, SourceError]:
    return type(error).__name__.removeprefix("Source").lower(), error
