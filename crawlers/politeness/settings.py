"""How politely and how carefully we ask."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_HOST_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@]+):(\d{1,5})")


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
