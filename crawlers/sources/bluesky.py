"""Bluesky: what accounts write, whole threads with their likes, reposts and quotes, searches."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.bsky import Skies, dids_of, is_whole
from crawlers.reading.item import Item
from crawlers.reading.page import Page, Reader
from crawlers.reading.walk import Walk
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.sources.source import CommonSettings, Sign, WebAddress
from domain.posts import Gone, Post, PostKind

_FEED, _IDENTITY = "app.bsky.feed", "com.atproto.identity"
_ACTS = {
    "getLikes": ("likeCount", PostKind.REACTION),
    "getRepostedBy": ("repostCount", PostKind.SHARE),
}


class BlueskySettings(CommonSettings):
    """Accounts to read, and with a login words to search for."""

    kind: Literal["bluesky"]
    accounts: tuple[str, ...] = Field(default=(), description="Handles or DIDs, as loja.example.")
    search: tuple[str, ...] = Field(default=(), description="Words to search for, with a login.")
    handle: str = Field(default="", description="The account to log in with.")
    password: Secret | None = Field(default=None, description="An app password of that account.")
    password_file: Path | None = Field(default=None, description="A file that holds it.")
    url: WebAddress = Field(
        default="https://public.api.bsky.app", description="Where anybody may read."
    )
    host: WebAddress = Field(default="https://bsky.social", description="Where to log in.")

    @model_validator(mode="after")
    def _fits(self) -> BlueskySettings:
        at_most_one("password", self.password, self.password_file)
        if self.search and not (self.handle and (self.password or self.password_file)):
            raise ValueError("search needs handle, and password or password_file")
        return self


class BlueskySource(ApiSource[BlueskySettings]):
    """Feeds newest first; threads with everyone who acted on them."""

    def __init__(self, settings: BlueskySettings, cursor: Mapping[str, Any], now: datetime) -> None:
        super().__init__(settings, cursor, now)
        self._followers: dict[str, int | None] = {}
        self._skies = Skies(settings.name, self.posts, self._followers)

    def requests(self) -> Iterator[Request]:
        """The DIDs of handles, feeds, and a login where something is to be searched for."""
        for account in self.settings.accounts:
            handle = account.lstrip("@")
            if handle.startswith("did:"):
                yield from self._feed(handle)
            else:
                asked = {"handle": handle}
                yield self._read(f"{_IDENTITY}.resolveHandle", self._resolved, asked, **asked)
        if self.settings.search:
            password = revealed(self.settings.password, self.settings.password_file)
            login = {"identifier": self.settings.handle, "password": password}
            url = f"{self.settings.host.rstrip('/')}/xrpc/com.atproto.server.createSession"
            yield self.ask(url, self._searches, body=json.dumps(login).encode())

    def thread(self, external_id: str) -> Iterator[Request]:
        """A post, all below it, and who quoted it, passed it on or liked it."""
        query = {"uri": external_id, "depth": 1000, "parentHeight": 0}
        gone = {"otherwise": self._vanished(external_id), "root": external_id}
        yield self._read(f"{_FEED}.getPostThread", self._thread, query, **gone)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post that others answer or quote."""
        query = {"uris": external_id}
        yield self._read(f"{_FEED}.getPosts", self._posts, query, asked=external_id)

    def _read(self, method: str, read: Reader, query: Any, **asked: Any) -> Request:
        return self.ask(f"{self.settings.url.rstrip('/')}/xrpc/{method}", read, query, **asked)

    def _vanished(self, uri: str) -> Any:
        """The place answers 400 where there is no such post."""
        return lambda status: self.vanished(uri)(404 if status == 400 else status)

    def _resolved(self, page: Page) -> Iterator[Found]:
        yield from self._feed(page.item.need("did"))

    def _feed(self, did: str) -> Iterator[Request]:
        url = f"{self.settings.url.rstrip('/')}/xrpc/{_FEED}.getAuthorFeed"
        query = {"actor": did, "limit": 100}
        listing = self.listing(did, url, self._entries, query, following=_next)
        yield from self._introduced([did], lambda: iter([listing]))

    def _introduced(self, dids: list[str], then: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        """Asks for the profiles of people not known yet, then goes on."""
        unknown = [did for did in dids if did not in self._followers][:25]
        if not unknown:
            yield from then()
            return

        def known(page: Page) -> Iterator[Found]:
            told = {one.text("did"): one.count("followersCount") for one in page.items("profiles")}
            self._followers.update({did: told.get(did) for did in unknown})
            yield from self._introduced(dids, then)

        query, anyway = {"actors": unknown}, (lambda status: then())
        yield self._read("app.bsky.actor.getProfiles", known, query, otherwise=anyway)

    def _entries(self, page: Page) -> Iterator[Found]:
        for entry in page.items("feed"):
            yield from self._skies.told(entry.item("post"))
            if entry.text("reason", "$type").endswith("#reasonRepost"):
                yield self.posts.read(entry, self._skies.shared)

    def _thread(self, page: Page) -> Iterator[Found]:
        node, walk = page.item.item("thread"), Walk(self.settings.name, page.context["root"])
        walk.asks("thread")
        for path, (counter, _) in _ACTS.items():
            if node.count("post", counter):
                yield from self._more(walk, path, {"uri": walk.root, "limit": 100})
        yield from self._introduced(dids_of(node), lambda: self._below(node, walk))
        if node.count("post", "quoteCount"):
            yield self._read(f"{_FEED}.getQuotes", self._posts, {"uri": walk.root, "limit": 100})

    def _below(self, node: Item, walk: Walk) -> Iterator[Found]:
        """All posts of a thread; where the place held some back, nobody is counted as gone."""
        seen = list(self._skies.thread(node))
        yield from seen
        if is_whole(node):
            yield from walk.answered("thread", _ids(seen))

    def _more(self, walk: Walk, path: str, query: dict[str, Any]) -> Iterator[Request]:
        page = f"{path}/{query.get('cursor')}"
        if walk.asks(page):
            again = {"walk": walk, "path": path, "given": query, "page": page}
            yield self._read(f"{_FEED}.{path}", self._acts, query, **again)

    def _acts(self, page: Page) -> Iterator[Found]:
        walk, path = page.context["walk"], page.context["path"]
        seen = list(self._skies.acts(page.item, _ACTS[path][1], walk.root, self.now))
        yield from seen
        if following := _next(page):
            yield from self._more(walk, path, {**page.context["given"], **following})
        yield from walk.answered(page.context["page"], _ids(seen))

    def _searches(self, page: Page) -> Iterator[Found]:
        sent: dict[str, Any] = {
            "headers": {"Authorization": f"Bearer {page.item.need('accessJwt')}"}
        }
        url = f"{self.settings.host.rstrip('/')}/xrpc/{_FEED}.searchPosts"
        for words in self.settings.search:
            query = {"q": words, "sort": "latest", "limit": 100}
            yield self.listing(words, url, self._posts, query, following=_next, **sent)

    def _posts(self, page: Page) -> Iterator[Found]:
        """Posts without their thread: of a search, of quotes, or one that was missing."""
        views = page.items("posts")
        for view in views:
            yield from self._skies.told(view)
        asked = page.context.get("asked")
        if asked and not views:
            yield Gone(self.settings.name, asked)


def _ids(found: list[Any]) -> list[str]:
    return [one.external_id for one in found if isinstance(one, Post)]


def _next(page: Page) -> dict[str, str] | None:
    cursor = page.item.text("cursor")
    return {"cursor": cursor} if cursor else None


SIGNS = (
    Sign(
        {"kind": "bluesky", "accounts": ["{account}"]},
        r"https?://bsky\.app/profile/(?P<account>did:[a-z0-9:.]+|[\w-]+(?:\.[\w-]+)+)",
    ),
    Sign({"kind": "bluesky", "accounts": ["{account}"]}, r"(?P<account>did:(?:plc|web):[\w:.-]+)$"),
    Sign({"kind": "bluesky", "accounts": ["{account}"]}, r"@(?P<account>[\w-]+(?:\.[\w-]+)+)$"),
)
