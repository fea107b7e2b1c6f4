"""Statuses of Mastodon's interface as posts; servers of its kind leave many fields out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crawlers.pages import Response
from crawlers.reading.acts import act
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rejected

CUT = 60  # so many descendants at most does a server show to a stranger
_NEXT = re.compile(r'<([^>]+)>;[^,]*rel="?next')
_OPEN = frozenset({"public", ""})
_IN_THREADS = frozenset({"public", "unlisted", ""})


class Statuses:
    """Reads what may be read.

    Accounts that say ``noindex`` are left out everywhere, without a trace. ``indexable:
    false``, which new accounts say unasked, speaks of searches over all public posts: it
    counts in what goes round ``at_large``, not where a hashtag or an answer in a public
    thread asks to be found. A missing word is no refusal; ``discoverable`` only speaks of
    directories of profiles. What is unlisted is read in a thread, never from a timeline.
    """

    def __init__(self, posts: Posts, now: datetime) -> None:
        self._posts, self._now = posts, now

    def told(
        self, status: Item, root: str | None = None, *, at_large: bool = False
    ) -> Iterator[Post | Rejected]:
        """The post of a status; of a boost, the boosted one and the act of passing it on."""
        inner = status.item("reblog")
        if at_large and any(_unsought(one) for one in (status, inner)):
            return
        if not _may_be_read(status, _IN_THREADS if root else _OPEN):
            return
        if not inner.value:
            yield self._posts.read(status, lambda item: self._post(item, root))
        elif _may_be_read(inner, _IN_THREADS):
            yield self._posts.read(inner, lambda item: self._post(item, None))
            yield self._posts.read(status, self._boost)

    def acts(self, accounts: list[Item], kind: PostKind, root: str) -> Iterator[Post | Rejected]:
        """Who passed a status on, or liked it; the place does not say when."""
        for account in accounts:
            if not _opted_out(account):
                yield self._posts.read(account, lambda one: self._act(one, kind, root))

    def _act(self, account: Item, kind: PostKind, root: str) -> Post:
        author = self._author(account)
        return act(self._posts, kind, root, author, at=self._now, seen=True, thread=root)

    def _boost(self, status: Item) -> Post:
        on, author = status.need("reblog", "id"), self._author(status.item("account"))
        return act(self._posts, PostKind.SHARE, on, author, at=status.text("created_at"))

    def _post(self, item: Item, root: str | None) -> Post:
        parent, quoted = item.text("in_reply_to_id") or None, _quoted(item)
        words: dict[str, Any] = {"html": item.text("content"), "title": item.text("spoiler_text")}
        if item.text("language"):
            words["language"] = item.text("language")[:2]
        own = item.need("id")
        return self._posts.post(
            external_id=own,
            kind=PostKind.REPLY if parent else PostKind.POST,
            at=item.text("created_at"),
            author=self._author(item.item("account")),
            parent=parent,
            thread=root if root != own else None,
            url=item.text("url") or item.text("uri") or None,
            engagement=Engagement(
                likes=item.count("favourites_count"),
                shares=item.count("reblogs_count"),
                replies=item.count("replies_count"),
            ),
            quotes=(quoted,) if quoted else (),
            edited_at=self._posts.edited(item.text("edited_at")),
            **words,
        )

    def _author(self, account: Item) -> Author | None:
        return self._posts.author(
            account.need("id"),
            account.text("acct"),
            account.text("url"),
            followers=account.count("followers_count"),
            automated=account.flag("bot"),
        )


def _quoted(status: Item) -> str:
    """What a status quotes: each kind of server has its own way to say so."""
    ways: tuple[tuple[str, ...], ...] = (
        ("quote", "quoted_status", "id"),
        ("quote", "quoted_status_id"),
        ("quote", "id"),
        ("quote_id",),
    )
    return next((found for way in ways if (found := status.text(*way))), "")


def _may_be_read(status: Item, visible: frozenset[str]) -> bool:
    return status.text("visibility") in visible and not _opted_out(status.item("account"))


def _opted_out(account: Item) -> bool:
    return account.flag("noindex")


def _unsought(status: Item) -> bool:
    """Whether its author does not want posts to be found by searching."""
    return status.get("account", "indexable") is False


def cut_off(below: list[Item]) -> set[str]:
    """Which of these descendants have more replies than were shown."""
    if len(below) < CUT:
        return set()
    shown = Counter(one.text("in_reply_to_id") for one in below)
    told = {one.text("id"): one.count("replies_count") or 0 for one in below}
    return {own for own, replies in told.items() if replies > shown[own]}


def next_link(response: Response) -> str:
    """Where the next page of a list is, by its header; "" after the last."""
    match = _NEXT.search(response.headers.get("link", ""))
    return match[1] if match else ""
