"""Public rooms of Matrix whose history the whole world may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, model_validator

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.events import Events
from crawlers.reading.page import Page, Reader
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.sources.source import CommonSettings, Sign, WebAddress
from domain.errors import SourceForbidden

READABLE = "world_readable"
MOST_PAGES = 20  # of a hundred events, at one visit


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


class MatrixSource(ApiSource[MatrixSettings]):
    """A room's past once, back from its end; from then on what came since, in order."""

    def __init__(self, settings: MatrixSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        super().__init__(settings, cursor, now)
        self._events = Events(settings.name, self.posts)
        token = revealed(settings.token, settings.token_file)
        self._sent = {"Authorization": f"Bearer {token}"} if token else {}

    def requests(self) -> Iterator[Request]:
        """The rooms; first of all a guest's token where the settings give none."""
        if self._sent:
            yield from self._rooms()
        else:
            yield self.ask(f"{self._api}/register?kind=guest", self._guest, body=b"{}")

    @property
    def _api(self) -> str:
        return f"{self.settings.url.rstrip('/')}/_matrix/client/v3"

    def _guest(self, page: Page) -> Iterator[Found]:
        self._sent = {"Authorization": f"Bearer {page.item.need('access_token')}"}
        yield from self._rooms()

    def _rooms(self) -> Iterator[Request]:
        for room in self.settings.rooms:
            if room.startswith("!"):
                yield self._visibility(room)
            else:
                yield self._asked(f"directory/room/{quote(room, safe='')}", self._found)

    def _asked(self, path: str, read: Reader, query: Any = None, **context: Any) -> Request:
        return self.ask(f"{self._api}/{path}", read, query, headers=self._sent, **context)

    def _found(self, page: Page) -> Iterator[Found]:
        yield self._visibility(page.item.need("room_id"))

    def _visibility(self, room: str) -> Request:
        path = f"rooms/{quote(room, safe='')}/state/m.room.history_visibility/"
        return self._asked(path, self._judged, room=room)

    def _judged(self, page: Page) -> Iterator[Found]:
        """Goes on where anybody may read the room, and nowhere else."""
        room, seen = page.context["room"], page.item.text("history_visibility")
        if seen != READABLE:
            raise SourceForbidden(f"its history is {seen or 'private'}", where=room)
        token = self.kept.get(room)
        yield self._messages(room, {"dir": "f", "from": token} if token else {"dir": "b"}, 1)

    def _messages(self, room: str, query: Mapping[str, Any], number: int) -> Request:
        path, read = f"rooms/{quote(room, safe='')}/messages", self._chunk
        context = {"room": room, "dir": query["dir"], "number": number, "from": query.get("from")}
        return self._asked(path, read, {**query, "limit": 100}, **context)

    def _chunk(self, page: Page) -> Iterator[Found]:
        """A hundred events; then those before them, or those after."""
        room, back = page.context["room"], page.context["dir"] == "b"
        yield from self._events.told(page.items("chunk"), back=back)
        start, end = page.item.text("start"), page.item.text("end")
        if not back:
            self.kept[room] = end or self.kept[room]
        elif page.number == 1:
            self.kept[room] = start
        if end and end != page.context["from"] and page.items("chunk") and page.number < MOST_PAGES:
            query = {"dir": page.context["dir"], "from": end}
            yield self._messages(room, query, page.number + 1)


SIGNS = (
    Sign(
        {"kind": "matrix", "url": "https://{host}", "rooms": ["{room}:{host}"]},
        r"(?:https://matrix\.to/#/)?(?P<room>[#!][^:/\s]+):(?P<host>[\w.-]+(?::\d+)?)",
    ),
)
