"""Rooms of Matrix that the whole world may read, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.networks.events import Events
from crawlers.reading.page import Page, Reader
from domain.errors import SourceForbidden

READABLE = "world_readable"
MOST_PAGES = 20  # of a hundred events, at one visit


class RoomPages(ApiSource[S]):
    """Asks one server with an account's token, or a guest's."""

    def __init__(
        self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str, token: str | None
    ) -> None:
        super().__init__(settings, cursor, now)
        self._events = Events(settings.name, self.posts)
        self._api = f"{site.rstrip('/')}/_matrix/client/v3"
        self._sent = {"Authorization": f"Bearer {token}"} if token else {}

    def rooms(self, rooms: Iterable[str]) -> Iterator[Request]:
        """The rooms by alias or id; first of all a guest's token where there is no other."""
        if not self._sent:
            yield self.ask(f"{self._api}/register?kind=guest", self._guest, body=b"{}", rooms=rooms)
            return
        for room in rooms:
            if room.startswith("!"):
                yield self._visibility(room)
            else:
                yield self._asked(f"directory/room/{quote(room, safe='')}", self._found)

    def _guest(self, page: Page) -> Iterator[Found]:
        self._sent = {"Authorization": f"Bearer {page.item.need('access_token')}"}
        yield from self.rooms(page.context["rooms"])

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
        yield from self._strays(room)
        start, end = page.item.text("start"), page.item.text("end")
        if not back:
            self.kept[room] = end or self.kept[room]
        elif page.number == 1:
            self.kept[room] = start
        if end and end != page.context["from"] and page.items("chunk") and page.number < MOST_PAGES:
            query = {"dir": page.context["dir"], "from": end}
            yield self._messages(room, query, page.number + 1)

    def _strays(self, room: str) -> Iterator[Request]:
        """The posts of which only an edit was read."""
        for event_id, edit in self._events.strays.items():
            path = f"rooms/{quote(room, safe='')}/event/{quote(event_id, safe='')}"
            yield self._asked(path, self._edited, otherwise=lambda status: iter(()), edit=edit)
        self._events.strays.clear()

    def _edited(self, page: Page) -> Iterator[Found]:
        yield from self._events.edited(page.item, page.context["edit"])
