"""One visit to one source: a stream of events, with a report at its end."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime

from crawlers.politeness.settings import PolitenessSettings
from crawlers.settings import SourceSettings
from crawlers.sources.file import FileSource
from crawlers.tally import Tally
from domain.errors import SourceError
from domain.posts import CrawlEvent, Post, Rejected


def crawl(
    source: SourceSettings,
    cursor: Mapping[str, object],
    *,
    politeness: PolitenessSettings,
    now: datetime,
) -> Generator[CrawlEvent]:
    """Everything new in a source, then one report; it never raises a SourceError.

    Posts come before the cursor that covers them. Closing the generator stops the crawl.
    """
    return _read_files(source, cursor, now)


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


def _read_files(
    source: SourceSettings, cursor: Mapping[str, object], now: datetime
) -> Generator[CrawlEvent]:
    tally = Tally(source.name, now)
    try:
        for event in FileSource(source, cursor, now).events():
            tally.count(event)
            yield event
    except SourceError as error:
        tally.problem = error
    yield tally.report()
