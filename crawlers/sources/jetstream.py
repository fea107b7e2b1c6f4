"""Bluesky's Jetstream: everything that is said there, of which the words asked for are kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, Field

from crawlers.listening import Heard
from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.websocket import listen
from crawlers.reading.commits import ACTS, POST, Commits
from crawlers.reading.posts import Posts
from crawlers.reading.profiles import AT_ONCE, Profiles
from crawlers.sources.source import CommonSettings, Interval, WebAddress
from crawlers.words import Words


def _socket_address(value: str) -> str:
    if not value.startswith(("ws://", "wss://")):
        raise ValueError("write an address that starts with wss://")
    return value


class JetstreamSettings(CommonSettings):
    """The stream, and the words for which a post is kept."""

    kind: Literal["jetstream"]
    words: tuple[str, ...] = Field(
        min_length=1, description="Words, phrases, or beginnings as nub*; case does not matter."
    )
    acts: bool = Field(default=False, description="Whether to hear likes and reposts of them, too.")
    url: Annotated[str, AfterValidator(_socket_address)] = Field(
        default="wss://jetstream2.us-east.bsky.network/subscribe", description="The stream."
    )
    profiles: WebAddress = Field(
        default="https://public.api.bsky.app", description="Who tells how known an account is."
    )
    back: Interval = Field(
        default=timedelta(hours=1), description="How far back the first visit begins."
    )
    longest: Interval = Field(
        default=timedelta(minutes=5), description="The longest that one visit listens."
    )


class JetstreamSource:
    """Each visit hears what was said since the last one, until it has caught up with now.

    The stream keeps about a day: visit it more often. Deletions are told for what was kept.
    """

    def __init__(
        self, settings: JetstreamSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._settings, self._until = settings, now.timestamp() * 1e6
        begin = (now - settings.back).timestamp() * 1e6
        self._time = int(cursor.get("time_us") or begin)
        posts, words = Posts(settings.name, settings.language, now), Words(settings.words)
        self._commits = Commits(settings.name, posts, words, cursor.get("kept") or ())

    def cursor(self) -> Mapping[str, object]:
        """Up to when everything was heard, and what was kept of it."""
        return {"time_us": self._time, "kept": self._commits.kept()}

    async def events(self, politeness: PolitenessSettings) -> AsyncIterator[Heard]:
        """Posts with one of the words, answers to them, and what became of them."""
        gate, waiting = Gate(politeness), list[Heard]()
        profiles = Profiles(self._settings.profiles, gate)
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
        wanted = [POST, *(ACTS if self._settings.acts else ())]
        query = urlencode({"wantedCollections": wanted, "cursor": self._time}, doseq=True)
        seconds = self._settings.longest.total_seconds()
        return listen(f"{self._settings.url}?{query}", politeness, seconds=seconds)
