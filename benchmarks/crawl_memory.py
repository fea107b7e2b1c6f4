"""Whether a crawl without end keeps its memory: parent and child, watched for an hour.

A local forum grows all the while: 190 discussions of 200 pages and more, new ones every minute, and
a feed of what is new. Ours is the real thing, as `boca run` does it: one long-lived process with a
store, in which one visit never ends (a child process reads page after page, its posts are stored),
and every minute a round visits the feed (a child of its own, which ends). The peer is plain Scrapy
with its default duplicate filter, on the same site at the same pace, and keeps nothing it reads.

Resident memory of the parent, of the child that never ends, and of the peer is looked at every few
seconds. `value` is how much parent and child together grew in the last three quarters of the time,
by least squares; `pass` asks for at most 5 MB.

    python benchmarks/crawl_memory.py [--minutes 60] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
MOST = 5.0  # megabytes of growth over the last three quarters
TOPICS, PAGES, POSTS = 190, 200, 8
BRANDS = [{"id": "mare", "name": "Maré"}]
SELECT = {
    "topic": "a.topic",
    "post": "article",
    "text": ".words",
    "author": ".who",
    "time": "time",
}
Row = tuple[float, float, float, float]  # seconds, then megabytes of parent, child and peer


class Forum(asyncio.Protocol):
    """A forum that grows with time: topics at /, their pages at /t/N, a feed at /feed."""

    began = time.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone is there."""
        self.transport: Any = transport
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        """Something was said; whole requests are answered."""
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            body = self.page(head.split(b" ", 2)[1].decode()).encode()
            status = "200 OK" if body else "404 None"
            self.transport.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )

    def page(self, path: str) -> str:
        """The page at a path, as it is now."""
        age = int(time.time() - self.began)
        if path == "/":
            topics = range(TOPICS + age // 60, 0, -1)
            return "".join(f'<a class=topic href="/t/{one}">tópico</a>' for one in topics)
        if path == "/feed":
            return feed(age)
        if path.startswith("/t/"):
            topic, _, number = path.removeprefix("/t/").partition("?p=")
            return discussion(int(topic), int(number or 1), PAGES + age // 60)
        return ""


def feed(age: int) -> str:
    items = (
        f"<item><guid>n{one}</guid><title>Novo {one}</title><description>Chegou a {one}.ª "
        f"pergunta.</description><pubDate>Sun, 01 Nov 2026 00:00:00 GMT</pubDate></item>"
        for one in range(age, max(0, age - 30), -1)
    )
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def discussion(topic: int, number: int, pages: int) -> str:
    words = "Palavras de uma discussão qualquer, que nunca acaba. " * 6
    first = (number - 1) * POSTS
    posts = "".join(
        f'<article id="p{one}"><a class=who href="/u/{one % 211}">pessoa {one % 211}</a>'
        f'<time datetime="2026-11-01T10:00:00Z"></time><p class=words>{topic}.{one} {words}</p>'
        "</article>"
        for one in range(first, first + POSTS)
    )
    following = f'<a rel=next href="/t/{topic}?p={number + 1}">mais</a>' if number < pages else ""
    return f"<html><h1>Tópico {topic}</h1>{posts}{following}</html>"


def serve(told: Connection) -> None:
    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Forum, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def ours(port: int, seconds: float, rate: float, pause: float) -> None:
    """One visit without end in a thread, and a round of what is due every ``pause`` seconds."""
    from app.application import App
    from app.settings import load_settings
    from app.steps.crawl import visit
    from storage import open_store

    site, at = f"http://127.0.0.1:{port}", f"127.0.0.1:{port}"
    long = {"kind": "forum_page", "name": "long", "url": f"{site}/", "select": SELECT}
    short = {"kind": "feed", "name": "short", "url": f"{site}/feed"}
    manners = {"allow_private": [at], "pace": 1 / rate, "deadline": seconds, "max_pages": 10**9}
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        sources = [{**long, "topics": 1000}, short]
        given = {"brands": BRANDS, "sources": sources, "politeness": manners}
        database = {"storage": {"url": f"sqlite:///{folder}/boca.db"}}
        config.write_text(yaml.safe_dump(given | database))
        settings = load_settings(config, {})
        app = App(settings, open_store(settings.storage))
        endless, brief = settings.sources
        thread = threading.Thread(target=visit, args=(app, [endless], app.clock()), daemon=True)
        thread.start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(min(pause, max(0.0, until - time.monotonic())))
            visit(app, [brief], app.clock())
        thread.join(30)
        app.store.close()


def peer(port: int, seconds: float, rate: float) -> None:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Plain(scrapy.Spider):
        name = "plain"
        start_urls = (f"http://127.0.0.1:{port}/",)

        def parse(self, response: Any) -> Any:
            for post in response.css("article"):
                yield {"id": post.attrib["id"], "text": post.css(".words::text").get()}
            yield from response.follow_all(css="a.topic, a[rel=next]")

    settings = {
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_DELAY": 1 / rate,
        "RANDOMIZE_DOWNLOAD_DELAY": False,
        "CLOSESPIDER_TIMEOUT": seconds,
    }
    process = CrawlerProcess(settings)
    process.crawl(Plain)
    process.start()


def watched(port: int, seconds: float, rate: float, pause: float) -> tuple[list[Row], float]:
    """What was seen of all three, and the share of a core that they took together."""
    common = ["--port", str(port), "--seconds", str(seconds), "--rate", str(rate)]
    commands = {who: [sys.executable, __file__, "--run", who, *common] for who in ("ours", "peer")}
    commands["ours"] += ["--pause", str(pause)]
    began, busy = time.monotonic(), os.times()
    running = {
        who: subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for who, line in commands.items()
    }
    rows: list[Row] = []
    gap, long = min(5.0, seconds / 100), 0
    while time.monotonic() - began < seconds - 2 * gap:
        time.sleep(gap)
        long = long or next(iter(children(running["ours"].pid)), 0)
        now = tuple(resident(one) for one in (running["ours"].pid, long, running["peer"].pid))
        if all(now):
            rows.append((time.monotonic() - began, *now))
    for one in running.values():
        one.wait(120)
    took = os.times()
    used = took.children_user + took.children_system - busy.children_user - busy.children_system
    return rows, used / (time.monotonic() - began)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run, the first one first."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == pid:
            found.append((int(fields[19]), int(path.parent.name)))
    return [one for _, one in sorted(found)]


def resident(pid: int) -> float:
    """Megabytes of a process in memory; 0 where it is not there."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def grown(seconds: Any, megabytes: Any) -> float:
    """Growth over the last three quarters, by least squares, in megabytes."""
    late = seconds >= seconds[0] + (seconds[-1] - seconds[0]) / 4
    slope = np.polyfit(seconds[late], megabytes[late], 1)[0]
    return float(slope * (seconds[late][-1] - seconds[late][0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20 seconds, faster")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=7.0, help="pages a second")
    parser.add_argument("--run", choices=("ours", "peer"))
    for name in ("--port", "--seconds", "--pause"):
        parser.add_argument(name, type=float, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run == "ours":
        ours(int(given.port), given.seconds, given.rate, given.pause)
    elif given.run == "peer":
        peer(int(given.port), given.seconds, given.rate)
    elif given.quick:
        compare(20, rate=40, pause=5)
    else:
        compare(given.minutes * 60, rate=given.rate, pause=60)


def compare(seconds: float, rate: float, pause: float) -> None:
    hear, tell = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=serve, args=(tell,), daemon=True)
    server.start()
    since = datetime.now(UTC)
    rows, busy = watched(hear.recv(), seconds, rate, pause)
    server.terminate()
    seen = np.array(rows)
    table = Table(title=f"Megabytes resident, {rate:g} pages/s from {since:%H:%M} on")
    for column in ("until", "parent", "its child", "together", "plain Scrapy"):
        table.add_column(column, justify="right")
    for tenth in np.array_split(seen, 10):
        at = timedelta(seconds=round(tenth[-1, 0]))
        parent, child, other = tenth[:, 1:].mean(axis=0)
        table.add_row(str(at), *(f"{one:.1f}" for one in (parent, child, parent + child, other)))
    Console().print(table)
    value, theirs = grown(seen[:, 0], seen[:, 1] + seen[:, 2]), grown(seen[:, 0], seen[:, 3])
    print(json.dumps({
        "name": "crawl_memory", "value": round(value, 2), "unit": "MB grown", "target": MOST,
        "peer": round(theirs, 2), "ratio": round(value / theirs, 2) if theirs else None,
        "minutes": round(seconds / 60, 1), "megabytes": round(float(seen[-1, 1] + seen[-1, 2])),
        "of_a_core": round(busy, 3), "pass": value <= MOST,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
