"""What every source has in common: its settings, and the pages that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from domain.posts import Census, Gone, Post, Rejected

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
NAME = r"^[a-z0-9][a-z0-9._-]{0,63}$"


def _interval(value: object) -> object:
    """Reads "15m", "1h", "2d"."""
    if isinstance(value, str) and value[-1:] in _UNITS and value[:-1].isdecimal():
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    if isinstance(value, timedelta):
        return value
    raise ValueError("write a whole number and s, m, h or d, such as 1h")


Interval = Annotated[timedelta, BeforeValidator(_interval), Field(ge=timedelta(seconds=30))]


class CommonSettings(BaseModel):
    """What can be set on every source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=NAME, description="The name by which posts tell their source.")
    brand: str | None = Field(
        None, description="The brand that every post here is about, named in it or not."
    )
    every: Interval = Field(
        timedelta(hours=1), description="How often to look for something new, such as 1h."
    )
    language: str | None = Field(
        None, pattern="^[a-z]{2}$", description="The language of every post here, if only one."
    )


@dataclass(frozen=True, slots=True)
class Request:
    """A page to ask for, and the callback that reads its response.

    ``optional`` pages may be missing or refused without harm to the crawl.
    """

    url: str
    then: Callable[[Response], Iterator[Found]]
    context: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """A page as it came: header names are in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    context: Mapping[str, Any] = field(default_factory=dict)


Found = Request | Post | Census | Gone | Rejected


class Source(Protocol):
    """A site, read page by page."""

    def requests(self) -> Iterator[Request]:
        """The pages to begin with."""

    def cursor(self) -> Mapping[str, object]:
        """Where it stands after the pages read so far, as JSON values."""
