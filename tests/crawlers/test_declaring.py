"""Feeds and sitemaps in the heads of pages."""

from __future__ import annotations

import pytest

from crawlers.declaring import Declaring, named
from crawlers.pages import Response

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


def test_a_page_of_links_takes_no_time() -> None:
    hostile = "<link rel=" * 20_000 + '<link rel="' + "a" * 100_000
    assert list(named(page(hostile))) == []
