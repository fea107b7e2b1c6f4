"""Feeds and sitemaps in the heads of pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.declaring import Declaring, named
from crawlers.pages import Response
from domain.sources import RobotsAnswer

HTML = {"content-type": "text/html"}


def page(head: str, url: str = "https://casa.test/a/b", kind: str = "text/html") -> Response:
    return Response(url, 200, {"content-type": kind}, f"<head>{head}</head>".encode())


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ('<link rel="alternate" type="application/rss+xml" title="A &amp; B" href="../f">',
         [("https://casa.test/f", "feed", "A & B")]),
        ("<LINK HREF='/f?a=1&amp;b=2' TYPE=application/atom+xml REL='alternate home'>",
         [("https://casa.test/f?a=1&b=2", "feed", "")]),
        ('<link rel=sitemap href=/s.xml>', [("https://casa.test/s.xml", "sitemap", "")]),
        ('<link rel="alternate" hreflang="en" href="/en">', []),
        ('<link rel="alternate" type="application/rss+xml">', []),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ('<link rel="alternate" type="application/rss+xml" href="http://[bad">', []),
        ('<link rel="alternate" type="application/rss+xml" href="/f"', []),
    ],
)  # fmt: skip
def test_what_a_page_names(link: str, found: list[tuple[str, str, str]]) -> None:
    assert list(named(page(link))) == found


def test_what_most_pages_name_comes_first_and_not_everything() -> None:
    declaring = Declaring("casa")
    for number in range(600):
        own = f'<link rel="alternate" type="application/rss+xml" href="/p/{number}.rss">'
        declaring.look(page(f'<link rel="sitemap" href="/s.xml">{own}'))
    declaring.look(page('<link rel="sitemap" href="/s.xml">', kind="application/json"))
    told = declaring.told()
    assert (told[0].url, told[0].pages, len(told)) == ("https://casa.test/s.xml", 600, 20)


def robots(body: str, origin: str = "https://casa.test") -> RobotsAnswer:
    return RobotsAnswer(origin, datetime(2026, 11, 20, tzinfo=UTC), 200, body)


SITEMAPS = "User-agent: *\nDisallow: /x\nSitemap: /s.xml\nsitemap: https://casa.test/n.xml\n"


def told(*answers: RobotsAnswer, kind: str = "text/html", url: str | None) -> list[tuple[str, int]]:
    declaring = Declaring("casa", [url] if url else [])
    for answer in answers:
        declaring.hear(answer)
    declaring.look(page('<link rel="sitemap" href="/s.xml">', kind=kind))
    return [(one.url, one.pages) for one in declaring.told()]


def test_the_sitemaps_of_robots_txt_come_first_and_once() -> None:
    found = told(robots(SITEMAPS), robots(SITEMAPS), url="https://www.casa.test/a")
    assert found == [("https://casa.test/n.xml", 0), ("https://casa.test/s.xml", 1)]


def test_robots_txt_counts_where_a_site_of_pages_is_named() -> None:
    own, network = robots(SITEMAPS), robots(SITEMAPS, "https://rede.test")
    assert told(own, kind="application/json", url="https://casa.test/api") == []
    assert told(own, url=None) == [("https://casa.test/s.xml", 1)]
    assert told(network, url="https://casa.test/") == [("https://casa.test/s.xml", 1)]
    assert len(told(own, kind="application/rss+xml", url="https://casa.test/")) == 2


def test_robots_txt_may_name_nonsense() -> None:
    odd = "Sitemap: javascript:x\nSitemap:\nSitemap: http://[bad\nSitemap: " + "/a" * 400
    assert told(robots(odd), url="https://casa.test/") == [("https://casa.test/s.xml", 1)]


def test_a_page_of_links_takes_no_time() -> None:
    hostile = "<link rel=" * 20_000 + '<link rel="' + "a" * 100_000
    assert list(named(page(hostile))) == []
