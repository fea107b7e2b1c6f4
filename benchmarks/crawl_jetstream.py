"""Listening to a stream: events a second, filtered by 100 queries.

A local WebSocket server sends events such as Jetstream's as fast as they are taken. Ours listens
as a visit does (guarded connection, WebSocket, filter, posts made of what passes, profiles
asked for), and then decides exactly with the query matcher. The peer is a plain loop over the same
events, without any network: ``json.loads``, and one regular expression of the same words.

    python benchmarks/crawl_jetstream.py [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import threading
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

from rich.console import Console
from rich.table import Table
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, TextMessage

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.jetstream import JetstreamSettings, JetstreamSource
from domain.posts import Post
from nlp.queries.matcher import Matcher
from nlp.queries.reader import read

TARGET = 2_000.0  # events a second
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SYLLABLES = [a + b for a in "bcdfglmnprstv" for b in ("a", "e", "i", "o", "u", "ão")]


def words_of(dice: random.Random, count: int) -> list[str]:
    """Made-up words, each once."""
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(dice.choices(SYLLABLES, k=dice.randint(3, 5)))] = None
    return list(found)


def event(number: int, text: str) -> str:
    """A post on the stream."""
    record = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-22T10:00:00Z", "text": text}
    commit = {"rev": "r", "operation": "create", "collection": "app.bsky.feed.post"}
    commit |= {"rkey": f"k{number}", "record": {**record, "langs": ["pt"]}, "cid": "c"}  # type: ignore[dict-item]
    at = int(NOW.timestamp() * 1e6) - 10**9 + number
    whole = {"did": f"did:plc:{number % 500:06}", "time_us": at, "kind": "commit", "commit": commit}
    return json.dumps(whole, ensure_ascii=False)


def made(count: int, brands: list[str], dice: random.Random) -> list[str]:
    """Events, one in fifty of which names a brand, in whatever case."""
    common = words_of(random.Random(1), 4_000)
    events = []
    for number in range(count):
        said = dice.choices(common, k=dice.randint(8, 40))
        if dice.random() < 0.02:
            brand = dice.choice(brands)
            said.insert(dice.randrange(len(said)), dice.choice([brand, brand.upper(), f"#{brand}"]))
        events.append(event(number, " ".join(said)))
    return events


class Server:
    """Sends the events to whoever asks, and knows every profile."""

    def __init__(self, events: list[str]) -> None:
        socket = WSConnection(ConnectionType.SERVER)
        socket.receive_data(
            b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        list(socket.events())
        socket.send(AcceptConnection())
        self._frames = [socket.send(TextMessage(one)) for one in events]
        self._frames.append(socket.send(CloseConnection(1000)))
        self._loop, ready = asyncio.new_event_loop(), threading.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait()

    def _run(self, ready: threading.Event) -> None:
        start = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 20)
        server = self._loop.run_until_complete(start)
        self.port = int(server.sockets[0].getsockname()[1])
        ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (head := await _head(reader)) is not None:
            path = head.split()[1].decode()
            if path.startswith("/subscribe"):
                await self._stream(head, writer)
                return
            actors = parse_qs(urlsplit(path).query).get("actors", [])
            told = [{"did": did, "handle": f"{did[-6:]}.test"} for did in actors]
            body = json.dumps({"profiles": told}).encode()
            status = b"404 None" if path == "/robots.txt" else b"200 OK"
            writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)

    async def _stream(self, head: bytes, writer: asyncio.StreamWriter) -> None:
        socket = WSConnection(ConnectionType.SERVER)
        socket.receive_data(head)
        list(socket.events())
        writer.write(socket.send(AcceptConnection()))
        for start in range(0, len(self._frames), 64):
            writer.write(b"".join(self._frames[start : start + 64]))
            await writer.drain()


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    """The head of the next request; None where there is no other."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None


async def listened(port: int, brands: list[str], texts: list[str]) -> tuple[float, int, int]:
    """Seconds, posts that passed the quick look, and posts that a query means."""
    at = f"127.0.0.1:{port}"
    settings = JetstreamSettings.model_validate(
        {
            "kind": "jetstream",
            "name": "stream",
            "words": brands,
            "url": f"ws://{at}/subscribe",
            "profiles": f"http://{at}",
        }
    )
    manners = PolitenessSettings(allow_private=(at,), pace=0, timeout=60)
    matcher = Matcher({number: read(text) for number, text in enumerate(texts)})
    began, passed, meant = perf_counter(), 0, 0
    async with aclosing(JetstreamSource(settings, {}, NOW).events(manners)) as heard:  # type: ignore[type-var]
        async for one in heard:
            if isinstance(one, Post):
                passed += 1
                meant += bool(matcher.match(replace(one, id=passed)))
    return perf_counter() - began, passed, meant


def looped(events: list[str], brands: list[str]) -> tuple[float, int]:
    """The peer: seconds, and how many events name a brand."""
    pattern = re.compile("|".join(rf"\b{re.escape(one)}\b" for one in brands), re.IGNORECASE)
    began, found = perf_counter(), 0
    for one in events:
        whole: Any = json.loads(one)
        found += pattern.search(whole["commit"]["record"]["text"]) is not None
    return perf_counter() - began, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    count = 10_000 if parser.parse_args().quick else 60_000
    dice = random.Random(7)
    brands = words_of(random.Random(99), 100)
    texts = [f"{one} AND NOT lorem" if number % 2 else one for number, one in enumerate(brands)]
    events = made(count, brands, dice)
    seconds, passed, meant = asyncio.run(listened(Server(events).port, brands, texts))
    peer_seconds, peer_found = looped(events, brands)
    rate, peer = count / seconds, count / peer_seconds
    table = Table("way", "events/s", "passed", "meant", title=f"{count} events, 100 queries")
    table.add_row("Boca, over a WebSocket", f"{rate:,.0f}", str(passed), str(meant))
    table.add_row("json.loads and a regex, no network", f"{peer:,.0f}", str(peer_found), "")
    Console().print(table)
    line = {
        "name": "crawl_jetstream",
        "value": round(rate, 1),
        "unit": "events/s",
        "target": TARGET,
        "peer": round(peer, 1),
        "ratio": round(rate / peer, 3),
        "pass": rate >= TARGET,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
