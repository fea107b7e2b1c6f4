"""robots.txt: what each answer to it means (RFC 9309)."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.robots import FRESH, LARGEST, Memory, Robots, judge
from crawlers.politeness.settings import PolitenessSettings
from domain.sources import RobotsAnswer

Manners = Callable[..., PolitenessSettings]
URL = "https://example.org/robots.txt"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def outcome(site: Any, settings: PolitenessSettings, path: str = "/page") -> str:
    async def once() -> str:
        gate = Gate(settings)
        try:
            return str((await gate.fetch(f"{site.url}{path}")).status)
        except FetchError as error:
            return error.code
        finally:
            await gate.close()

    return asyncio.run(once())


def reset(handler: Any) -> None:
    """Ends the connection with an RST."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.wfile = handler.rfile


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((200, {}, b"User-agent: *\nDisallow: /private"), "200"),
        ((200, {}, b"User-agent: *\nDisallow: /"), "robots"),
        ((200, {}, b"User-agent: boca\nDisallow: /page\n\nUser-agent: *\nDisallow:"), "robots"),
        ((200, {}, b"User-agent: other\nDisallow: /"), "200"),
        ((200, {}, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /page"), "robots"),
        ((200, {}, b"User-agent: *\nDisallow: /\nAllow: /page"), "200"),
        ((200, {}, b"User-agent: *\nDisallow: /*ge$"), "robots"),
        ((200, {}, b"\xff\xfe\x00 not text at all"), "200"),
        ((200, {}, b""), "200"),
        ((404, {}, b"User-agent: *\nDisallow: /"), "200"),
        ((401, {}, b""), "200"),
        ((403, {}, b""), "200"),
        ((429, {}, b""), "robots_unreachable"),
        ((500, {}, b""), "robots_unreachable"),
        ((503, {}, b""), "robots_unreachable"),
        (reset, "robots_unreachable"),
    ],
)
def test_what_an_answer_means(answer: Any, expected: str, site: Any, manners: Manners) -> None:
    site.routes |= {"/robots.txt": answer, "/page": (200, {}, b"hello")}
    assert outcome(site, manners()) == expected
    assert ("/page" in site.asked) == (expected == "200")


def test_a_robots_txt_that_never_comes_forbids_all(site: Any, manners: Manners) -> None:
    site.routes |= {"/robots.txt": lambda _: site.stop.wait(5), "/page": (200, {}, b"")}
    assert outcome(site, manners(timeout=0.4)) == "robots_unreachable"
    assert "/page" not in site.asked


def test_redirects_of_robots_txt_are_followed(site: Any, manners: Manners) -> None:
    site.routes |= {
        "/robots.txt": (301, {"Location": "/rules"}, b""),
        "/rules": (200, {}, b"User-agent: *\nDisallow: /page"),
        "/page": (200, {}, b""),
    }
    assert outcome(site, manners()) == "robots"


def test_endless_redirects_of_robots_txt_are_as_if_it_were_missing(
    site: Any, manners: Manners
) -> None:
    site.routes |= {"/robots.txt": (301, {"Location": "/robots.txt"}, b"")}
    site.routes |= {"/page": (200, {}, b"")}
    assert outcome(site, manners()) == "200"
    assert site.asked.count("/robots.txt") == 6


def test_a_redirect_into_a_forbidden_path_is_not_followed(site: Any, manners: Manners) -> None:
    site.routes |= {
        "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /private"),
        "/page": (302, {"Location": "/private/page"}, b""),
        "/private/page": (200, {}, b""),
    }
    assert outcome(site, manners()) == "robots"
    assert "/private/page" not in site.asked


def test_only_the_first_500_kib_count() -> None:
    filler = b"# filler\n" * (LARGEST // 9 + 1)
    late = judge(Response(URL, 200, {}, filler + b"User-agent: *\nDisallow: /\n"))
    early = judge(Response(URL, 200, {}, b"User-agent: *\nDisallow: /\n" + filler))
    assert late.allows("https://example.org/a", "Boca")
    assert not early.allows("https://example.org/a", "Boca")


def test_rules_are_asked_for_once_a_day() -> None:
    asked, time = [], [0.0]

    async def fetch(url: str) -> Response:
        asked.append(url)
        return Response(url, 200, {}, b"User-agent: *\nCrawl-delay: 7\n")

    async def visits() -> None:
        robots = Robots("Boca", fetch, clock=lambda: time[0])
        assert await robots.check("https://example.org/a") == 7
        await robots.check("https://example.org/b")
        await robots.check("https://example.org:8443/a")
        time[0] = FRESH - 1
        await robots.check("https://example.org/c")
        assert len(asked) == 2
        time[0] = FRESH + 1
        await robots.check("https://example.org/c")
        assert len(asked) == 3

    asyncio.run(visits())


def visited(
    site: Any, settings: PolitenessSettings, known: list[RobotsAnswer], at: datetime
) -> str:
    """One visit of a new process, which learns and remembers."""

    async def once() -> str:
        gate = Gate(settings, memory=Memory(list(known), at, known.append))
        try:
            return str((await gate.fetch(f"{site.url}/page")).status)
        except FetchError as error:
            return error.code
        finally:
            await gate.close()

    return asyncio.run(once())


def test_the_next_visit_within_a_day_does_not_ask_again(site: Any, manners: Manners) -> None:
    known: list[RobotsAnswer] = []
    rules = b"\xef\xbb\xbfUser-agent: *\nDisallow: /page\n"
    site.routes |= {"/robots.txt": (200, {}, rules), "/page": (200, {}, b"")}
    assert visited(site, manners(), known, NOON) == "robots"
    assert [one.status for one in known] == [200]
    assert visited(site, manners(), known, NOON + timedelta(hours=23)) == "robots"
    assert site.asked == ["/robots.txt"]
    site.routes["/robots.txt"] = (404, {}, b"")
    assert visited(site, manners(), known, NOON + timedelta(hours=25)) == "200"
    assert visited(site, manners(), known[1:], NOON + timedelta(hours=26)) == "200"
    assert site.asked == ["/robots.txt", "/robots.txt", "/page", "/page"]
    assert visited(site, manners(), known[1:], NOON - timedelta(days=9)) == "200"
    assert site.asked.count("/robots.txt") == 3


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_is_not_remembered(status: int, site: Any, manners: Manners) -> None:
    known: list[RobotsAnswer] = []
    site.routes |= {"/robots.txt": (status, {}, b""), "/page": (200, {}, b"")}
    assert visited(site, manners(), known, NOON) == "robots_unreachable"
    assert known == []
