"""What every source has in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Protocol, runtime_checkable

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from crawlers.pages import Request
from domain.windows import duration

Interval = Annotated[
    timedelta,
    BeforeValidator(duration),
    PlainSerializer(lambda length: f"{length.total_seconds():.0f}s", str, when_used="json"),
    Field(ge=timedelta(seconds=30)),
]


def _web_address(value: str) -> str:
    if not value.startswith(("http://", "https://")) or len(value) > 2_000:
        raise ValueError("write an address that starts with http:// or https://")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]


class CommonSettings(BaseModel):
    """What can be set on every source."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$",
        description="The name by which posts tell their source: a-z, 0-9, and . _ - between.",
    )
    brand: str | None = Field(
        default=None, description="The brand that every post here is about, named in it or not."
    )
    every: Interval = Field(
        default=timedelta(hours=1), description="How often to look for something new, such as 1h."
    )
    language: str | None = Field(
        default=None,
        pattern="^[a-z]{2}$",
        description="The language of every post here, if only one.",
    )


class Source(Protocol):
    """A site, read page by page: ``requests`` begin, callbacks of theirs go on."""

    def requests(self) -> Iterator[Request]:
        """The pages to begin with."""

    def cursor(self) -> Mapping[str, object]:
        """Where it stands after the pages read so far, as JSON values."""


@runtime_checkable
class FollowsThreads(Protocol):
    """A source that can show one thread whole."""

    def thread(self, external_id: str) -> Iterator[Request]:
        """Reads the thread of a root again; a Census ends it where it was complete."""


@runtime_checkable
class FetchesPosts(Protocol):
    """A source that can show one post."""

    def missing(self, external_id: str) -> Iterator[Request]:
        """Fetches a post that others point at and nobody has seen yet."""
