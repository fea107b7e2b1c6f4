"""Turns, rests and Retry-After."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.pace import SLOWEST, Pace, rest_asked, retry_after
from crawlers.politeness.settings import PolitenessSettings

Manners = Callable[..., PolitenessSettings]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "attempt", "seconds"),
    [
        ("7", 0, 7),
        (" 120 ", 0, 120),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 0, 30),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0, 0),
        (None, 0, 2),
        (None, 2, 8),
        ("soon", 1, 4),
        ("-5", 0, 2),
        ("9" * 40, 0, 999_999_999),
    ],
)
def test_retry_after(value: str | None, attempt: int, seconds: float) -> None:
    assert retry_after(value, attempt, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"retry-after": "7", "x-ratelimit-reset": "2026-11-22T12:05:00Z"}, "7"),
        ({"x-ratelimit-reset": "2026-11-22T12:05:00.000Z"}, "300"),
        ({"ratelimit-reset": "1795349100"}, "300"),
        ({"ratelimit-reset": "45"}, "45"),
        ({"x-ratelimit-reset": "2026-11-22T11:00:00Z"}, "1"),
        ({"x-ratelimit-reset": "later"}, None),
        ({"x-ratelimit-reset": "2026-11-22T12:05:00"}, None),
        ({}, None),
    ],
)
def test_a_limit_says_when_it_is_lifted(headers: dict[str, str], asked: str | None) -> None:
    assert rest_asked(headers, NOW) == asked


def test_matrix_says_in_the_body_how_long_to_wait() -> None:
    body = b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 2100}'
    assert rest_asked({}, NOW, body) == "3"
    assert rest_asked({"retry-after": "7"}, NOW, body) == "7"
    assert rest_asked({}, NOW, b'{"retry_after_ms": "soon"}') is None


def test_hosts_wait_for_themselves_only() -> None:
    time = [100.0]
    pace = Pace(2.0, lambda: time[0])
    assert [pace.reserve("a"), pace.reserve("a"), pace.reserve("b")] == [0, 2, 0]
    time[0] = 110.0
    assert pace.reserve("a") == 0
    pace.rest("a", 30)
    assert pace.reserve("a") == 30


def test_a_crawl_delay_slows_but_never_hurries() -> None:
    pace = Pace(2.0, lambda: 0.0)
    pace.slow("a", 5)
    pace.slow("b", 1)
    pace.slow("c", 10_000)
    for host, gap in (("a", 5), ("b", 2), ("c", SLOWEST)):
        assert [pace.reserve(host), pace.reserve(host)] == [0, gap]


def run(site: Any, settings: PolitenessSettings) -> str:
    async def once() -> str:
        gate = Gate(settings)
        try:
            return (await gate.fetch(f"{site.url}/page")).body.decode()
        except FetchError as error:
            return error.code
        finally:
            await gate.close()

    return asyncio.run(once())


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_asked_again_after_its_rest(
    status: int, site: Any, manners: Manners
) -> None:
    moments: list[float] = []

    def busy(handler: Any) -> None:
        moments.append(datetime.now(UTC).timestamp())
        handler.send_response(status if len(moments) == 1 else 200)
        handler.send_header("Retry-After", "1")
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"ok")

    site.routes["/page"] = busy
    assert run(site, manners(retries=1)) == "ok"
    assert moments[1] - moments[0] >= 0.95


def test_a_site_that_stays_busy_is_left_alone(site: Any, manners: Manners) -> None:
    site.routes["/page"] = (429, {"Retry-After": "0"}, b"")
    assert run(site, manners(retries=2)) == "busy"
    assert site.asked.count("/page") == 3


def test_a_rest_that_is_too_long_ends_it_at_once(site: Any, manners: Manners) -> None:
    site.routes["/page"] = (503, {"Retry-After": "86400"}, b"")
    assert run(site, manners(retries=5)) == "busy"
    assert site.asked.count("/page") == 1


def test_the_number_of_pages_is_limited(site: Any, manners: Manners) -> None:
    site.routes["/page"] = (200, {}, b"ok")
    assert run(site, manners(max_pages=2)) == "ok"
    assert run(site, manners(max_pages=1)) == "page_limit"


def test_a_host_is_asked_one_thing_at_a_time(site: Any, manners: Manners) -> None:
    """However many want to: also its robots.txt is asked for once."""
    busy, most = [0], [0]

    def slow(handler: Any) -> None:
        busy[0] += 1
        most[0] = max(most[0], busy[0])
        site.stop.wait(0.05)
        busy[0] -= 1
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.send_header("Connection", "close")
        handler.end_headers()

    site.routes |= {f"/{number}": slow for number in range(6)} | {"/robots.txt": slow}

    async def together() -> None:
        gate = Gate(manners())
        await asyncio.gather(*(gate.fetch(f"{site.url}/{number}") for number in range(6)))
        await gate.close()

    asyncio.run(together())
    assert most[0] == 1
    assert site.asked.count("/robots.txt") == 1
