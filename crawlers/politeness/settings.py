"""How politely and how carefully we ask."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from domain.sources import Patience
from domain.windows import duration

_HOST_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@]+):(\d{1,5})")


Length = Annotated[
    timedelta,
    BeforeValidator(duration),
    PlainSerializer(lambda length: f"{length.total_seconds():.0f}s", str, when_used="json"),
    Field(gt=timedelta(0)),
]


def _host_port(value: str) -> str:
    match = _HOST_PORT.fullmatch(value)
    if match is None or not 0 < int(match[2]) < 65536:
        raise ValueError(f"{value!r} is not a host and a port, such as 127.0.0.1:18080")
    return value.lower()


def _with_contact(value: str) -> str:
    if "@" not in value and "http" not in value:
        raise ValueError("a user agent names a page or a mail address where one can complain")
    if not value.isascii() or not value.isprintable():
        raise ValueError("a user agent is plain ASCII")
    return value


class FollowSettings(BaseModel):
    """How long threads are followed, and missing posts asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    soonest: Length = Field(
        default=timedelta(minutes=15), description="The shortest pause before a second look."
    )
    rarest: Length = Field(
        default=timedelta(days=2), description="The longest pause between two looks."
    )
    share: float = Field(
        default=0.5,
        gt=0,
        le=10,
        description="The pause as a share of the time since the thread last grew.",
    )
    give_up: Length = Field(
        default=timedelta(days=14), description="A thread quiet for so long is left alone."
    )
    tries: int = Field(
        default=3, ge=0, le=10, description="How often a missing post is asked for, ever later."
    )
    threads_per_visit: int = Field(
        default=50, ge=0, le=10_000, description="The most threads looked at again in one visit."
    )
    posts_per_visit: int = Field(
        default=50, ge=0, le=10_000, description="The most missing posts asked for in one visit."
    )

    @property
    def patience(self) -> Patience:
        """The same as the schedule knows it."""
        return Patience(self.soonest, self.rarest, self.share, self.give_up, self.tries)


class PolitenessSettings(BaseModel):
    """How politely and how carefully every source on the network is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    user_agent: Annotated[str, AfterValidator(_with_contact)] = Field(
        default="Boca/0.1 (+https://example.org/boca; boca@example.org)",
        description="Who we say we are; put in a page or address of yours to complain to.",
    )
    pace: float = Field(
        default=1.0, ge=0, le=600, description="Seconds between two requests to the same host."
    )
    connect_timeout: float = Field(
        default=10.0, gt=0, le=120, description="Seconds to wait for a connection."
    )
    timeout: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Seconds for a whole response, however slowly it drips.",
    )
    deadline: float = Field(
        default=900.0, gt=0, le=86_400, description="Seconds for one crawl of one source."
    )
    max_bytes: int = Field(
        default=8 * 1024 * 1024,
        ge=1024,
        description="The largest response, packed or unpacked, in bytes.",
    )
    max_pages: int = Field(
        default=2_000, ge=1, description="The most pages asked for in one crawl of one source."
    )
    retries: int = Field(
        default=2,
        ge=0,
        le=10,
        description="How often a page is asked for again after 429, 503 or a reset.",
    )
    longest_wait: float = Field(
        default=120.0,
        ge=0,
        description="The longest Retry-After obeyed, in seconds; beyond it we give up.",
    )
    allow_private: tuple[Annotated[str, AfterValidator(_host_port)], ...] = Field(
        default=(), description="Exact host:port pairs in private networks that may be asked."
    )
    follow: FollowSettings = Field(
        default_factory=FollowSettings, description="How long threads are followed."
    )
