"""Pages of YouTube's interface: videos, and the comments below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.networks.videos import Videos, comments_of
from crawlers.reading.page import Page, Reader
from crawlers.reading.walk import Walk
from domain.errors import SourceForbidden, SourceUnreachable
from domain.posts import Post

API = "https://www.googleapis.com/youtube/v3"
_SHUT = (b'"commentsDisabled"',)  # the reason of a 403 that is nothing wrong
_AT_ONCE = 50  # videos in one request


class VideoPages(ApiSource[S]):
    """Asks with a key, which stands in no address."""

    def __init__(self, settings: S, cursor: Mapping[str, Any], now: datetime, key: str) -> None:
        super().__init__(settings, cursor, now)
        self._items = Videos(self.posts)
        self._sent: dict[str, Any] = {"headers": {"X-Goog-Api-Key": key}}

    def asked(self, path: str, read: Reader, query: Mapping[str, object], **asked: Any) -> Request:
        """A page of the interface."""
        return self.ask(f"{API}/{path}", read, query, **self._sent, **asked)

    def videos(self, videos: tuple[str, ...]) -> Iterator[Request]:
        """Videos, fifty at once."""
        for start in range(0, len(videos), _AT_ONCE):
            some = videos[start : start + _AT_ONCE]
            query = {"part": "snippet,statistics", "id": ",".join(some)}
            yield self.asked("videos", self._told, query, videos=some)

    def entire(self, page: Page) -> Iterator[Found]:
        """A video whose comments are read to the end."""
        yield from self._told(page)

    def uploads(self, page: Page) -> Iterator[Found]:
        """A channel that was looked up: its latest videos follow."""
        for channel in page.items("items"):
            uploads = channel.need("contentDetails", "relatedPlaylists", "uploads")
            query = {"part": "contentDetails", "playlistId": uploads, "maxResults": _AT_ONCE}
            yield self.asked("playlistItems", self._playlist, query, otherwise=_none)

    def _playlist(self, page: Page) -> Iterator[Found]:
        videos = [one.text("contentDetails", "videoId") for one in page.items("items")]
        yield from self.videos(tuple(one for one in videos if one))

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
        url, asked = f"{API}/commentThreads", {**self._sent, "otherwise": _none, "absent": _SHUT}
        yield self.listing(video, url, self._comments, query, following=_next, video=video, **asked)

    def _more(self, walk: Walk, path: str, query: dict[str, Any], video: str) -> Iterator[Request]:
        page = f"{path}/{query.get('parentId')}/{query.get('pageToken')}"
        if walk.asks(page):
            context = {"walk": walk, "page": page, "at": path, "given": query, "video": video}
            asked: dict[str, Any] = {"otherwise": _nothing_of(walk, page), "absent": _SHUT}
            yield self.asked(path, self._step, query, **asked, **context)

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
                    yield self._replies(query, video)
                else:
                    yield from self._more(walk, "comments", query, video)

    def _replies(self, query: dict[str, Any], video: str) -> Request:
        """The replies to a comment, all of them."""

        def read(page: Page) -> Iterator[Found]:
            yield from self._comments(page)
            if following := _next(page):
                yield self._replies({**query, **following}, video)

        return self.asked("comments", read, query, otherwise=_none, video=video)


def _next(page: Page) -> dict[str, str] | None:
    token = page.item.text("nextPageToken")
    return {"pageToken": token} if token else None


def _none(status: int) -> Iterator[Found]:
    """Nothing, where there is nothing; the same status may also say that units are used up."""
    if status == 403:
        raise SourceForbidden("YouTube refuses: the key does not fit, or the day's units are spent")
    if status != 404:
        raise SourceUnreachable(f"HTTP {status}", where=API)
    yield from ()


def _nothing_of(walk: Walk, page: str) -> Callable[[int], Iterator[Found]]:
    def told(status: int) -> Iterator[Found]:
        yield from _none(status)
        yield from walk.answered(page, ())

    return told
