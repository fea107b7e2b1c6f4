"""YouTube: videos with their views, and the comments below them."""

from __future__ import annotations

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


class YoutubeSettings(CommonSettings):
    """Videos, and all that a channel publishes."""

    kind: Literal["youtube"]
    videos: tuple[str, ...] = Field(default=(), description="Videos, by the id in their address.")
    channels: tuple[str, ...] = Field(default=(), description="Channels, as @loja.")
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
        if self.settings.videos:
            yield self.videos(self.settings.videos)
        for channel in self.settings.channels:
            query = {"part": "contentDetails", "forHandle": channel}
            yield self.asked("channels", self.uploads, query)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A video and every comment below it."""
        query = {"part": "snippet,statistics", "id": external_id}
        walk = Walk(self.settings.name, external_id)
        yield self.asked("videos", self.entire, query, videos=(external_id,), walk=walk)


_VIDEO = r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:.*&)?v=|shorts/)|youtu\.be/)"
SIGNS = (
    Sign({"kind": "youtube", "videos": ["{video}"]}, rf"{_VIDEO}(?P<video>[\w-]{{11}})"),
    Sign(
        {"kind": "youtube", "channels": ["{channel}"]},
        r"https?://(?:www\.|m\.)?youtube\.com/(?P<channel>@[\w.-]+)",
    ),
)
