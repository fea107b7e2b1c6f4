"""Crawls in child processes: streams, crashes, deadlines, and what a child may know."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from crawlers import parent
from crawlers.crawl import crawl, preview, probe
from crawlers.order import Order
from crawlers.settings import PolitenessSettings
from crawlers.sources.feed import FeedSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from crawlers.sources.wordpress import WordPressSettings
from domain.posts import CrawlOutcome, CrawlReport, Cursor, Post, Rejected
from domain.sources import RobotsAnswer

Manners = Callable[..., PolitenessSettings]
KIND = {"Content-Type": "application/rss+xml"}


def item(number: int, more: str = "") -> str:
    words = f"<title>n{number}</title><description>t{number}</description>"
    return f"<item><guid>urn:{number}</guid>{words}{more}</item>"


def rss(*items: str) -> tuple[int, dict[str, str], bytes]:
    space = 'xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    return (
        200,
        KIND,
        f'<rss version="2.0" {space}><channel>{"".join(items)}</channel></rss>'.encode(),
    )


@pytest.fixture
def feed(site: Any) -> FeedSettings:
    return FeedSettings(kind="feed", name="loja", url=f"{site.url}/feed")


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The child processes started during a test."""
    started: list[Any] = []
    start = parent._started

    def remembered(log: Any) -> Any:
        started.append(start(log))
        return started[-1]

    monkeypatch.setattr(parent, "_started", remembered)
    yield started
    assert all(child.returncode is not None for child in started), "a child was left behind"


def test_a_feed_comes_with_its_comments_cursor_and_report(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    comments = "<wfw:commentRss>http://127.0.0.1:1/c</wfw:commentRss>"
    site.routes |= {"/feed": rss(item(1, comments)), "/c": rss(item(2))}
    events = list(crawl(feed, {}, politeness=manners(), now=now))
    kinds = [type(one) for one in events]
    assert kinds == [RobotsAnswer, Post, Post, CrawlReport], "no validator, no cursor"
    report = events[-1]
    assert (report.outcome, report.posts, report.requests) == (CrawlOutcome.OK, 2, 3)
    assert report.started_at == now < report.finished_at


def test_the_second_crawl_of_an_unchanged_feed_brings_nothing(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime
) -> None:
    def conditional(handler: Any) -> None:
        same = handler.headers.get("If-None-Match") == '"1"'
        status, headers, body = (304, {}, b"") if same else rss(item(1))
        handler.send_response(status)
        for name, value in {**headers, "ETag": '"1"', "Content-Length": str(len(body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    site.routes["/feed"] = conditional
    first = list(crawl(feed, {}, politeness=manners(), now=now))
    cursor = next(one for one in first if isinstance(one, Cursor))
    robots = tuple(one for one in first if isinstance(one, RobotsAnswer))
    (report,) = crawl(feed, cursor.state, politeness=manners(), now=now, robots=robots)
    assert (report.outcome, report.posts) == (CrawlOutcome.OK, 0)


@pytest.mark.parametrize(
    ("routes", "outcome", "code"),
    [
        ({"/feed": (404, {}, b"")}, CrawlOutcome.UNREACHABLE, "http_404"),
        ({"/feed": (403, {}, b"")}, CrawlOutcome.FORBIDDEN, "http_403"),
        ({"/feed": (200, {}, b"<html>")}, CrawlOutcome.FAILED, "bad_page"),
        ({"/feed": rss(item(1)), "/robots.txt": (503, {}, b"")}, CrawlOutcome.UNREACHABLE,
         "robots_unreachable"),
        ({"/feed": (302, {"Location": "http://127.0.0.1:9/"}, b"")}, CrawlOutcome.FORBIDDEN,
         "forbidden_address"),
        ({"/feed": (200, KIND, b"x" * 5000)}, CrawlOutcome.FAILED, "too_large"),
    ],
)  # fmt: skip
def test_outcomes(
    routes: Any, outcome: CrawlOutcome, code: str, site: Any, feed: FeedSettings,
    manners: Manners, now: datetime,
) -> None:  # fmt: skip
    site.routes |= routes
    events = list(crawl(feed, {}, politeness=manners(max_bytes=4096), now=now))
    report = events[-1]
    assert (report.outcome, report.errors) == (outcome, {code: 1})
    assert "127.0.0.1:" in report.detail
    assert report.refused_by_robots == (code == "robots_unreachable")
    assert not [one for one in events if isinstance(one, Cursor)]


def test_nobody_there_is_unreachable(manners: Manners, now: datetime, listener: Any) -> None:
    listener.close()
    pair = f"127.0.0.1:{listener.port}"
    gone = FeedSettings(kind="feed", name="loja", url=f"http://{pair}/feed")
    settings = manners(allow_private=(pair,))
    report = probe(gone, politeness=settings, now=now)
    assert report.outcome is CrawlOutcome.UNREACHABLE
    assert report.errors


def test_a_failing_page_leaves_the_others_and_degrades(
    site: Any, manners: Manners, now: datetime
) -> None:
    review = b'<script type="application/ld+json">{"@type":"Review","reviewBody":"bom"}</script>'
    site.routes |= {"/a": (200, {"Content-Type": "text/html"}, review), "/b": (500, {}, b"")}
    pages = [f"{site.url}/a", f"{site.url}/b"]
    source = SchemaOrgSettings(kind="schema_org", name="loja", pages=tuple(pages))
    events = list(crawl(source, {}, politeness=manners(), now=now))
    assert [one.text for one in events if isinstance(one, Post)] == ["bom"]
    assert events[-1].outcome is CrawlOutcome.DEGRADED
    assert events[-1].errors == {"http_500": 1}


def endless(site: Any) -> Any:
    """Comment feeds that follow each other slowly and never end."""
    numbers = count(100)
    site.routes["/feed"] = rss(
        *(item(n, f"<wfw:commentRss>/c{n}</wfw:commentRss>") for n in range(50))
    )
    for number in range(50):

        def slow(handler: Any) -> None:
            site.stop.wait(0.3)
            _, _, body = rss(item(next(numbers)))
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        site.routes[f"/c{number}"] = slow


def test_a_killed_child_is_a_failed_crawl_that_keeps_its_posts(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    seen: list[Any] = []
    for event in crawl(feed, {}, politeness=manners(), now=now):
        seen.append(event)
        if len(seen) == 52:
            os.kill(children[0].pid, signal.SIGKILL)
    report = seen[-1]
    assert report.outcome is CrawlOutcome.FAILED
    assert report.errors == {"crash": 1}
    assert report.posts == len([one for one in seen if isinstance(one, Post)]) >= 50


def test_a_crawl_ends_at_its_deadline(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    began = time.monotonic()
    events = list(crawl(feed, {}, politeness=manners(deadline=4), now=now))
    assert time.monotonic() - began < 8
    assert events[-1].outcome is CrawlOutcome.FAILED
    assert events[-1].errors == {"deadline": 1}
    assert events[-1].posts >= 50


def test_a_closed_crawl_kills_its_child_at_once(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    with closing(crawl(feed, {}, politeness=manners(), now=now)) as events:
        next(events)
        assert children[0].poll() is None
    assert children[0].returncode == -signal.SIGKILL


def test_a_preview_takes_the_first_and_stops(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any]
) -> None:
    endless(site)
    seen = preview(feed, politeness=manners(), now=now, limit=3)
    assert [one.title for one in seen if isinstance(one, Post)] == ["n0", "n1", "n2"]
    assert len(children) == 1


def test_a_child_knows_no_secret_of_its_parent(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime, children: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("BOCA_SMTP_PASSWORD", "hunter2")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    endless(site)
    with closing(crawl(feed, {}, politeness=manners(), now=now)) as events:
        next(events)
        known = Path(f"/proc/{children[0].pid}/environ").read_bytes()
        said = Path(f"/proc/{children[0].pid}/cmdline").read_bytes()
    assert b"PATH=" in known
    assert b"hunter2" not in known + said
    assert b"PROXY" not in known


def test_a_child_whose_parent_is_gone_ends_itself(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime
) -> None:
    endless(site)
    with TemporaryFile() as log:
        child = parent._started(log)
        order = Order(source=feed, cursor={}, politeness=manners(), now=now)
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(order.model_dump_json().encode())
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()
        assert child.wait(timeout=10) == 1


def test_a_child_that_cannot_start_is_told(
    feed: FeedSettings, manners: Manners, now: datetime, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr(parent, "_ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(parent, "_PASSED_ON", ())
    monkeypatch.setattr(parent.sys, "executable", "/bin/false")
    (report,) = crawl(feed, {}, politeness=manners(), now=now)
    assert isinstance(report, CrawlReport)
    assert (report.outcome, report.errors) == (CrawlOutcome.FAILED, {"crash": 1})


def test_a_look_says_whether_a_source_may_be_read(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime
) -> None:
    site.routes["/feed"] = rss(item(1))
    assert probe(feed, politeness=manners(), now=now).outcome is CrawlOutcome.OK
    site.routes["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /")
    report = probe(feed, politeness=manners(), now=now)
    assert (report.outcome, report.refused_by_robots) == (CrawlOutcome.FORBIDDEN, 1)
    assert "robots.txt says no" in report.detail
    assert site.asked.count("/feed") == 1


def test_a_closed_rest_interface_is_no_failure_where_the_feed_answers(
    site: Any, manners: Manners, now: datetime
) -> None:
    site.routes["/feed/"] = rss(item(1))
    blog = WordPressSettings(kind="wordpress", name="blog", url=site.url)
    events = list(crawl(blog, {}, politeness=manners(), now=now))
    assert [one.title for one in events if isinstance(one, Post)] == ["n1"]
    assert events[-1].outcome is CrawlOutcome.OK


def test_a_page_that_breaks_the_reader_costs_only_itself(
    site: Any, manners: Manners, now: datetime
) -> None:
    hostile = b'<script type="application/ld+json">' + b'{"review":' * 3000 + b"1"
    site.routes |= {"/a": (200, {}, hostile + b"}" * 3000 + b"</script>"), "/b": (200, {}, b"")}
    pages = (f"{site.url}/a", f"{site.url}/b")
    source = SchemaOrgSettings(kind="schema_org", name="loja", pages=pages)
    events = list(crawl(source, {}, politeness=manners(), now=now))
    assert not [one for one in events if isinstance(one, Post)]
    assert all(one.code == "bad_json_ld" for one in events if isinstance(one, Rejected))
    assert "/b" in site.asked


def test_pages_are_limited_and_the_next_visit_goes_on(
    site: Any, manners: Manners, now: datetime
) -> None:
    pages = tuple(f"{site.url}/{number}" for number in range(4))
    site.routes |= {f"/{number}": (200, {}, b"<p>x") for number in range(4)}
    source = SchemaOrgSettings(kind="schema_org", name="loja", pages=pages)
    first = list(crawl(source, {}, politeness=manners(max_pages=3), now=now))
    assert first[-1].errors == {"page_limit": 2}
    cursor = [one for one in first if isinstance(one, Cursor)][-1].state
    site.asked.clear()
    list(crawl(source, cursor, politeness=manners(max_pages=3), now=now))
    assert [path for path in site.asked if path != "/robots.txt"] == ["/2", "/3"]
