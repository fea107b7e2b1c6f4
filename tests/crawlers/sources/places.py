"""Forums and question sites over their recordings: sources, trees, changed pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from crawlers.pages import Response
from crawlers.registry import NETWORK
from crawlers.settings import SourceSettings
from domain.posts import Post
from tests.crawlers.conftest import recorded
from tests.crawlers.test_recordings import EXAMPLES

Replay = Callable[..., list[Any]]


OURS = (
    "askbot",
    "discourse",
    "flarum",
    "forum_feed",
    "forum_page",
    "hacker_news",
    "isso",
    "lemmy",
    "nodebb",
    "reddit",
    "stack_exchange",
)


Tree = dict[str, tuple[str | None, str | None]]


def source(kind: str, now: datetime, cursor: Any = None, **changes: Any) -> Any:
    given = {"kind": kind, "name": "x", **EXAMPLES[kind], **changes}
    settings: Any = TypeAdapter(SourceSettings).validate_python(given)
    return NETWORK[kind](settings, cursor or {}, now)


def posts_of(events: Iterable[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def tree(events: Iterable[Any]) -> Tree:
    return {key: (post.parent, post.thread) for key, post in posts_of(events).items()}


def author(post: Post) -> str:
    return post.author.external_id if post.author else ""


TREES: dict[str, Tree] = {
    "discourse": {
        "12/1": (None, None),
        "12/2": ("12/1", "12/1"),
        "12/3": ("12/2", "12/1"),
        "12/5": ("12/3", "12/1"),
        "13/1": (None, None),
    },
    "nodebb": {
        "topic-7": (None, None),
        "post-12": ("topic-7", "topic-7"),
        "post-13": ("post-12", "topic-7"),
    },
    "flarum": {
        "discussion-12": (None, None),
        "post-42": ("discussion-12", "discussion-12"),
        "post-43": ("post-42", "discussion-12"),
        "post-45": ("discussion-12", "discussion-12"),
    },
    "hacker_news": {"901": (None, None), "902": ("901", "901"), "903": ("902", "901")},
    "lemmy": {
        "post-5": (None, None),
        "comment-8": ("post-5", "post-5"),
        "comment-9": ("comment-8", "post-5"),
        "comment-10": ("post-5", "post-5"),
    },
    "stack_exchange": {
        "post-70": (None, None),
        "post-71": ("post-70", "post-70"),
        "post-72": ("post-70", "post-70"),
        "comment-800": ("post-70", "post-70"),
        "comment-801": ("post-71", "post-70"),
    },
    "reddit": {"t3_aa1": (None, None), "t3_aa2": (None, None), "t1_bb1": ("t3_aa1", "t3_aa1")},
    "forum_feed": {
        "topic-7": (None, None),
        "topic-7-22": ("topic-7", "topic-7"),
        "topic-7-23": ("topic-7", "topic-7"),
    },
    "isso": {
        "comment-1": (None, "/tarifa.html"),
        "comment-2": ("comment-1", "/tarifa.html"),
    },
    "askbot": {
        "post-1": (None, None),
        "post-4": ("post-1", "post-1"),
        "post-2": ("post-1", "post-1"),
        "post-3": ("post-2", "post-1"),
    },
    "forum_page": {
        "https://clube.example/topic/1/app-travando/": (None, None),
        "https://clube.example/topic/1/app-travando/#c2": (
            "https://clube.example/topic/1/app-travando/",
            "https://clube.example/topic/1/app-travando/",
        ),
        "https://clube.example/topic/1/app-travando/#c3": (
            "https://clube.example/topic/1/app-travando/",
            "https://clube.example/topic/1/app-travando/",
        ),
    },
}


def thread(kind: str, root: str, now: datetime, replay: Replay, pages: Any = None) -> list[Any]:
    one = source(kind, now)
    return replay(one, kind, pages, one.thread(root))


def changed(kind: str, name: str, change: Callable[[Any], None]) -> dict[str, Response]:
    """The recordings of a kind, with one of them changed."""
    pages = recorded(kind)
    url = next(key for key in pages if key.endswith(name))
    page = pages[url]
    body = json.loads(page.body)
    change(body)
    pages[url] = Response(page.url, page.status, page.headers, json.dumps(body).encode())
    return pages
