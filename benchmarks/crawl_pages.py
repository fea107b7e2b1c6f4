"""Pages a second and memory of a crawl: ours (gate, guard, robots, child) and plain Scrapy.

Both read the same pages from one server on loopback, each with a JSON-LD review in it, and turn
them into records. Scrapy runs with its defaults: no robots.txt, no guard, no pace, 8 requests at
once. Ours asks one page at a time, checks every connection, and streams posts to its parent.
Memory is the peak of the parent and the peak of its child, added up. `pass` asks for both targets.

    python benchmarks/crawl_pages.py [--quick] [--pages N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TARGET = 150.0  # pages a second
MOST_MEMORY = 300.0  # megabytes, parent and child
FILLER = "<p>Palavras de uma página qualquer, com links e parágrafos.</p>" * 150


def page(number: int) -> bytes:
    review = {
        "@type": "Review",
        "@id": f"#r{number}",
        "author": {"@type": "Person", "name": f"Pessoa {number % 97}"},
        "datePublished": "2026-11-10T12:00:00Z",
        "reviewBody": f"A entrega {number} atrasou e ninguém avisou.",
        "reviewRating": {"ratingValue": number % 5 + 1},
    }
    script = f'<script type="application/ld+json">{json.dumps(review)}</script>'
    return f"<!doctype html><html><head>{script}</head><body>{FILLER}</body></html>".encode()


class Server(asyncio.Protocol):
    """Answers GET /N with page N, and anything else with 404."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone is there."""
        self.transport: Any = transport
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        """Something was said; whole requests are answered."""
        self.heard += data
        while b"\r\n\r\n" in self.heard:
            head, _, self.heard = self.heard.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode().lstrip("/")
            status, body = ("200 OK", page(int(path))) if path.isdigit() else ("404 No", b"")
            self.transport.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode()
                + body
            )


def serve(told: Connection) -> None:
    async def forever() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Server, "127.0.0.1", 0)
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def urls(port: int, pages: int) -> list[str]:
    return [f"http://127.0.0.1:{port}/{number}" for number in range(pages)]


def ours(port: int, pages: int) -> int:
    from crawlers.crawl import crawl
    from crawlers.settings import PolitenessSettings
    from crawlers.sources.schema_org import SchemaOrgSettings
    from domain.posts import CrawlReport

    source = SchemaOrgSettings(
        kind="schema_org", name="bench", pages=tuple(urls(port, pages)), pages_per_visit=pages
    )
    manners = PolitenessSettings(allow_private=(f"127.0.0.1:{port}",), pace=0, max_pages=pages + 1)
    for event in crawl(source, {}, politeness=manners, now=datetime.now(UTC)):
        if isinstance(event, CrawlReport):
            return event.posts
    return 0


def peer(port: int, pages: int) -> int:
    import scrapy
    from scrapy.crawler import CrawlerProcess

    found = []

    class Plain(scrapy.Spider):
        name = "plain"
        start_urls = urls(port, pages)

        def parse(self, response: Any) -> Any:
            for script in response.css('script[type="application/ld+json"]::text').getall():
                found.append(json.loads(script))

    process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    process.crawl(Plain)
    process.start()
    return len(found)


def run(who: str, port: int, pages: int) -> None:
    """In a process of its own: prints what it took, start of the child included."""
    began = time.perf_counter()
    records = {"ours": ours, "peer": peer}[who](port, pages)
    seconds = time.perf_counter() - began
    memory = sum(
        resource.getrusage(which).ru_maxrss
        for which in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(json.dumps({"records": records, "seconds": seconds, "megabytes": memory / 1024}))


def measured(who: str, port: int, pages: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--run", who, "--port", str(port), "--pages", str(pages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--run", choices=("ours", "peer"))
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.run:
        run(given.run, given.port, given.pages)
        return
    compare(1_000 if given.quick else given.pages, repeats=1 if given.quick else 2)


def compare(pages: int, repeats: int) -> None:
    hear, tell = multiprocessing.Pipe(duplex=False)
    server = multiprocessing.Process(target=serve, args=(tell,), daemon=True)
    server.start()
    port = hear.recv()
    table = Table(title=f"{pages} pages of {len(page(1)) // 1024} KiB, best of {repeats}")
    for column in ("crawler", "records", "pages/s", "start-up taken off", "peak RSS, MB"):
        table.add_column(column)
    speeds: dict[str, float] = {}
    memory: dict[str, float] = {}
    for who in ("peer", "ours"):
        empty = min(measured(who, port, 1)["seconds"] for _ in range(repeats))
        best = min((measured(who, port, pages) for _ in range(repeats)), key=_seconds)
        if best["records"] != pages:
            raise SystemExit(f"{who} read {best['records']} of {pages} pages")
        speeds[who], memory[who] = pages / best["seconds"], best["megabytes"]
        steady = pages / (best["seconds"] - empty)
        cells = (best["records"], speeds[who], steady, best["megabytes"])
        table.add_row("Boca" if who == "ours" else "plain Scrapy", *(f"{one:.0f}" for one in cells))
    server.terminate()
    Console().print(table)
    ratio = speeds["ours"] / speeds["peer"]
    print(json.dumps({
        "name": "crawl_pages", "value": round(speeds["ours"], 1), "unit": "pages/s",
        "target": TARGET, "peer": round(speeds["peer"], 1),
        "ratio": round(ratio, 2), "megabytes": round(memory["ours"]), "most": MOST_MEMORY,
        "pass": speeds["ours"] >= TARGET and memory["ours"] <= MOST_MEMORY,
    }))  # fmt: skip


def _seconds(result: dict[str, float]) -> float:
    return result["seconds"]


if __name__ == "__main__":
    main()
