"""What interfaces of comments, aggregators and blogs document and ordinary pages do not show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from crawlers.crawl import crawl
from crawlers.pages import Request, Response
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.isso import IssoSettings
from domain.errors import SourceForbidden, SourceUnreachable
from domain.posts import Census, CrawlOutcome, CrawlReport, Gone
from tests.crawlers.conftest import Site
from tests.crawlers.sources.places import posts_of, source
from tests.crawlers.sources.test_documented import answered


def isso(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": number, "parent": None, "text": "<p>x</p>", "mode": 1, "uri": "/a"}
    return {**told, "created": 1795200000.25 - number, "modified": None, **more}


def test_isso_tells_edits_and_no_census_of_what_it_hides(now: datetime) -> None:
    (asked,) = source("isso", now).thread("/a")
    edited = isso(1, modified=1795210000.5, hidden_replies=0, replies=[])
    found = answered(asked, {"replies": [edited, isso(2)], "hidden_replies": 0})
    told = posts_of(found)
    assert told["comment-1"].edited_at is not None and told["comment-2"].edited_at is None
    assert isinstance(found[-1], Census)
    hiding = isso(1, hidden_replies=3, replies=[])
    assert not any(isinstance(one, Census) for one in answered(asked, {"replies": [hiding]}))
    assert answered(asked, "", 404) == [Gone("x", "/a"), Census("x", "/a", frozenset())]


def test_isso_is_asked_for_more_while_all_is_new(now: datetime) -> None:
    first = source("isso", now)
    (asked,) = first.requests()
    latest = [isso(number) for number in range(1, 101)]
    (*_, more) = answered(asked, latest)
    assert isinstance(more, Request) and more.url.endswith("limit=1000")
    assert len(posts_of(answered(more, latest))) == 100
    (asked,) = source("isso", now, cursor=first.cursor()).requests()
    older = isso(200, created=1795100000.0)
    assert not isinstance(answered(asked, [*latest[1:], older])[-1], Request)


def test_isso_says_what_to_do_where_nothing_is_listed(now: datetime) -> None:
    (asked,) = source("isso", now).requests()
    with pytest.raises(SourceForbidden, match="set pages"):
        answered(asked, "", 404)
    with pytest.raises(SourceUnreachable):
        answered(asked, "", 500)


def test_a_refusal_reaches_the_report(
    site: Site, manners: Callable[..., PolitenessSettings], now: datetime
) -> None:
    settings = IssoSettings(kind="isso", name="x", url=site.url)
    report = list(crawl(settings, {}, politeness=manners(), now=now))[-1]
    assert isinstance(report, CrawlReport)
    assert report.outcome is CrawlOutcome.FORBIDDEN and "set pages" in report.detail


def wp(number: int, **more: Any) -> dict[str, Any]:
    told = {"id": number, "title": {"rendered": "T"}, "content": {"rendered": "<p>x</p>"}}
    return {
        **told,
        "date_gmt": "2026-11-20T10:00:00",
        "modified_gmt": "2026-11-20T10:00:05",
        **more,
    }


def test_wordpress_without_addresses_in_words(now: datetime) -> None:
    site = source("wordpress", now, url="https://blog.example/loja/")
    posts, comments = site.requests()
    assert posts.url.startswith("https://blog.example/loja/wp-json/wp/v2/posts?")
    assert answered(comments, "", 404) == []
    again, comments = answered(posts, "", 404)
    assert again.url.startswith("https://blog.example/loja/?rest_route=%2Fwp%2Fv2%2Fposts&")
    assert "rest_route=%2Fwp%2Fv2%2Fcomments" in comments.url
    assert set(posts_of(answered(again, [wp(5)]))) == {"post-5"}
    (root,) = source("wordpress", now, cursor=site.cursor()).thread("post-5")
    assert "rest_route" in root.url, "it is remembered"


def test_a_front_page_instead_of_posts_leads_to_the_feed(now: datetime) -> None:
    site = source("wordpress", now)
    (posts, _) = site.requests()
    again, comments = answered(posts, "", 404)
    page = Response(again.url, 200, {}, b"<html>Bem-vindos</html>", again.context)
    (feed,) = again.then(page)
    assert feed.url == "https://blog.example/feed/"
    assert list(comments.then(page)) == []
    assert list(site.thread("post-5")), "asked as ever until the feed was read"


@pytest.mark.parametrize(("status", "error"), [(401, SourceForbidden), (500, SourceUnreachable)])
def test_comments_that_cannot_be_had_beside_open_posts_are_told(
    status: int, error: type[Exception], now: datetime
) -> None:
    posts, comments = source("wordpress", now).requests()
    assert answered(comments, "", status) == [], "nor can the posts be had"
    answered(posts, [wp(5)])
    with pytest.raises(error):
        answered(comments, "", status)
    assert answered(comments, "", 404) == []


def test_posts_tell_edits_and_not_their_publishing(now: datetime) -> None:
    posts, _ = source("wordpress", now).requests()
    told = posts_of(answered(posts, [wp(5), wp(6, modified_gmt="2026-11-21T10:00:00")]))
    assert told["post-5"].edited_at is None and told["post-6"].edited_at is not None


def test_a_post_in_the_bin_is_gone_and_one_behind_a_password_is_not(now: datetime) -> None:
    refused = {"code": "rest_cannot_read_post", "data": {"status": 401}}
    (first,) = source("wordpress", now).thread("post-5")
    (comments,) = answered(first, [])
    assert answered(comments, refused, 401) == [
        Gone("x", "post-5"),
        Census("x", "post-5", frozenset()),
    ]
    locked = wp(5, content={"rendered": "", "protected": True})
    (_, comments) = answered(first, [locked])
    assert answered(comments, refused, 401) == []
    with pytest.raises(SourceUnreachable):
        answered(comments, {"code": "rest_login_required"}, 401)


def test_what_hacker_news_does_not_know_is_not_gone(now: datetime) -> None:
    site = source("hacker_news", now)
    (asked,) = site.thread("901")
    assert answered(asked, None) == []
    assert answered(asked, {"id": 901, "dead": True, "type": "story"})[0] == Gone("x", "901")
    (listing,) = site.requests()
    assert "tags=%28story,comment,poll%29" in listing.url
