"""Every kind of source on the network: one line each."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.listening import Listening
from crawlers.sources.app_store import AppStoreSource
from crawlers.sources.askbot import AskbotSource
from crawlers.sources.bluesky import BlueskySource
from crawlers.sources.discourse import DiscourseSource
from crawlers.sources.feed import FeedSource
from crawlers.sources.flarum import FlarumSource
from crawlers.sources.forum_feed import ForumFeedSource
from crawlers.sources.forum_page import ForumPageSource
from crawlers.sources.hacker_news import HackerNewsSource
from crawlers.sources.isso import IssoSource
from crawlers.sources.jetstream import JetstreamSource
from crawlers.sources.lemmy import LemmySource
from crawlers.sources.mastodon import MastodonSource
from crawlers.sources.matrix import MatrixSource
from crawlers.sources.mbox import mbox_source
from crawlers.sources.nntp import NntpSource
from crawlers.sources.nodebb import NodeBBSource
from crawlers.sources.reddit import RedditSource
from crawlers.sources.schema_org import SchemaOrgSource
from crawlers.sources.source import Source
from crawlers.sources.stack_exchange import StackExchangeSource
from crawlers.sources.steam import SteamSource
from crawlers.sources.telegram import TelegramSource
from crawlers.sources.wordpress import WordPressSource
from crawlers.sources.youtube import YoutubeSource

NETWORK: dict[str, Callable[..., Source | Listening]] = {
    "feed": FeedSource,
    "schema_org": SchemaOrgSource,
    "app_store": AppStoreSource,
    "bluesky": BlueskySource,
    "mastodon": MastodonSource,
    "matrix": MatrixSource,
    "steam": SteamSource,
    "telegram": TelegramSource,
    "youtube": YoutubeSource,
    "jetstream": JetstreamSource,
    "nntp": NntpSource,
    "mbox": mbox_source,
    "askbot": AskbotSource,
    "discourse": DiscourseSource,
    "flarum": FlarumSource,
    "forum_feed": ForumFeedSource,
    "forum_page": ForumPageSource,
    "hacker_news": HackerNewsSource,
    "isso": IssoSource,
    "lemmy": LemmySource,
    "nodebb": NodeBBSource,
    "reddit": RedditSource,
    "stack_exchange": StackExchangeSource,
    "wordpress": WordPressSource,
}


def follows(kind: str) -> bool:
    """Whether sources of this kind can show one thread whole."""
    return hasattr(NETWORK.get(kind), "thread")


def fetches(kind: str) -> bool:
    """Whether sources of this kind can show one post that was missed."""
    return hasattr(NETWORK.get(kind), "missing")
