"""The one spider: it walks any source with Scrapy, and every page comes through the gate."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from time import monotonic
from typing import Any

import scrapy
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response as ScrapyResponse

from crawlers.declaring import Declaring
from crawlers.order import Order
from crawlers.pages import Found, Request, Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.optout import withheld
from crawlers.politeness.robots import Memory
from crawlers.settings import SourceSettings
from crawlers.sources.source import FetchesPosts, FollowsThreads, Source
from crawlers.tally import Tally
from domain.errors import SourceError, SourceForbidden, SourceMalformed, SourceUnreachable
from domain.posts import CrawlEvent, Cursor, Rejected
from domain.sources import RobotsAnswer

CURSOR_EVERY = 5.0  # seconds: a cursor may be as long as a site has pages
_log = logging.getLogger(__name__)
_OUR_REQUEST, _OUR_RESPONSE = "boca_request", "boca_response"


class GatedHandler(BaseDownloadHandler):
    """Scrapy's way to the network: the gate does robots, pace, guard, redirects, sizes."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._tally: Tally = crawler.spider.tally
        self._gate = Gate(crawler.spider.politeness, memory=crawler.spider.memory)

    async def download_request(self, request: scrapy.Request) -> ScrapyResponse:
        """Fetches one page through the gate."""
        ours: Request = request.meta[_OUR_REQUEST]
        await asyncio.sleep(ours.wait)
        try:
            page = await self._gate.fetch(ours.url, ours.headers, ours.body)
        finally:
            self._tally.requests = max(self._tally.requests, self._gate.requests)
        request.meta[_OUR_RESPONSE] = page
        return ScrapyResponse(request.url, status=page.status, request=request)

    async def close(self) -> None:
        """Closes every connection."""
        await self._gate.close()


SETTINGS: dict[str, Any] = {
    # Everything that fetches is the gate's; Scrapy schedules, and nothing else of it is on.
    "DOWNLOAD_HANDLERS": {
        "http": GatedHandler,
        "https": GatedHandler,
        **dict.fromkeys(("data", "file", "ftp", "s3")),
    },
    "DOWNLOADER_MIDDLEWARES_BASE": {},
    "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
    "EXTENSIONS_BASE": {},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "CONCURRENT_REQUESTS": 8,
    # Scrapy starts more than this at once (2.19 counts a transfer only when its task runs),
    # so it is the gate that lets one request at a time through to a host.
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "WARNING",
    "STATS_DUMP": False,
    # First asked, first read: a source lists the newest first, and its cursor relies on it.
    # What a page leads to is read before what waited already (see _asked).
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
}


class SourceSpider(scrapy.Spider):
    """Reads one source, callback by callback, and emits what is found."""

    name = "source"

    def __init__(
        self,
        source: Source,
        order: Order,
        tally: Tally,
        emit: Callable[[CrawlEvent], None],
    ) -> None:
        super().__init__()
        self.source, self.tally, self._emit = source, tally, emit
        self.politeness, self._order = order.politeness, order
        self.memory = Memory(order.robots, order.now, self._learn)
        self._asked_for: set[int] = set()  # hashes: a long crawl asks for very many
        self._cursor, self._kept_at = source.cursor(), monotonic()
        self._declaring = Declaring(tally.source, _named_by(order.source))
        for answer in order.robots:
            self._declaring.hear(answer)

    def _learn(self, answer: RobotsAnswer) -> None:
        """Tells what a robots.txt says, and notes what it declares."""
        self._declaring.hear(answer)
        self._emit(answer)

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """The pages to begin with."""
        for request in self._first():
            for asked in self._asked(request, 0):
                yield asked

    def _first(self) -> Iterator[Request]:
        """What is new; then the threads that live, and the posts that others wait for."""
        yield from self.source.requests()
        if isinstance(self.source, FollowsThreads):
            for thread in self._order.threads:
                yield from self.source.thread(thread)
        if isinstance(self.source, FetchesPosts):
            for external_id in self._order.missing:
                yield from self.source.missing(external_id)

    def _asked(self, request: Request, depth: int) -> Iterator[scrapy.Request]:
        """Scrapy's form of a request, once: the same page for the same reader is known.

        A thread begun is read to its end before the next: otherwise all of them would be held
        half read, and a listing would count as read before what it lists.
        """
        key = hash((request.url, request.then))
        if key in self._asked_for:
            return
        self._asked_for.add(key)
        yield scrapy.Request(
            request.url,
            callback=self._answered,
            errback=self._failed,
            meta={_OUR_REQUEST: request},
            priority=depth,
            dont_filter=True,
        )

    def _answered(self, response: ScrapyResponse) -> Iterator[scrapy.Request]:
        request: Request = response.meta[_OUR_REQUEST]
        page: Response = response.meta[_OUR_RESPONSE]
        if page.status < 300 or page.status == 304:
            self._declaring.look(page)
            page = Response(page.url, page.status, page.headers, page.body, request.context)
            found = partial(withheld, self.tally.source, page, request.then)
            yield from self._read(response.request, found)
        elif request.otherwise is not None:
            missed = partial(request.otherwise, request.status(page))
            yield from self._read(response.request, missed)
        else:
            self._refused(request.url, page.status)

    def _read(self, asked: Any, find: Callable[[], Iterator[Found]]) -> Iterator[scrapy.Request]:
        """Emits what a callback finds; one that breaks costs its page, not the crawl."""
        request: Request = asked.meta[_OUR_REQUEST]
        try:
            for one in find():
                if isinstance(one, Request):
                    yield from self._asked(one, asked.priority + 1)
                else:
                    self._told(one)
            self.tally.pages += 1
        except SourceError as error:
            self.tally.problem = self.tally.problem or error
            self._told(Rejected(self.tally.source, "bad_page", request.url, str(error)))
        except Exception as error:
            _log.exception("a page could not be read")
            detail = f"{type(error).__name__}: {error}"
            self.tally.problem = self.tally.problem or SourceMalformed(detail, where=request.url)
            self._told(Rejected(self.tally.source, "unreadable_page", request.url, detail))
        if monotonic() - self._kept_at >= CURSOR_EVERY:
            self._keep_cursor()

    def _told(self, event: CrawlEvent) -> None:
        self.tally.count(event)
        self._emit(event)

    def closed(self, reason: str) -> None:
        """Leaves the last cursor, and what the pages declared."""
        self._keep_cursor()
        for place in self._declaring.told():
            self._emit(place)

    def _keep_cursor(self) -> None:
        cursor = self.source.cursor()
        if cursor != self._cursor:
            self._cursor = cursor
            self._emit(Cursor(self.tally.source, cursor))
        self._kept_at = monotonic()

    def _failed(self, failure: Any) -> Iterator[scrapy.Request]:
        request: Request = failure.request.meta[_OUR_REQUEST]
        error = failure.value
        if not isinstance(error, FetchError):
            detail = f"{type(error).__name__}: {error}"
            self.tally.fail("crash", SourceMalformed(detail, where=request.url))
        elif request.otherwise is not None and error.code not in {"page_limit", "busy"}:
            self.tally.refused_by_robots += error.code.startswith("robots")
            yield from self._read(failure.request, partial(request.otherwise, 0))
        else:
            self.tally.refuse(error)

    def _refused(self, url: str, status: int) -> None:
        kinds = {401: SourceForbidden, 403: SourceForbidden, 451: SourceForbidden}
        kind = kinds.get(status, SourceUnreachable)
        self.tally.fail(f"http_{status}", kind(f"HTTP {status}", where=url))


def _named_by(settings: SourceSettings) -> Iterator[str]:
    """The addresses that the settings of a source hold."""
    for value in settings.model_dump(mode="json").values():
        for one in value if isinstance(value, list) else [value]:
            if str(one).startswith(("http://", "https://")):
                yield str(one)


def walk(
    source: Source,
    order: Order,
    tally: Tally,
    emit: Callable[[CrawlEvent], None],
) -> None:
    """Reads a whole source; blocks until it is done. Once in a process."""
    process = AsyncCrawlerProcess(SETTINGS, install_root_handler=True)
    process.crawl(SourceSpider, source=source, order=order, tally=tally, emit=emit)
    process.start(stop_after_crawl=True)
