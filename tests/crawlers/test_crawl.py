"""Crawls: what streams out, outcomes, limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crawlers.crawl import crawl, probe
from crawlers.sources.feed import FeedSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from crawlers.sources.wordpress import WordPressSettings
from domain.posts import CrawlOutcome, CrawlReport, Cursor, Gone, Post, Rejected
from domain.sources import RobotsAnswer
from tests.crawlers.feeding import KIND, Manners, item, rss


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


def test_an_entry_taken_out_of_a_feed_is_gone_once_its_page_is(
    site: Any, feed: FeedSettings, manners: Manners, now: datetime
) -> None:
    def dated(*days: int) -> tuple[int, dict[str, str], bytes]:
        time, link = (
            "<pubDate>{} Nov 2026 10:00:00 GMT</pubDate>",
            f"<link>{site.url}/n/{{}}</link>",
        )
        return rss(*(item(day, time.format(day) + link.format(day)) for day in days))

    site.routes["/n/18"] = (200, {"Content-Type": "text/html"}, b"<p>still here")
    found, cursor = [], {}
    for days in ((20, 19, 18, 17), (20, 17), (21, 20, 17)):
        site.routes["/feed"] = dated(*days)
        events = list(crawl(feed, cursor, politeness=manners(), now=now))
        found.append([one for one in events if isinstance(one, Gone)])
        cursor = [dict(one.state) for one in events if isinstance(one, Cursor)][-1]
        assert events[-1].outcome is CrawlOutcome.OK
    assert found == [[], [], [Gone("loja", "urn:19")]]
    assert {"/n/18", "/n/19"} <= set(site.asked)
