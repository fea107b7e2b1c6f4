"""Ten thousand broken inputs: no crash, no hang, and each refusal has a code and a place.

The inputs are recordings, mutated by a seeded die: the same ones every time.
"""

from __future__ import annotations

import random
import signal
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from crawlers import sitemaps
from crawlers.crawl import crawl
from crawlers.pages import Request, Response
from crawlers.politeness.optout import withheld
from crawlers.politeness.robots import judge
from crawlers.politeness.settings import PolitenessSettings
from crawlers.registry import NETWORK
from crawlers.settings import SourceSettings
from crawlers.sources.file import FileSettings
from domain.errors import SourceError
from domain.posts import CrawlReport, Post, Rejected
from storage import open_store
from storage.settings import StorageSettings
from tests.crawlers.conftest import _find, recorded
from tests.crawlers.test_recordings import EXAMPLES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LONGEST = 5.0  # seconds of work for one input
MOST_PAGES = 25
PER_KIND, ROBOTS, SITEMAPS, TABLES = 400, 2_000, 1_000, 700
FEWER = {"forum_page": 80, "schema_org": 200, "forum_feed": 120, "reddit": 150, "feed": 200}
"""Of what takes longer to read, so that the whole takes half a minute."""
KINDS = sorted(EXAMPLES)
POISONS = [
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"<", b"]]>", b"<![CDATA[", b"&#0;", b"&bomb;", b'"', b"{",
    b"[" * 3_000, b'{"a":' * 2_000, b"<div>" * 3_000, b"null", b"true", b"-1", b"1e999", b"NaN",
    b"99999999999999999999999", b'"2026-99-99T99:99:99Z"', b'"0001-01-01T00:00:00Z"', b"[]", b"{}",
    b'"\\ud800"', b"\xe2\x80\xae", b"%s%n", b"9" * 5_000, b"a" * 20_000, b"\r\n\r\n",
    b"<!DOCTYPE x [", b'"javascript:alert(1)"', b"-0", b"1969-12-31",
    b"=HYPERLINK(1)", b";;;;", b",,,,,,,,",
]  # fmt: skip


class TooSlow(BaseException):
    """One input took longer than it may."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    def ring(*_: Any) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def mutated(body: bytes, dice: random.Random) -> bytes:
    """The body with one to four accidents."""
    for _ in range(dice.randint(1, 4)):
        body = dice.choice(ACCIDENTS)(body, dice)
    return body


def place(body: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randrange(len(body) + 1)
    return start, min(len(body), start + dice.choice((1, 4, 30, 400)))


def cut(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def drop(body: bytes, dice: random.Random) -> bytes:
    start, end = place(body, dice)
    return body[:start] + body[end:]


def twice(body: bytes, dice: random.Random) -> bytes:
    start, end = place(body, dice)
    return body[:end] + body[start:end] * dice.choice((1, 2, 50)) + body[end:]


def poison(body: bytes, dice: random.Random) -> bytes:
    start, end = place(body, dice)
    return body[:start] + dice.choice(POISONS) + body[dice.choice((start, end)) :]


def flip(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(dice.choice((1, 3, 40))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def value(body: bytes, dice: random.Random) -> bytes:
    """A value of another type after some colon, or inside some attribute."""
    marks = [n for n, byte in enumerate(body[:50_000]) if byte in b':=>"']
    if not marks:
        return body
    start = dice.choice(marks) + 1
    ends = [n for n in (body.find(mark, start) for mark in (b",", b"}", b"<", b"\n")) if n > 0]
    return body[:start] + dice.choice(POISONS) + body[min(ends, default=start) :]


ACCIDENTS: list[Callable[[bytes, random.Random], bytes]] = [cut, drop, twice, poison, flip, value]


def read(kind: str, number: int) -> Iterator[Any]:
    """Everything that a source makes of its recordings, one of which is broken."""
    dice = random.Random(f"{kind}{number}")
    pages = recorded(kind)
    url = dice.choice(sorted(pages))
    old = pages[url]
    pages[url] = Response(url, old.status, old.headers, mutated(old.body, dice), old.context)
    given = {"kind": kind, "name": "fuzz", **EXAMPLES[kind]}
    settings: Any = TypeAdapter(SourceSettings).validate_python(given)
    source: Any = NETWORK[kind](settings, {}, NOW)
    queue, asked = list(source.requests()), 0
    while queue and asked < MOST_PAGES:
        request, asked = queue.pop(0), asked + 1
        for one in answered(request, pages):
            if isinstance(one, Request):
                queue.append(one)
            else:
                yield one
    list(dict(source.cursor()))


def answered(request: Request, pages: dict[str, Response]) -> Iterator[Any]:
    """What the spider makes of one page: a page that breaks is refused with a code."""
    page = _find(request.url, pages)
    page = Response(request.url, page.status, page.headers, page.body, request.context)
    try:
        if page.status < 400:
            yield from withheld("fuzz", page, request.then)
        elif request.otherwise is not None:
            yield from request.otherwise(page.status)
    except SourceError as error:
        yield Rejected("fuzz", "bad_page", request.url, str(error))


def robots(number: int) -> Iterator[Any]:
    dice = random.Random(number)
    rules = b"User-agent: *\nDisallow: /a/*b$\nAllow: /\nCrawl-delay: 2\nSitemap: /s.xml\n" * 8
    verdict = judge(Response("https://a.example/robots.txt", 200, {}, mutated(rules, dice)))
    verdict.allows("https://a.example/a/b?c=d", "Boca")
    assert verdict.delay("Boca") >= 0
    yield from ()


def sitemap(number: int) -> Iterator[Any]:
    dice = random.Random(number)
    urls = b"<url><loc>https://a.example/1</loc><lastmod>2026-01-01</lastmod></url>" * 5
    body = b'<?xml version="1.0"?><urlset>' + urls + b"</urlset>"
    if number % 4 == 0:
        body = zlib.compress(body, wbits=31)
    try:
        list(sitemaps.entries(mutated(body, dice), "https://a.example/sitemap.xml"))
    except SourceError as error:
        yield Rejected("fuzz", "bad_page", f"sitemap{number}", str(error))


def table(number: int, folder: Path) -> Iterator[Any]:
    dice = random.Random(number)
    rows = (b"%d,palavra %d,2026-01-0%d\n" % (n, n, n) for n in range(1, 9))
    path = folder / f"{number}.csv"
    path.write_bytes(mutated(b"id,text,at\n" + b"".join(rows), dice))
    mapping = {"external_id": "id", "text": "text", "created_at": "at"}
    files = [{"path": str(path), "format": "csv", "mapping": mapping}]
    source = FileSettings.model_validate({"kind": "file", "name": "fuzz", "files": files})
    yield from crawl(source, {}, politeness=PolitenessSettings(), now=NOW)
    path.unlink()


class Bench:
    """Runs inputs one by one, each under the alarm, and keeps what became of them."""

    def __init__(self) -> None:
        self.inputs = self.posts = 0
        self.rejected: list[Rejected] = []
        self.crashes: Counter[str] = Counter()
        self.slow: list[str] = []

    def run(self, name: str, found: Iterator[Any]) -> None:
        self.inputs += 1
        try:
            with alarm(LONGEST):
                for one in found:
                    self.posts += isinstance(one, Post)
                    if isinstance(one, Rejected):
                        self.rejected.append(one)
                    elif isinstance(one, CrawlReport) and one.detail:
                        assert one.errors, name
        except TooSlow:
            self.slow.append(name)
        except Exception as error:
            trace = error.__traceback__
            while trace and trace.tb_next:
                trace = trace.tb_next
            at = trace.tb_frame.f_code.co_filename.rpartition("/")[2] if trace else ""
            line = trace.tb_lineno if trace else 0
            self.crashes[f"{name.rstrip('0123456789')}: {type(error).__name__} at {at}:{line}"] += 1


@pytest.mark.slow
@pytest.mark.timeout(1_800)  # half a minute of work, on however busy a machine
def test_ten_thousand_broken_inputs(tmp_path: Path) -> None:
    bench = Bench()
    for kind in KINDS:
        for number in range(FEWER.get(kind, PER_KIND)):
            bench.run(f"{kind} {number}", read(kind, number))
    for number in range(ROBOTS):
        bench.run(f"robots {number}", robots(number))
    for number in range(SITEMAPS):
        bench.run(f"sitemap {number}", sitemap(number))
    for number in range(TABLES):
        bench.run(f"table {number}", table(number, tmp_path))
    assert bench.inputs >= 10_000
    assert bench.slow == []
    assert bench.crashes == {}
    assert bench.posts > bench.inputs / 10  # the good beside the bad is still read
    quarantined(bench.rejected, tmp_path)


def quarantined(rejected: list[Rejected], folder: Path) -> None:
    """Each refusal has a code and a place, and a row of its own."""
    assert len(rejected) > 1_000
    assert all(one.code and one.where and len(one.raw) <= 2_000 for one in rejected)
    assert all(one.code.replace("_", "").isalnum() for one in rejected)
    with open_store(StorageSettings(url=f"sqlite:///{folder}/q.db")).writing() as unit:
        new = unit.quarantine.add(rejected, NOW)
        assert sum(unit.quarantine.counts().values()) == new
        codes = {code for _, code in unit.quarantine.counts()}
    assert codes == {one.code for one in rejected}


def test_the_alarm_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves that a hang would be seen."""

    def for_ever() -> Iterator[Any]:
        while True:
            yield from ()

    monkeypatch.setattr("tests.crawlers.test_fuzz.LONGEST", 0.05)
    bench = Bench()
    bench.run("slow", for_ever())
    assert bench.slow == ["slow"]
    bench.run("broken 1", iter(lambda: [][1], None))
    assert sum(bench.crashes.values()) == 1
