"""The gate that every request of every source goes through, hop by hop.

robots.txt → the host's turn → the guarded wire → redirect or retry → the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import httpcore

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.pace import Pace, rest_asked, retry_after
from crawlers.politeness.robots import Memory, Robots
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.wire import Resolve, Wire, plain_url, resolve

MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 503})
_PASSING = frozenset({"timeout", "unreachable"})


class Gate:
    """Fetches pages politely and safely."""

    def __init__(
        self,
        settings: PolitenessSettings,
        *,
        memory: Memory | None = None,
        lookup: Resolve = resolve,
        network: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._settings = settings
        self._wire = Wire(settings, lookup=lookup, network=network)
        self._pace = Pace(settings.pace)
        agent = settings.user_agent.partition("/")[0]
        self._robots = Robots(agent, self._fetch_robots, memory=memory)
        self.requests = 0

    async def fetch(
        self, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Response:
        """The page that a URL leads to; raises FetchError where it cannot be had.

        ``headers`` may hold a key: no other site than the one asked gets to see them.
        """
        url = plain_url(url)
        origin, sent = _origin(url), headers or {}
        for _ in range(MOST_REDIRECTS + 1):
            delay = await self._robots.check(url)
            if delay:
                self._pace.slow(_host(url), delay)
            response = await self._patiently(url, sent, body)
            target = _redirected(response)
            if target is None or body is not None:
                return response
            url, sent = target, sent if _origin(target) == origin else {}
        raise FetchError("too_many_redirects", url)

    async def close(self) -> None:
        """Closes every connection."""
        await self._wire.close()

    async def _fetch_robots(self, url: str) -> Response:
        for _ in range(MOST_REDIRECTS + 1):
            response = await self._once(url, {})
            target = _redirected(response)
            if target is None:
                return response
            url = target
        raise FetchError("too_many_redirects", url)

    async def _once(
        self, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Response:
        async with self._pace.turn(_host(url)):
            if self.requests >= self._settings.max_pages:
                raise FetchError("page_limit", url, str(self._settings.max_pages))
            self.requests += 1
            return await self._wire.send(url, headers, body)

    async def _patiently(
        self, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Response:
        """One page, asked for again after 429, 503 or a broken connection."""
        for attempt in range(self._settings.retries + 1):
            last = attempt == self._settings.retries
            try:
                response = await self._once(url, headers, body)
            except FetchError as error:
                if last or error.code not in _PASSING:
                    raise
                self._rest(url, None, attempt)
                continue
            if response.status not in _BUSY:
                return response
            self._rest(url, rest_asked(response.headers, body=response.body), attempt)
        raise FetchError("busy", url, f"HTTP {response.status}")

    def _rest(self, url: str, asked: str | None, attempt: int) -> None:
        seconds = retry_after(asked, attempt)
        self._pace.rest(_host(url), seconds)
        if seconds > self._settings.longest_wait:
            raise FetchError("busy", url, f"Retry-After of {seconds:.0f} s")


def _redirected(response: Response) -> str | None:
    location = response.headers.get("location")
    if response.status not in _REDIRECTS or not location:
        return None
    return plain_url(urljoin(response.url, location))


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
