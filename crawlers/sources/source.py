"""What every source has in common, and how a place is recognised."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from crawlers.pages import Request, Response
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


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]


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


SITE = r"(?P<site>https?://[^/\s]+)"
"""The pattern of a site's address, whatever page of it was given."""

Guess = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """How to tell that what a person writes means a source of some kind.

    ``pattern`` is searched for in an address, a handle or an app link, from its beginning;
    its named groups fill the places of ``settings`` (all but the name). Where the text
    alone cannot tell, ``path`` is asked for on the site and ``shows`` looks at the answer;
    a path of "" asks for the address itself.
    """

    settings: Mapping[str, Any]
    pattern: str = SITE
    path: str | None = None
    shows: Callable[[Response], bool] = bool

    def guess(self, text: str) -> Guess | None:
        """The settings that the text alone gives; None where it does not fit."""
        match = re.match(self.pattern, text, re.IGNORECASE)
        if match is None:
            return None
        found = {key: value or "" for key, value in match.groupdict().items()}
        return {key: _filled(value, found) for key, value in self.settings.items()}


def answers_with(*keys: str) -> Callable[[Response], bool]:
    """A test of answers: a JSON object that has all these keys."""

    def shows(response: Response) -> bool:
        try:
            body = json.loads(response.body) if response.status < 300 else None
        except (ValueError, RecursionError):
            return False
        return isinstance(body, dict) and set(keys) <= body.keys()

    return shows


def _filled(value: Any, found: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(found)
    if isinstance(value, list | tuple):
        return [filled for one in value if (filled := _filled(one, found)) != ""]
    return value
