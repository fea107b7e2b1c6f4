"""A stream of Bluesky's, heard over a WebSocket until it has caught up with now."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta

from crawlers.listening import Heard
from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.websocket import listen
from crawlers.reading.networks.commits import Commits
from crawlers.reading.networks.profiles import AT_ONCE, Profiles


class LivePosts:
    """Each visit hears what was said since ``begin``, in microseconds since 1970.

    ``profiles`` is where the authors of what is kept are looked up, some at once.
    """

    def __init__(
        self, commits: Commits, begin: int, now: datetime, longest: timedelta, profiles: str
    ) -> None:
        self._commits, self._time = commits, begin
        self._until, self._longest = now.timestamp() * 1e6, longest.total_seconds()
        self._profiles = profiles

    def address(self, since: int) -> str:
        """Where to hear what was said since then."""
        raise NotImplementedError

    def cursor(self) -> Mapping[str, object]:
        """Up to when everything was heard, and what was kept of it."""
        return {"time_us": self._time, "kept": self._commits.kept()}

    async def events(self, politeness: PolitenessSettings) -> AsyncIterator[Heard]:
        """Posts with one of the words, answers to them, and what became of them."""
        gate, waiting = Gate(politeness), list[Heard]()
        profiles = Profiles(self._profiles, gate)
        try:
            async with aclosing(self._messages(politeness)) as messages:
                async for message in messages:
                    waiting += self._commits.heard(message)
                    if len(waiting) >= AT_ONCE:
                        for one in await profiles.introduced(waiting):
                            yield one
                        self._time, waiting = max(self._time, self._commits.at), []
                    if self._commits.at >= self._until:
                        break
            for one in await profiles.introduced(waiting):
                yield one
            self._time = max(self._time, self._commits.at)
        finally:
            await gate.close()

    def _messages(self, politeness: PolitenessSettings) -> AsyncGenerator[str]:
        return listen(self.address(self._time), politeness, seconds=self._longest)
