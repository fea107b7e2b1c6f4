"""Flarum: recent discussions and all their posts, as a guest sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.following import while_linked
from crawlers.reading.forums.flarum_posts import included, root_of, told
from crawlers.reading.page import Page
from crawlers.signs import Sign, answers_saying
from crawlers.sources.source import CommonSettings, WebAddress

_MOST = 50  # items a page; Flarum gives no more
_SHOWS = answers_saying("forums", "data", "type")
SIGNS = (Sign({"kind": "flarum", "url": "{site}"}, path="/api", shows=_SHOWS),)


class FlarumSettings(CommonSettings):
    """Discussions of a Flarum forum, with one tag or all."""

    kind: Literal["flarum"]
    url: WebAddress = Field(description="The forum's address, such as https://forum.example.")
    tag: str | None = Field(
        default=None, description="Only discussions with this tag, as its address has it."
    )


class FlarumSource(ApiSource[FlarumSettings]):
    """The discussions with something new, each read whole."""

    def requests(self) -> Iterator[Request]:
        """The discussions by their last post."""
        query = {"filter[tag]": self.settings.tag, "sort": "-lastPostedAt", "page[limit]": _MOST}
        url, more = self._at("discussions"), while_linked(_MOST)
        yield self.listing("discussions", url, self._discussions, query, following=more)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A discussion with all its pages; of one that a guest may not see there is no post."""
        number = external_id.removeprefix(root_of(""))
        query = {"filter[discussion]": number, "sort": "number", "page[limit]": _MOST}
        more: Any = {"discussion": number, "otherwise": self.vanished(external_id)}
        more |= {"following": while_linked(_MOST), "alone": True}
        yield self.whole(external_id, self._at("posts"), self._posts, query, **more)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/api/{path}"

    def _discussions(self, page: Page) -> Iterator[Found]:
        for one in page.items("data"):
            times = (one.get("attributes", key) for key in ("lastPostedAt", "createdAt"))
            if self.passed("discussions", *times) and one.text("id"):
                yield from self.thread(root_of(one.text("id")))

    def _posts(self, page: Page) -> Iterator[Found]:
        site, beside = f"{self.settings.url.rstrip('/')}/", included(page)
        for one in page.items("data"):
            discussion = page.context["discussion"]
            yield from told(self.posts, self.settings.name, site, discussion, one, beside)
