"""A WebSocket that only listens, over a guarded connection."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from time import monotonic
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from crawlers.politeness.errors import FetchError
from crawlers.politeness.line import Line, opened
from crawlers.politeness.settings import PolitenessSettings
from crawlers.politeness.wire import Resolve, resolve


async def listen(
    url: str, settings: PolitenessSettings, *, seconds: float, lookup: Resolve = resolve
) -> AsyncGenerator[str]:
    """The text messages of a ``ws://`` or ``wss://`` address, for so many seconds at most.

    It ends when the other side does. Raises FetchError where the address is refused,
    nobody answers, or what comes is no WebSocket or larger than ``max_bytes``.
    """
    parts, until = urlsplit(url), monotonic() + seconds
    tls = parts.scheme == "wss"
    host, port = parts.hostname or "", parts.port or (443 if tls else 80)
    async with opened(settings, host, port, tls=tls, lookup=lookup) as line:
        socket = _Socket(line, settings.max_bytes)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        agent = [(b"User-Agent", settings.user_agent.encode())]
        await socket.send(Request(host=parts.netloc, target=target, extra_headers=agent))
        while not socket.closed and (left := until - monotonic()) > 0:
            for message in await socket.received(left):
                yield message


class _Socket:
    def __init__(self, line: Line, largest: int) -> None:
        self._line, self._largest = line, largest
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self._parts: list[str] = []
        self.closed = False

    async def send(self, event: Event) -> None:
        await self._line.write(self._protocol.send(event))

    async def received(self, seconds: float) -> list[str]:
        """The messages that the next bytes complete; none where time is over."""
        try:
            data = await self._line.read(seconds)
        except FetchError as error:
            if error.code != "timeout":
                raise
            self.closed = True
            return []
        messages: list[str] = []
        try:
            self._protocol.receive_data(data or None)
            for event in self._protocol.events():
                await self._take(event, messages)
        except (RemoteProtocolError, LocalProtocolError) as error:
            raise FetchError("bad_answer", self._line.where, str(error)) from error
        return messages

    async def _take(self, event: Event, messages: list[str]) -> None:
        match event:
            case TextMessage():
                self._collect(event, messages)
            case Ping():
                await self.send(event.response())
            case CloseConnection():
                self.closed = True
            case RejectConnection():
                status = f"HTTP {event.status_code}"
                raise FetchError("unreachable", self._line.where, status)
            case BytesMessage() | AcceptConnection() | _:
                pass

    def _collect(self, event: TextMessage, messages: list[str]) -> None:
        self._parts.append(event.data)
        if sum(map(len, self._parts)) > self._largest:
            raise FetchError("too_large", self._line.where, f"more than {self._largest} bytes")
        if event.message_finished:
            messages.append("".join(self._parts))
            self._parts.clear()
