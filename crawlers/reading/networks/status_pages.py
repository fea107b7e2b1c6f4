"""Pages of Mastodon's interface: timelines, and threads as far as the server shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.networks.statuses import Statuses, cut_off, next_link
from crawlers.reading.page import Page, Reader
from crawlers.reading.walk import Walk
from domain.posts import Post, PostKind

_ACTS = {
    "reblogged_by": ("reblogs_count", PostKind.SHARE),
    "favourited_by": ("favourites_count", PostKind.REACTION),
}


class StatusPages(ApiSource[S]):
    """Asks one server, with a token where there is one."""

    def __init__(
        self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str, token: str | None
    ) -> None:
        super().__init__(settings, cursor, now)
        self._site, self._statuses = site.rstrip("/"), Statuses(self.posts, now)
        self._sent: dict[str, Any] = {}
        if token:
            self._sent = {"headers": {"Authorization": f"Bearer {token}"}}

    def asked(self, path: str, read: Reader, query: Any = None, **asked: Any) -> Request:
        """A page of the interface."""
        url = f"{self._site}/api/v1/{path}"
        return self.ask(url, read, query, **self._sent, **asked)

    def timeline(self, path: str, *, at_large: bool = False, **query: str) -> Request:
        """A timeline, newest first; ``at_large`` where nobody in it asked to be found."""

        def read(page: Page) -> Iterator[Found]:
            for status in page.items():
                self.passed(path, status.text("created_at"))
                yield from self._statuses.told(status, at_large=at_large)

        url, full = f"{self._site}/api/v1/{path}", {"limit": 40, **query}
        return self.listing(path, url, read, full, following=_older, **self._sent)

    def account(self, page: Page) -> Iterator[Found]:
        """An account that was looked up: its statuses follow."""
        yield self.timeline(f"accounts/{page.item.need('id')}/statuses")

    def single(self, page: Page) -> Iterator[Found]:
        """One status."""
        yield from self._statuses.told(page.item, page.item.need("id"))

    def head(self, page: Page) -> Iterator[Found]:
        """The head of a thread; what is below it, and who acted on it, follows."""
        root = page.item.need("id")
        yield from self._statuses.told(page.item, root)
        walk = Walk(self.settings.name, root)
        yield from self._context(root, walk)
        for path, (counter, _) in _ACTS.items():
            if page.item.count(counter) and walk.asks(path):
                asked = {"walk": walk, "act": path}
                yield self.asked(f"statuses/{root}/{path}", self._acts, {"limit": 80}, **asked)

    def _context(self, of: str, walk: Walk) -> Iterator[Request]:
        if walk.asks(of):
            yield self.asked(f"statuses/{of}/context", self._below, of=of, walk=walk)

    def _acts(self, page: Page) -> Iterator[Found]:
        walk, path = page.context["walk"], page.context["act"]
        acts = list(self._statuses.acts(page.items(), _ACTS[path][1], walk.root))
        yield from acts
        following = next_link(page.response)
        if following.startswith(self._site) and walk.asks(following):
            context = {"walk": walk, "act": path, "of": following}
            yield self.ask(following, self._acts, **self._sent, **context)
        shown = [act.external_id for act in acts if isinstance(act, Post)]
        yield from walk.answered(page.context.get("of", path), shown)

    def _below(self, page: Page) -> Iterator[Found]:
        """Replies; where the server cut them off, the contexts further down are asked for."""
        below, walk = page.items("descendants"), page.context["walk"]
        for status in below:
            yield from self._statuses.told(status, walk.root)
        for own in sorted(cut_off(below)):
            yield from self._context(own, walk)
        yield from walk.answered(page.context["of"], (one.text("id") for one in below))


def _older(page: Page) -> dict[str, str] | None:
    named = [one.text("id") for one in page.items() if one.text("id")]
    return {"max_id": named[-1]} if named else None
