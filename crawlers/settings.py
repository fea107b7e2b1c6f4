"""The settings of this room: the sources, and how politely they are asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.feed import FeedSettings
from crawlers.sources.file import FileSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from crawlers.sources.wordpress import WordPressSettings

SourceSettings = Annotated[
    FileSettings | FeedSettings | SchemaOrgSettings | WordPressSettings,
    Field(discriminator="kind"),
]

__all__ = ["PolitenessSettings", "SourceSettings"]
