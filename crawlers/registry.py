"""Every kind of source: one line each."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.sources.feed import FeedSource
from crawlers.sources.source import Source

NETWORK: dict[str, Callable[..., Source]] = {"feed": FeedSource}
