"""YouTube: videos with their views, and the comments below them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Request
from crawlers.reading.networks.video_pages import VideoPages
from crawlers.reading.walk import Walk
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

_CHANNEL = re.compile(r"UC[\w-]{22}")


class YoutubeSettings(CommonSettings):
    """Videos, and all that a channel publishes."""

    kind: Literal["youtube"]
    videos: tuple[str, ...] = Field(default=(), description="Videos, by the id in their address.")
    channels: tuple[str, ...] = Field(default=(), description="Channels, as @loja or UC… ids.")
    key: Secret | None = Field(default=None, description="The key of the YouTube Data API.")
    key_file: Path | None = Field(default=None, description="A file that holds the key.")

    @model_validator(mode="after")
    def _fits(self) -> YoutubeSettings:
        at_most_one("key", self.key, self.key_file)
        if self.key is None and self.key_file is None:
            raise ValueError("YouTube shows nothing without key or key_file")
        return self


class YoutubeSource(VideoPages[YoutubeSettings]):
    """Each video, then its comments, newest first; the replies that a listing leaves out, too."""

    def __init__(self, settings: YoutubeSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        super().__init__(settings, cursor, now, revealed(settings.key, settings.key_file) or "")

    def requests(self) -> Iterator[Request]:
        """The videos, and the channels to look up."""
        yield from self.videos(self.settings.videos)
        for channel in self.settings.channels:
            known = "id" if _CHANNEL.fullmatch(channel) else "forHandle"
            query = {"part": "contentDetails", known: channel}
            yield self.asked("channels", self.uploads, query)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A video and every comment below it."""
        query = {"part": "snippet,statistics", "id": external_id}
        walk = Walk(self.settings.name, external_id)
        yield self.asked("videos", self.entire, query, videos=(external_id,), walk=walk)


_YOUTUBE = r"https?://(?:www\.|m\.|music\.)?youtube\.com"
_VIDEO = rf"(?:{_YOUTUBE}/(?:watch\?(?:.*&)?v=|(?:shorts|live|embed)/)|https?://youtu\.be/)"
SIGNS = (
    Sign({"kind": "youtube", "videos": ["{video}"]}, rf"{_VIDEO}(?P<video>[\w-]{{11}})"),
    Sign(
        {"kind": "youtube", "channels": ["{channel}"]},
        rf"{_YOUTUBE}/(?:channel/(?=UC))?(?P<channel>@[\w.-]+|UC[\w-]{{22}})",
    ),
)
