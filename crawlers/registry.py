"""Every kind of source on the network: one line each."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.sources.feed import FeedSource
from crawlers.sources.schema_org import SchemaOrgSource
from crawlers.sources.source import Source
from crawlers.sources.wordpress import WordPressSource

NETWORK: dict[str, Callable[..., Source]] = {
    "feed": FeedSource,
    "schema_org": SchemaOrgSource,
    "wordpress": WordPressSource,
}


def follows(kind: str) -> bool:
    """Whether sources of this kind can show one thread whole."""
    return hasattr(NETWORK.get(kind), "thread")


def fetches(kind: str) -> bool:
    """Whether sources of this kind can show one post that was missed."""
    return hasattr(NETWORK.get(kind), "missing")
