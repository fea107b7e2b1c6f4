"""Bluesky's Jetstream: everything that is said there, of which the words asked for are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import AfterValidator, Field

from crawlers.reading.networks.commits import ACTS, POST, Commits
from crawlers.reading.networks.live_posts import LivePosts
from crawlers.reading.posts import Posts
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
        default=(), description="Words, phrases, or beginnings as nub*; else what brands ask for."
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


class JetstreamSource(LivePosts):
    """Each visit hears what was said since the last one, until it has caught up with now.

    The stream keeps about a day: visit it more often. Deletions are told for what was kept.
    """

    def __init__(
        self, settings: JetstreamSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        posts, words = Posts(settings.name, settings.language, now), Words(settings.words)
        commits = Commits(settings.name, posts, words, cursor.get("kept") or ())
        begin = int(cursor.get("time_us") or (now - settings.back).timestamp() * 1e6)
        super().__init__(commits, begin, now, settings.longest, settings.profiles)
        self._settings = settings

    def address(self, since: int) -> str:
        """The stream from then on, of the kinds that matter."""
        wanted = [POST, *(ACTS if self._settings.acts else ())]
        query = urlencode({"wantedCollections": wanted, "cursor": since}, doseq=True)
        return f"{self._settings.url}?{query}"
