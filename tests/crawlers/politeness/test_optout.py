"""Pages that ask not to be taken up are read by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from crawlers.crawl import crawl
from crawlers.pages import Response
from crawlers.politeness.optout import forbids_indexing
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.schema_org import SchemaOrgSettings
from domain.posts import CrawlOutcome, Cursor, Post, Rejected

PAGE = '<script type="application/ld+json">{"@type": "Review", "reviewBody": "Boa"}</script>'


def page(head: str, header: str = "", kind: str = "text/html; charset=utf-8") -> Response:
    headers = {"content-type": kind, "x-robots-tag": header}
    return Response("https://a.example/", 200, headers, f"<head>{head}</head>".encode())


@pytest.mark.parametrize(
    ("head", "header", "forbids"),
    [
        ('<meta name="robots" content="noindex">', "", True),
        ('<META NAME="ROBOTS" CONTENT="NOFOLLOW, NOINDEX">', "", True),
        ('<meta content="none" name="robots">', "", True),
        ('<meta name="boca" content="noindex">', "", True),
        ('<meta name="robots" content="index, follow">', "", False),
        ('<meta name="otherbot" content="noindex">', "", False),
        ('<p>name="robots" content="noindex"</p>', "", False),
        ("", "noindex", True),
        ("", "boca: noindex", True),
        ("", "otherbot: noindex", False),
        ("", "otherbot: noindex\nnoindex", True),
        ("", "otherbot: noindex\nboca: nofollow", False),
        ("", "unavailable_after: 2030", False),
    ],
)
def test_noindex(head: str, header: str, forbids: bool) -> None:
    assert forbids_indexing(page(head, header)) is forbids


def test_feeds_and_interfaces_are_no_pages() -> None:
    for kind in ("application/rss+xml", "application/json", "text/xml"):
        assert not forbids_indexing(page("", "noindex", kind))


def test_a_page_that_opts_out_gives_nothing_and_is_known_for_read(
    site: Any, manners: Callable[..., PolitenessSettings], now: datetime
) -> None:
    site.routes |= {
        "/no": (200, {"Content-Type": "text/html", "X-Robots-Tag": "noindex"}, PAGE.encode()),
        "/yes": (200, {"Content-Type": "text/html"}, PAGE.encode()),
    }
    pages = (f"{site.url}/no", f"{site.url}/yes")
    source = SchemaOrgSettings(kind="schema_org", name="loja", pages=pages)
    events = list(crawl(source, {}, politeness=manners(), now=now))
    assert [one.code for one in events if isinstance(one, Rejected)] == ["noindex"]
    assert sum(isinstance(one, Post) for one in events) == 1
    (cursor,) = [one for one in events if isinstance(one, Cursor)]
    assert set(cursor.state["pages"]) == set(pages)  # type: ignore[call-overload]
    assert events[-1].outcome is CrawlOutcome.OK  # type: ignore[union-attr]
