"""robots.txt per RFC 9309: what may be asked, and how slowly.

What it said holds for a day, also for the next visit: whoever asks keeps the answers, and
brings those that are still fresh.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from protego import Protego

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from domain.sources import RobotsAnswer

LARGEST = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB are read
FRESH = 24 * 3600.0  # RFC 9309, 2.4: not older than a day


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one robots.txt says; without rules, one answer for every URL."""

    rules: Protego | None
    otherwise: bool
    reason: str = ""

    def allows(self, url: str, agent: str) -> bool:
        """Whether an agent may ask for a URL."""
        return self.otherwise if self.rules is None else bool(self.rules.can_fetch(url, agent))

    def delay(self, agent: str) -> float:
        """Seconds between two requests that it asks for; 0 where it says nothing."""
        return float(self.rules.crawl_delay(agent) or 0) if self.rules else 0.0


def judge(response: Response) -> Verdict:
    """2xx: its rules. 4xx: none, all is allowed. Anything else: nothing is (RFC 9309, 2.3.1)."""
    if 200 <= response.status < 300:
        return Verdict(Protego.parse(_text(response.body)), otherwise=True)
    if 400 <= response.status < 500 and response.status != 429:
        return Verdict(None, otherwise=True)
    return Verdict(None, otherwise=False, reason=f"HTTP {response.status}")


def _text(body: bytes) -> str:
    if len(body) > LARGEST:
        body = body[:LARGEST].rpartition(b"\n")[0]
    return body.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


class Memory:
    """Answers of earlier visits, and those of this one as they come.

    Only what a site said is remembered: 2xx and 4xx. A failure is looked at again.
    """

    def __init__(
        self,
        answers: Iterable[RobotsAnswer] = (),
        now: datetime | None = None,
        learn: Callable[[RobotsAnswer], None] = lambda answer: None,
    ) -> None:
        self._answers = {one.origin: one for one in answers if now and _is_fresh(one, now)}
        self._now, self._learn = now, learn

    def take(self, origin: str) -> Response | None:
        """What this origin said within a day, once: after that it is asked."""
        known = self._answers.pop(origin, None)
        if known is None:
            return None
        return Response(f"{origin}/robots.txt", known.status, {}, known.body.encode())

    def keep(self, origin: str, answer: Response) -> None:
        """Tells of a new answer, if it is one to remember."""
        lasting = answer.status < 300 or 400 <= answer.status < 500
        if self._now is not None and lasting and answer.status != 429:
            body = _text(answer.body) if answer.status < 300 else ""
            self._learn(RobotsAnswer(origin, self._now, answer.status, body))


def sitemaps(answer: RobotsAnswer) -> list[str]:
    """The sitemaps that a robots.txt names."""
    return list(Protego.parse(answer.body).sitemaps)


def _is_fresh(answer: RobotsAnswer, now: datetime) -> bool:
    return timedelta(0) <= now - answer.fetched_at < timedelta(seconds=FRESH)


class Robots:
    """Asks for each origin's robots.txt once a day and remembers what it says."""

    def __init__(
        self,
        agent: str,
        fetch: Callable[[str], Awaitable[Response]],
        clock: Callable[[], float] = monotonic,
        memory: Memory | None = None,
    ) -> None:
        self._agent, self._fetch, self._clock = agent, fetch, clock
        self._memory = memory or Memory()
        self._verdicts: dict[str, tuple[float, Verdict]] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def check(self, url: str) -> float:
        """The Crawl-delay for a URL; raises FetchError where it must not be asked for."""
        verdict = await self._verdict(url)
        if verdict.allows(url, self._agent):
            return verdict.delay(self._agent)
        code = "robots_unreachable" if verdict.rules is None else "robots"
        raise FetchError(code, url, verdict.reason)

    async def _verdict(self, url: str) -> Verdict:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        async with self._asking[origin]:
            at, verdict = self._verdicts.get(origin, (-FRESH, None))
            if verdict is None or self._clock() - at >= FRESH:
                verdict = await self._asked(origin)
                self._verdicts[origin] = (self._clock(), verdict)
        return verdict

    async def _asked(self, origin: str) -> Verdict:
        remembered = self._memory.take(origin)
        if remembered is not None:
            return judge(remembered)
        try:
            answer = await self._fetch(f"{origin}/robots.txt")
            self._memory.keep(origin, answer)
            return judge(answer)
        except FetchError as error:
            if error.code == "forbidden_address":  # told as what it is
                raise
            if error.code == "too_many_redirects":  # RFC 9309, 2.3.1.2: as if it were missing
                return Verdict(None, otherwise=True)
            return Verdict(None, otherwise=False, reason=str(error))
