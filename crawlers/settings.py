"""The settings of this room: the sources, and how politely they are asked."""

from __future__ import annotations

from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.file import FileSettings

SourceSettings = FileSettings

__all__ = ["PolitenessSettings", "SourceSettings"]
