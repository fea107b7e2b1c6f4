"""Where in its source a post was said: communities, tags and channels, as they can be added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from crawlers.reading.forums.stack_exchange_items import SITES
from crawlers.settings import SourceSettings
from domain.posts import Post
from domain.words import TAG, shown, words

_LABELS = ("community", "forum", "channel", "site")  # of imports: names, and no addresses


def gatherings(post: Post, source: SourceSettings | None) -> Iterator[str]:
    """The places of this one post; of a source that is read whole, none."""
    found = _KINDS.get(source.kind if source else "", _imported)
    yield from dict.fromkeys(found(post, source))


def _reddit(post: Post, source: Any) -> Iterator[str]:
    if name := post.labels.get("community"):
        yield f"r/{name.removeprefix('r/')}"


def _lemmy(post: Post, source: Any) -> Iterator[str]:
    name = post.labels.get("community")
    if name and source.community:
        yield f"{str(source.url).rstrip('/')}/c/{name}"


def _stack_exchange(post: Post, source: Any) -> Iterator[str]:
    for tag in post.labels.get("tags", "").split() if source.tags else ():
        yield f"{_site(source.site)}/questions/tagged/{tag}"


def _site(name: str) -> str:
    return f"https://{name}.com" if name in SITES else f"https://{name}.stackexchange.com"


def _mastodon(post: Post, source: Any) -> Iterator[str]:
    for word in words(post.content):
        if word.startswith(TAG):
            yield f"{str(source.url).rstrip('/')}/tags/{shown(word)[1:]}"


def _telegram(post: Post, source: Any) -> Iterator[str]:
    channel, _, _ = (post.parent or "").partition("/")
    if channel and channel != source.channel:
        yield f"https://t.me/{channel}"


def _imported(post: Post, source: Any) -> Iterator[str]:
    if name := post.labels.get("subreddit"):
        yield f"r/{name.removeprefix('r/')}"
    yield from (post.labels[label] for label in _LABELS if post.labels.get(label))


_KINDS: Mapping[str, Callable[[Post, Any], Iterator[str]]] = {
    "reddit": _reddit,
    "lemmy": _lemmy,
    "stack_exchange": _stack_exchange,
    "mastodon": _mastodon,
    "telegram": _telegram,
}
