"""Mastodon and whatever speaks its interface: hashtags, accounts, public timelines, threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.page import Page, Reader
from crawlers.reading.statuses import Statuses, cut_off, next_link
from crawlers.reading.walk import Walk
from crawlers.refusal import BadValue
from crawlers.secret import Secret, revealed
from crawlers.sources.source import SITE, CommonSettings, Sign, WebAddress
from domain.posts import Post, PostKind

_ACTS = {
    "reblogged_by": ("reblogs_count", PostKind.SHARE),
    "favourited_by": ("favourites_count", PostKind.REACTION),
}


class MastodonSettings(CommonSettings):
    """Hashtags, accounts and the public timeline of one server."""

    kind: Literal["mastodon"]
    url: WebAddress = Field(description="The server's address, such as https://mastodon.social.")
    tags: tuple[str, ...] = Field(default=(), description="Hashtags to follow, without the #.")
    accounts: tuple[str, ...] = Field(default=(), description="Accounts, as ana or ana@host.")
    public: bool = Field(default=False, description="Whether to read the server's own timeline.")
    token: Secret | None = Field(default=None, description="For servers that ask for a login.")
    token_file: Path | None = Field(default=None, description="A file that holds the token.")


class MastodonSource(ApiSource[MastodonSettings]):
    """Timelines newest first; threads by their context, as far as the server shows it."""

    def __init__(
        self, settings: MastodonSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(settings, cursor, now)
        self._statuses = Statuses(self.posts, now)
        token = revealed(settings.token, settings.token_file)
        self._sent: dict[str, Any] = {
            "headers": {"Authorization": f"Bearer {token}"} if token else {}
        }

    def requests(self) -> Iterator[Request]:
        """The first page of each timeline, and the accounts to look up."""
        for tag in self.settings.tags:
            yield self._timeline(f"timelines/tag/{tag.strip('# ')}")
        if self.settings.public:
            yield self._timeline("timelines/public", local="true")
        for account in self.settings.accounts:
            yield self._asked("accounts/lookup", self._account, {"acct": account.lstrip("@")})

    def thread(self, external_id: str) -> Iterator[Request]:
        """A status, then all that was said below it, and who passed it on or liked it."""
        gone = self.vanished(external_id)
        yield self._asked(f"statuses/{external_id}", self._head, otherwise=gone)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One status that others answer."""
        gone = self.vanished(external_id)
        yield self._asked(f"statuses/{external_id}", self._single, otherwise=gone)

    def _asked(self, path: str, read: Reader, query: Any = None, **asked: Any) -> Request:
        url = f"{self.settings.url.rstrip('/')}/api/v1/{path}"
        return self.ask(url, read, query, **self._sent, **asked)

    def _timeline(self, path: str, **query: str) -> Request:
        def read(page: Page) -> Iterator[Found]:
            for status in page.items():
                with suppress(BadValue):
                    self.newest.saw(path, self.posts.moment(status.text("created_at")))
                yield from self._statuses.told(status)

        url, full = f"{self.settings.url.rstrip('/')}/api/v1/{path}", {"limit": 40, **query}
        return self.listing(path, url, read, full, following=_older, **self._sent)

    def _account(self, page: Page) -> Iterator[Found]:
        yield self._timeline(f"accounts/{page.item.need('id')}/statuses")

    def _single(self, page: Page) -> Iterator[Found]:
        yield from self._statuses.told(page.item, page.item.need("id"))

    def _head(self, page: Page) -> Iterator[Found]:
        root = page.item.need("id")
        yield from self._statuses.told(page.item, root)
        walk = Walk(self.settings.name, root)
        yield from self._context(root, walk)
        for path, (counter, _) in _ACTS.items():
            if page.item.count(counter) and walk.asks(path):
                asked = {"walk": walk, "act": path}
                yield self._asked(f"statuses/{root}/{path}", self._acts, {"limit": 80}, **asked)

    def _context(self, of: str, walk: Walk) -> Iterator[Request]:
        if walk.asks(of):
            yield self._asked(f"statuses/{of}/context", self._below, of=of, walk=walk)

    def _acts(self, page: Page) -> Iterator[Found]:
        walk, path = page.context["walk"], page.context["act"]
        acts = list(self._statuses.acts(page.items(), _ACTS[path][1], walk.root))
        yield from acts
        following = next_link(page.response)
        if following.startswith(self.settings.url) and walk.asks(following):
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


SIGNS = (
    Sign(
        {"kind": "mastodon", "url": "{site}", "tags": ["{tag}"]}, rf"{SITE}/tags/(?P<tag>[^/?#\s]+)"
    ),
    Sign(
        {"kind": "mastodon", "url": "{site}", "accounts": ["{account}"]},
        rf"{SITE}/@(?P<account>[\w.]+(?:@[\w.-]+)?)/?$",
        "/api/v1/instance",
        lambda response: response.status < 300 and b'"uri"' in response.body,
    ),
    Sign(
        {"kind": "mastodon", "url": "https://{host}", "accounts": ["{account}"]},
        r"@?(?P<account>[\w.]+)@(?P<host>[\w-]+(?:\.[\w-]+)+)$",
    ),
)
