"""The settings of this room: the sources, and how politely they are asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.app_store import AppStoreSettings
from crawlers.sources.askbot import AskbotSettings
from crawlers.sources.bluesky import BlueskySettings
from crawlers.sources.discourse import DiscourseSettings
from crawlers.sources.feed import FeedSettings
from crawlers.sources.file import FileSettings
from crawlers.sources.flarum import FlarumSettings
from crawlers.sources.forum_feed import ForumFeedSettings
from crawlers.sources.forum_page import ForumPageSettings
from crawlers.sources.hacker_news import HackerNewsSettings
from crawlers.sources.isso import IssoSettings
from crawlers.sources.jetstream import JetstreamSettings
from crawlers.sources.lemmy import LemmySettings
from crawlers.sources.mastodon import MastodonSettings
from crawlers.sources.matrix import MatrixSettings
from crawlers.sources.mbox import MboxSettings
from crawlers.sources.nntp import NntpSettings
from crawlers.sources.nodebb import NodeBBSettings
from crawlers.sources.reddit import RedditSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from crawlers.sources.stack_exchange import StackExchangeSettings
from crawlers.sources.steam import SteamSettings
from crawlers.sources.telegram import TelegramSettings
from crawlers.sources.webhook import WebhookSettings
from crawlers.sources.wordpress import WordPressSettings
from crawlers.sources.youtube import YoutubeSettings

SourceSettings = Annotated[
    FileSettings
    | FeedSettings
    | SchemaOrgSettings
    | WebhookSettings
    | WordPressSettings
    | AskbotSettings
    | DiscourseSettings
    | FlarumSettings
    | ForumFeedSettings
    | ForumPageSettings
    | HackerNewsSettings
    | IssoSettings
    | LemmySettings
    | NodeBBSettings
    | RedditSettings
    | StackExchangeSettings
    | AppStoreSettings
    | BlueskySettings
    | MastodonSettings
    | MatrixSettings
    | SteamSettings
    | TelegramSettings
    | JetstreamSettings
    | MboxSettings
    | NntpSettings
    | YoutubeSettings,
    Field(discriminator="kind"),
]

__all__ = ["PolitenessSettings", "SourceSettings"]
