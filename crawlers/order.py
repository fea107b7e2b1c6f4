"""What a parent process orders from the child that crawls."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from crawlers.settings import PolitenessSettings, SourceSettings
from domain.sources import RobotsAnswer


class Order(BaseModel):
    """A crawl of one source, or with ``probe`` only a look whether it may be read.

    ``threads`` are to be read again whole, ``missing`` posts to be fetched, by external id,
    where the source can. ``robots`` is what earlier visits learned of robots.txt.
    """

    source: SourceSettings
    cursor: dict[str, object]
    politeness: PolitenessSettings
    now: datetime
    probe: bool = False
    threads: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    robots: tuple[RobotsAnswer, ...] = ()
