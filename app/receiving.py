"""Reports that others send us, taken in as a crawl takes in posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app.application import App
from app.following import Plan
from app.steps.crawl import take_in
from crawlers.secret import revealed
from crawlers.sources.webhook import WebhookSettings, handed_in
from crawlers.tally import Tally
from domain.posts import CrawlEvent


@dataclass(frozen=True, slots=True)
class Hook:
    """A place to send reports to: the key they are signed with, and who takes them in."""

    secret: str
    take: Callable[[list[Any], datetime], Counter[str]]


def hooks_of(app: App) -> Mapping[str, Hook]:
    """Every webhook of the settings, by its name."""
    return {
        source.name: Hook(
            revealed(source.secret, source.secret_file) or "", partial(_taken, app, source)
        )
        for source in app.settings.sources
        if isinstance(source, WebhookSettings)
    }


def _taken(app: App, source: WebhookSettings, reports: list[Any], now: datetime) -> Counter[str]:
    """Stores reports; the same ones sent twice change nothing. What was stored and refused."""
    tally, events = Tally(source.name, now), list[CrawlEvent]()
    for event in handed_in(source, reports, now):
        tally.count(event)
        events.append(event)
    return take_in(app, Plan(source.name, None), [*events, tally.report()], now)
