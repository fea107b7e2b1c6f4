"""Public rooms of Matrix whose history the whole world may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Request
from crawlers.reading.networks.rooms import RoomPages
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress


class MatrixSettings(CommonSettings):
    """Rooms, read through one server."""

    kind: Literal["matrix"]
    url: WebAddress = Field(description="The server to ask, such as https://matrix.org.")
    rooms: tuple[str, ...] = Field(min_length=1, description="Rooms, as #loja:matrix.org.")
    token: Secret | None = Field(default=None, description="An account's access token; else guest.")
    token_file: Path | None = Field(default=None, description="A file that holds the token.")

    @model_validator(mode="after")
    def _fits(self) -> MatrixSettings:
        at_most_one("token", self.token, self.token_file)
        return self


class MatrixSource(RoomPages[MatrixSettings]):
    """A room's past once, back from its end; from then on back to what is known."""

    def __init__(self, settings: MatrixSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        token = revealed(settings.token, settings.token_file)
        super().__init__(settings, cursor, now, settings.url, token)

    def requests(self) -> Iterator[Request]:
        """The rooms."""
        yield from self.rooms(self.settings.rooms)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One event that others answer."""
        yield from self.wanted(external_id) or self.requests()


SIGNS = (
    Sign(
        {"kind": "matrix", "url": "https://{host}", "rooms": ["{room}:{host}"]},
        r"(?:https://matrix\.to/#/)?(?P<room>[#!][^:/\s]+):(?P<host>[\w.-]+(?::\d+)?)",
    ),
    Sign(
        {"kind": "matrix", "url": "https://{host}", "rooms": ["#{room}:{host}"]},
        r"(?:https://matrix\.to/#/%23|matrix:r/)(?P<room>[^:%/?\s]+)(?::|%3A)(?P<host>[\w.-]+)",
    ),
)
