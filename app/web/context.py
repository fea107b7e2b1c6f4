"""What the page needs to know of the house it stands in."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.receiving import Hook
from domain.brands import Brand, ServiceStage
from domain.people import Person
from nlp.topics.settings import TopicSettings


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebContext:
    """Brands, stages, people, and how the page is reached and guarded.

    Without ``token`` the page serves loopback names only (and ``hosts``, and the host of
    ``base_url``): whoever binds it to another address must give a token.
    ``secret`` signs forms and sessions where there is no token to derive a key from.
    """

    brands: tuple[Brand, ...]
    stages: tuple[ServiceStage, ...] = ()
    people: tuple[Person, ...] = ()
    base_url: str = ""
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    token: str | None = None
    hosts: frozenset[str] = frozenset()
    topics: TopicSettings = field(default_factory=lambda: TopicSettings())
    hooks: Mapping[str, Hook] = field(default_factory=dict, repr=False)
    clock: Callable[[], datetime] = _now
    secret: bytes = field(default_factory=partial(secrets.token_bytes, 32), repr=False)

    def brand(self, id: str | None) -> Brand | None:
        """The brand of this id, if it is ours to show."""
        return next((brand for brand in self.brands if brand.id == id), None)

    def stage(self, id: str | None) -> ServiceStage | None:
        """The step of the service with this id."""
        return next((stage for stage in self.stages if stage.id == id), None)

    def person(self, id: str | None) -> Person | None:
        """The person with this id."""
        return next((person for person in self.people if person.id == id), None)

    @property
    def own_brands(self) -> tuple[Brand, ...]:
        """Our own brands: those that have a queue."""
        return tuple(brand for brand in self.brands if brand.own)

    @property
    def own_host(self) -> str | None:
        """The host name by which people reach the page, where ``base_url`` says it."""
        return urlsplit(self.base_url).hostname if self.base_url else None

    @property
    def secure(self) -> bool:
        """Whether people reach the page over TLS, so that cookies can demand it."""
        return self.base_url.startswith("https://")
