"""YouTube: videos with their views, and the comments below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.page import Page, Reader
from crawlers.reading.videos import Videos, comments_of
from crawlers.reading.walk import Walk
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.sources.source import CommonSettings, Sign
from domain.posts import Post

API = "https://www.googleapis.com/youtube/v3"


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


class YoutubeSource(ApiSource[YoutubeSettings]):
    """Each video, then its comments, newest first; the replies that a listing leaves out, too."""

    def __init__(self, settings: YoutubeSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        super().__init__(settings, cursor, now)
        key = revealed(settings.key, settings.key_file)
        self._items = Videos(self.posts)
        self._sent: dict[str, Any] = {
            "headers": {"X-Goog-Api-Key": key or ""}
        }  # never in an address

    def requests(self) -> Iterator[Request]:
        """The videos, and the channels to look up."""
        if self.settings.videos:
            yield self._videos(self.settings.videos)
        for channel in self.settings.channels:
            query = {"part": "contentDetails", "forHandle": channel}
            yield self._asked("channels", self._uploads, query)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A video and every comment below it."""
        query = {"part": "snippet,statistics", "id": external_id}
        walk = Walk(self.settings.name, external_id)
        yield self._asked("videos", self._whole, query, videos=(external_id,), walk=walk)

    def _asked(self, path: str, read: Reader, query: Mapping[str, object], **asked: Any) -> Request:
        return self.ask(f"{API}/{path}", read, query, **self._sent, **asked)

    def _videos(self, videos: tuple[str, ...]) -> Request:
        query = {"part": "snippet,statistics", "id": ",".join(videos[:50])}
        return self._asked("videos", self._told, query, videos=videos[:50])

    def _whole(self, page: Page) -> Iterator[Found]:
        yield from self._told(page)

    def _uploads(self, page: Page) -> Iterator[Found]:
        for channel in page.items("items"):
            uploads = channel.need("contentDetails", "relatedPlaylists", "uploads")
            query = {"part": "contentDetails", "playlistId": uploads, "maxResults": 50}
            yield self._asked("playlistItems", self._playlist, query)

    def _playlist(self, page: Page) -> Iterator[Found]:
        videos = [one.text("contentDetails", "videoId") for one in page.items("items")]
        yield self._videos(tuple(one for one in videos if one))

    def _told(self, page: Page) -> Iterator[Found]:
        """Videos, and the comments of each; what was asked for and is not there is gone."""
        shown = {one.text("id") for one in page.items("items")}
        yield from self.posts.each(page.items("items"), self._items.video)
        for video in page.context["videos"]:
            if video in shown:
                yield from self._threads(video, page.context.get("walk"))
            else:
                yield from self.vanished(video)(404)

    def _threads(self, video: str, walk: Walk | None) -> Iterator[Request]:
        query = {"part": "snippet,replies", "videoId": video, "maxResults": 100, "order": "time"}
        if walk is not None:
            yield from self._more(walk, "commentThreads", query, video)
            return
        url, asked = f"{API}/commentThreads", {"otherwise": lambda status: iter(()), **self._sent}
        yield self.listing(video, url, self._comments, query, following=_next, video=video, **asked)

    def _more(self, walk: Walk, path: str, query: dict[str, Any], video: str) -> Iterator[Request]:
        page = f"{path}/{query.get('parentId')}/{query.get('pageToken')}"
        if walk.asks(page):
            context = {"walk": walk, "page": page, "at": path, "given": query, "video": video}
            yield self._asked(path, self._step, query, **context)

    def _step(self, page: Page) -> Iterator[Found]:
        """A page of a thread that is read whole: further pages of it, then the census."""
        seen, walk = list(self._comments(page)), page.context["walk"]
        yield from seen
        if following := _next(page):
            query = {**page.context["given"], **following}
            yield from self._more(walk, page.context["at"], query, page.context["video"])
        shown = [one.external_id for one in seen if isinstance(one, Post)]
        yield from walk.answered(page.context["page"], shown)

    def _comments(self, page: Page) -> Iterator[Found]:
        video, walk = page.context["video"], page.context.get("walk")
        for item in page.items("items"):
            comments, whole = comments_of(item)
            yield from self.posts.each(comments, lambda one: self._items.comment(one, video))
            if not whole:
                query = {"part": "snippet", "parentId": item.need("id"), "maxResults": 100}
                if walk is None:
                    yield self._asked("comments", self._comments, query, video=video)
                else:
                    yield from self._more(walk, "comments", query, video)


def _next(page: Page) -> dict[str, str] | None:
    token = page.item.text("nextPageToken")
    return {"pageToken": token} if token else None


_VIDEO = r"https?://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:.*&)?v=|shorts/)|youtu\.be/)"
SIGNS = (
    Sign({"kind": "youtube", "videos": ["{video}"]}, rf"{_VIDEO}(?P<video>[\w-]{{11}})"),
    Sign(
        {"kind": "youtube", "channels": ["{channel}"]},
        r"https?://(?:www\.|m\.)?youtube\.com/(?P<channel>@[\w.-]+)",
    ),
)
