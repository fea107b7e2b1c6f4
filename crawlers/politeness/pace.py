"""Who may be asked when: one request at a time to a host, and none while it rests."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_A_MOMENT = 10**9  # more seconds than anybody asks to wait: a moment, then
_MILLISECONDS = re.compile(rb'"retry_after_ms"\s*:\s*(\d{1,12})')
SLOWEST = 60.0  # the longest Crawl-delay obeyed, in seconds


class Pace:
    """The rhythm of requests, host by host. Times are seconds of ``clock``."""

    def __init__(self, gap: float, clock: Callable[[], float] | None = None) -> None:
        self._gap = gap
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._gaps: dict[str, float] = {}
        self._next: dict[str, float] = {}
        self._busy: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def reserve(self, host: str) -> float:
        """Takes the host's next turn; returns the seconds until it comes."""
        now = self._clock()
        turn = max(now, self._next.get(host, now))
        self._next[host] = turn + self._gaps.get(host, self._gap)
        return turn - now

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Waits for the host's next turn and holds it: others come after its end."""
        async with self._busy[host]:
            await asyncio.sleep(self.reserve(host))
            yield

    def slow(self, host: str, gap: float) -> None:
        """Obeys a Crawl-delay, up to a minute."""
        self._gaps[host] = max(self._gap, min(gap, SLOWEST))

    def rest(self, host: str, seconds: float) -> None:
        """Leaves the host alone for so many seconds."""
        self._next[host] = max(self._next.get(host, 0.0), self._clock() + seconds)


def rest_asked(
    headers: Mapping[str, str], now: datetime | None = None, body: bytes = b""
) -> str | None:
    """What an answer says of the rest it wants: Retry-After, or when its limit is lifted.

    The latter is told as a moment (Mastodon), as seconds since 1970 (Bluesky) or as seconds
    from now (RateLimit-Reset). Matrix says it in the body, in milliseconds.
    """
    told = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
    if headers.get("retry-after"):
        return headers["retry-after"]
    if not told:
        found = _MILLISECONDS.search(body[:2_000])
        return str(-(-int(found[1]) // 1000)) if found else None
    now = now or datetime.now(UTC)
    try:
        if not told.isdecimal():
            until = datetime.fromisoformat(told)
        elif int(told[:12]) > _A_MOMENT:
            until = datetime.fromtimestamp(int(told[:12]), UTC)
        else:
            return told
        return str(max(1, round((until - now).total_seconds())))
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def retry_after(value: str | None, attempt: int, now: datetime | None = None) -> float:
    """Seconds that a Retry-After asks for; without one, 2, 4, 8 ... by attempt (from 0)."""
    if value is None or not value.strip():
        return float(2 ** (attempt + 1))
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return float(2 ** (attempt + 1))
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
