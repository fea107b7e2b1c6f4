"""Local servers that do not speak plain HTTP: a stream of events, and a news server."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Ping, Request, TextMessage

from crawlers.reading.mail.mailboxes import letters_of

OVERVIEW = "OVER"  # the only name by which the news server knows it
RECORDINGS = Path(__file__).parents[1] / "recordings"
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Talker:
    """A server on loopback in a thread of its own."""

    def __init__(self, serve: Serve) -> None:
        self.asked: list[str] = []
        self._serve, self._ready = serve, threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        start = asyncio.start_server(self._serve, "127.0.0.1", 0)
        self._server = self._loop.run_until_complete(start)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()
        self._server.close()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def jetstream(events: list[str], profiles: dict[str, Any], asked: list[str]) -> Serve:
    """Sends the events after the cursor; at the same address, tells profiles over HTTP."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        path = head.split()[1].decode()
        asked.append(path)
        if path.startswith("/subscribe"):
            await _stream(reader, writer, head, _after(events, path))
        else:
            await _profiles(writer, path, profiles)
        writer.close()

    return serve


def _after(events: list[str], path: str) -> list[str]:
    begin = int(parse_qs(urlsplit(path).query)["cursor"][0])
    times = (event.partition('"time_us": ')[2].partition(",")[0] for event in events)
    return [one for one, at in zip(events, times, strict=True) if not at or int(at) > begin]


async def _profiles(writer: asyncio.StreamWriter, path: str, profiles: dict[str, Any]) -> None:
    actors = parse_qs(urlsplit(path).query).get("actors", [])
    found = [profiles[did] for did in actors if did in profiles]
    body = json.dumps({"profiles": found}).encode()
    status = b"404 Not Found" if path == "/robots.txt" else b"200 OK"
    writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
    await writer.drain()


async def _stream(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, events: list[str]
) -> None:
    socket = WSConnection(ConnectionType.SERVER)
    socket.receive_data(head)
    assert isinstance(next(iter(socket.events())), Request)
    writer.write(socket.send(AcceptConnection()))
    for number, event in enumerate(events):
        half = len(event) // 2
        writer.write(socket.send(TextMessage(event[:half], message_finished=False)))
        writer.write(socket.send(TextMessage(event[half:])))
        if number == 1:
            writer.write(socket.send(Ping(b"there?")))
    await writer.drain()
    writer.write(socket.send(CloseConnection(1000)))
    await writer.drain()
    await reader.read(1000)


def _said(words: list[str], letters: dict[int, bytes]) -> bytes:
    """What the news server answers to a command."""
    match words:
        case ["GROUP", "clientes"]:
            return f"211 {len(letters)} 7 {6 + len(letters)} clientes\r\n".encode()
        case ["GROUP", _]:
            return b"411 no such group\r\n"
        case ["MODE", "READER"]:
            return b"200 ready to read\r\n"
        case ["OVER" | "XOVER" as command, _] if command != OVERVIEW:
            return b"500 what?\r\n"
        case ["OVER" | "XOVER", span]:
            first, last = map(int, span.split("-"))
            rows = [f"{one}\tx\r\n" for one in letters if first <= one <= last]
            return ("224 overview\r\n" + "".join(rows) + ".\r\n").encode()
        case ["ARTICLE", number]:
            lines = letters[int(number)].replace(b"\r\n", b"\n").split(b"\n")
            stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
            return b"220 article\r\n" + b"\r\n".join(stuffed) + b"\r\n.\r\n"
    return b"205 bye\r\n"


def news(mailbox: Path, asked: list[str]) -> Serve:
    """A newsgroup ``clientes`` that holds the letters of a mailbox, numbered from 7."""
    with mailbox.open("rb") as lines:
        letters = dict(enumerate(letters_of(lines), 7))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"200 ready\r\n")
        while line := await reader.readline():
            asked.append(line.decode().strip())
            said = _said(line.decode().split(), letters)
            for start in range(0, len(said), 700):  # in pieces, as networks do
                writer.write(said[start : start + 700])
                await writer.drain()
            if line.startswith(b"QUIT"):
                break
        writer.close()

    return serve
