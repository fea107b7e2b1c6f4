"""Rooms of Matrix that the whole world may read, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.networks.events import Events
from crawlers.reading.page import Page, Reader
from domain.errors import SourceForbidden, SourceMalformed, SourceUnreachable

READABLE = "world_readable"
FIRST_PAGES = 20  # of a hundred events, at the first visit
MOST_PAGES = 200  # at later ones, which end at what is known
_REMEMBERED = 100  # events by which a visit recognises where the last one began
_Otherwise = Callable[[int], Iterator[Found]]


class RoomPages(ApiSource[S]):
    """Asks one server with an account's token, or a guest's.

    Rooms are read back from their end: of the tokens that servers give, only the one that
    leads further in the same direction is promised to work.
    """

    def __init__(
        self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str, token: str | None
    ) -> None:
        super().__init__(settings, cursor, now)
        self._site = site.rstrip("/")
        self._sent = {"Authorization": f"Bearer {token}"} if token else {}
        self._wanted: list[str] = []
        self._open: list[str] = []

    def rooms(self, rooms: Iterable[str]) -> Iterator[Request]:
        """The rooms by alias or id; first of all, where the server really stands."""
        asked: dict[str, Any] = {"rooms": tuple(rooms)}
        otherwise: _Otherwise = lambda status: self._enter(**asked)  # noqa: E731
        url = f"{self._site}/.well-known/matrix/client"
        yield self.ask(url, self._located, otherwise=otherwise, **asked)

    def wanted(self, external_id: str) -> list[Request]:
        """One event, from whichever of the rooms has it; from those still shut, later."""
        self._wanted.append(external_id)
        return [self._single(room, external_id) for room in self._open]

    def _located(self, page: Page) -> Iterator[Found]:
        """A server may stand elsewhere than its name says; some sites answer with anything."""
        safe = ("https://", f"{self._site.partition('://')[0]}://")
        with suppress(SourceMalformed):
            base = page.item.text("m.homeserver", "base_url").rstrip("/")
            self._site = base if base.startswith(safe) else self._site
        yield from self._enter(page.context["rooms"])

    def _enter(self, rooms: tuple[str, ...]) -> Iterator[Request]:
        """The rooms; a guest's token where there is no other."""
        if not self._sent:
            url = f"{self._api}/register?kind=guest"
            asked: dict[str, Any] = {"otherwise": _no_guests, "rooms": rooms}
            yield self.ask(url, self._guest, body=b"{}", **asked)
            return
        for room in rooms:
            if room.startswith("!"):
                yield self._visibility(room)
            else:
                yield self._asked(f"directory/room/{quote(room, safe='')}", self._found)

    def _guest(self, page: Page) -> Iterator[Found]:
        self._sent = {"Authorization": f"Bearer {page.item.need('access_token')}"}
        yield from self._enter(page.context["rooms"])

    @property
    def _api(self) -> str:
        return f"{self._site}/_matrix/client/v3"

    def _asked(self, path: str, read: Reader, query: Any = None, **asked: Any) -> Request:
        return self.ask(f"{self._api}/{path}", read, query, headers=self._sent, **asked)

    def _found(self, page: Page) -> Iterator[Found]:
        yield self._visibility(page.item.need("room_id"))

    def _visibility(self, room: str) -> Request:
        path = f"{_of(room)}/state/m.room.history_visibility/"
        return self._asked(path, self._judged, otherwise=_closed, room=room)

    def _judged(self, page: Page) -> Iterator[Found]:
        """Goes on where anybody may read the room, and nowhere else."""
        room, seen = page.context["room"], page.item.text("history_visibility")
        if seen != READABLE:
            raise SourceForbidden(f"its history is {seen or 'private'}", where=room)
        self._open.append(room)
        yield self._messages(room, Events(self.settings.name, room, self.posts), (), "", 1)
        for external_id in self._wanted:
            yield self._single(room, external_id)

    def _messages(
        self, room: str, events: Events, seen: tuple[str, ...], start: str, number: int
    ) -> Request:
        query = {"dir": "b", "from": start, "limit": 100}
        context = {"room": room, "events": events, "seen": seen, "from": start, "number": number}
        return self._asked(f"{_of(room)}/messages", self._chunk, query, **context)

    def _chunk(self, page: Page) -> Iterator[Found]:
        """A hundred events, as far as they are new; then those before them."""
        room, events, chunk = page.context["room"], page.context["events"], page.items("chunk")
        known, ids = list(self.kept.get(room, ())), [one.text("event_id") for one in chunk]
        last = max((at for at, one in enumerate(ids) if one in known), default=None)
        yield from events.told([one for one in chunk[:last] if one.text("event_id") not in known])
        seen, end = (*page.context["seen"], *ids)[:_REMEMBERED], page.item.text("end")
        most = MOST_PAGES if known else FIRST_PAGES
        if last is None and end not in ("", page.context["from"]) and page.number < most:
            yield self._messages(room, events, seen, end, page.number + 1)
        else:
            self.kept[room] = list(dict.fromkeys((*seen, *known)))[:_REMEMBERED]
            yield from self._ended(room, events)

    def _ended(self, room: str, events: Events) -> Iterator[Found]:
        """After a room: posts of which only an edit was read; a word on what is encrypted."""
        for event_id in events.strays:
            yield self._single(room, event_id, events)
        if events.sealed:
            raise SourceForbidden(f"{events.sealed} of its events are encrypted", where=room)

    def _single(self, room: str, event_id: str, events: Events | None = None) -> Request:
        path, context = f"{_of(room)}/event/{quote(event_id, safe='')}", {"events": events}
        read, nothing = (self._edited if events else self._event), lambda status: iter(())
        return self._asked(path, read, otherwise=nothing, room=room, **context)

    def _edited(self, page: Page) -> Iterator[Found]:
        yield from page.context["events"].edited(page.item)

    def _event(self, page: Page) -> Iterator[Found]:
        yield from Events(self.settings.name, page.context["room"], self.posts).told([page.item])


def _of(room: str) -> str:
    return f"rooms/{quote(room, safe='')}"


def _closed(status: int) -> Iterator[Found]:
    yield from ()
    if status not in {403, 404}:
        raise SourceUnreachable(f"a room cannot be asked about: HTTP {status}")
    raise SourceForbidden("its history is not for everybody")


def _no_guests(status: int) -> Iterator[Found]:
    yield from ()
    if status in {0, 429} or status >= 500:
        raise SourceUnreachable(f"no guest's token can be had: HTTP {status}")
    raise SourceForbidden(f"the server lets no guests in (HTTP {status}): set token or token_file")
