"""Pages of Bluesky's interface: feeds, searches, threads with all that was done about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.item import Item
from crawlers.reading.networks.bsky import Skies, dids_of, is_whole
from crawlers.reading.page import Page, Reader
from crawlers.reading.walk import Walk
from domain.posts import Gone, Post, PostKind

FEED = "app.bsky.feed"
_ACTS = {
    "getLikes": ("likeCount", PostKind.REACTION),
    "getRepostedBy": ("repostCount", PostKind.SHARE),
}


class BskyPages(ApiSource[S]):
    """Asks one place where anybody may read; ``host`` where one logs in to search."""

    def __init__(
        self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str, host: str
    ) -> None:
        super().__init__(settings, cursor, now)
        self._site, self._host = site.rstrip("/"), host.rstrip("/")
        self._followers: dict[str, int | None] = {}
        self._skies = Skies(settings.name, self.posts, self._followers)

    def ask_for(self, method: str, read: Reader, query: Any, **asked: Any) -> Request:
        """A page of the interface."""
        return self.ask(f"{self._site}/xrpc/{method}", read, query, **asked)

    def account(self, name: str) -> Iterator[Request]:
        """What an account writes, by its DID or its handle."""
        if name.startswith("did:"):
            yield from self._feed(name)
        else:
            resolve = "com.atproto.identity.resolveHandle"
            yield self.ask_for(resolve, self._resolved, {"handle": name})

    def _resolved(self, page: Page) -> Iterator[Found]:
        """A handle's DID: its feed follows."""
        yield from self._feed(page.item.need("did"))

    def _feed(self, did: str) -> Iterator[Request]:
        """The feed, newest first; first of all whose it is."""
        url = f"{self._site}/xrpc/{FEED}.getAuthorFeed"
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
        yield self.ask_for("app.bsky.actor.getProfiles", known, query, otherwise=anyway)

    def _entries(self, page: Page) -> Iterator[Found]:
        for entry in page.items("feed"):
            yield from self._skies.told(entry.item("post"))
            if entry.text("reason", "$type").endswith("#reasonRepost"):
                yield self.posts.read(entry, self._skies.shared)

    def entire(self, page: Page) -> Iterator[Found]:
        """A thread, and all that was done about it."""
        node, walk = page.item.item("thread"), Walk(self.settings.name, page.context["root"])
        walk.asks("thread")
        for path, (counter, _) in _ACTS.items():
            if node.count("post", counter):
                yield from self._more(walk, path, {"uri": walk.root, "limit": 100})
        yield from self._introduced(dids_of(node), lambda: self._below(node, walk))
        if node.count("post", "quoteCount"):
            yield self.ask_for(f"{FEED}.getQuotes", self.views, {"uri": walk.root, "limit": 100})

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
            yield self.ask_for(f"{FEED}.{path}", self._acts, query, **again)

    def _acts(self, page: Page) -> Iterator[Found]:
        walk, path = page.context["walk"], page.context["path"]
        seen = list(self._skies.acts(page.item, _ACTS[path][1], walk.root, self.now))
        yield from seen
        if following := _next(page):
            yield from self._more(walk, path, {**page.context["given"], **following})
        yield from walk.answered(page.context["page"], _ids(seen))

    def login(self, body: bytes, words: tuple[str, ...]) -> Request:
        """Lets us in, to search for some words."""
        url = f"{self._host}/xrpc/com.atproto.server.createSession"
        return self.ask(url, self.searches, body=body, words=words)

    def searches(self, page: Page) -> Iterator[Found]:
        """A login that worked: what is searched for follows."""
        sent: dict[str, Any] = {
            "headers": {"Authorization": f"Bearer {page.item.need('accessJwt')}"}
        }
        url = f"{self._host}/xrpc/{FEED}.searchPosts"
        for words in page.context["words"]:
            query = {"q": words, "sort": "latest", "limit": 100}
            yield self.listing(words, url, self.views, query, following=_next, **sent)

    def views(self, page: Page) -> Iterator[Found]:
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
