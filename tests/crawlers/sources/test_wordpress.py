"""WordPress' REST interface: order, threads, censuses, and the way round."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.pages import Request, Response
from crawlers.reading.sites.wordpress_items import rest_id
from crawlers.sources.wordpress import WordPressSettings, WordPressSource
from domain.errors import SourceMalformed
from domain.posts import Census, Gone, Post, Rejected

SETTINGS = WordPressSettings(kind="wordpress", name="blog", url="https://blog.example/")
Replay = Callable[..., list[Any]]
GOOD: dict[str, Any] = {
    "id": 2,
    "post": 5,
    "date_gmt": "2026-11-20T10:00:00",
    "content": {"rendered": "oi"},
}


def answer(request: Request, items: Any, pages: int = 1, count: int | None = None) -> list[Any]:
    """What the source makes of an answer to its request."""
    count = len(items) if count is None else count
    headers = {"x-wp-total": str(count), "x-wp-totalpages": str(pages)}
    body = json.dumps(items).encode()
    return list(request.then(Response(request.url, 200, headers, body, request.context)))


def comments_of(source: WordPressSource, posts: Any = ()) -> Request:
    """The request for the comments of thread 5, after its post was asked for."""
    (first,) = source.thread("post-5")
    return next(one for one in answer(first, list(posts)) if isinstance(one, Request))


def test_posts_and_threaded_comments(now: datetime, replay: Replay) -> None:
    post, ana, support, nobody = replay(WordPressSource(SETTINGS, {}, now), "wordpress")
    assert (post.external_id, post.title, post.text) == (
        "post-5",
        "A tarifa – nova",
        "Mudou ontem.",
    )
    assert post.author.name == "Redação"
    assert (ana.parent, ana.thread, ana.text) == ("post-5", "post-5", "Travou ao pagar.\nDe novo.")
    assert ana.author.external_id == "Ana"
    assert (support.parent, support.author.external_id) == ("comment-11", "user-3")
    assert (support.text, support.quoted_text) == ("Pode tentar agora?", "Travou ao pagar.")
    assert (nobody.parent, nobody.author) == ("comment-12", None)
    assert nobody.created_at == datetime(2026, 11, 20, 7, tzinfo=UTC)


def test_a_thread_is_looked_through_whole(now: datetime, replay: Replay) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    events = replay(source, "wordpress", first=source.thread("post-5"))
    assert events[-1] == Census("blog", "post-5", frozenset({"post-5", "comment-11", "comment-13"}))
    edited = [one for one in events if isinstance(one, Post) and one.external_id == "comment-11"]
    assert edited[-1].text == "Travou ao pagar, e perdi a oferta."


def test_the_second_visit_asks_for_what_is_new_with_a_day_to_spare(
    now: datetime, replay: Replay
) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    replay(source, "wordpress")
    posts, comments = WordPressSource(SETTINGS, source.cursor(), now).requests()
    assert "modified_after=2026-11-17T11:00:00" in posts.url
    assert "after=2026-11-19T07:00:00" in comments.url
    assert "per_page=100" in comments.url
    assert "email" not in comments.url + posts.url
    assert "_fields=" in comments.url


def test_a_deleted_post_takes_its_thread_with_it(now: datetime) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    events = answer(comments_of(source), [])
    assert events == [Gone("blog", "post-5"), Census("blog", "post-5", frozenset())]


def test_comments_below_a_page_are_not_taken_for_gone(now: datetime) -> None:
    """The listing of posts never shows pages."""
    request = comments_of(WordPressSource(SETTINGS, {}, now))
    assert "comments?" in request.url and "post=5" in request.url
    (_, census) = answer(request, [GOOD])
    assert census == Census("blog", "post-5", frozenset({"post-5", "comment-2"}))


def test_no_census_where_pages_moved_meanwhile(now: datetime) -> None:
    request = comments_of(WordPressSource(SETTINGS, {}, now))
    assert not [one for one in answer(request, [GOOD], count=2) if isinstance(one, Census)]


@pytest.mark.parametrize("external_id", ["comment-2", "post-5"])
def test_a_post_that_was_missed_is_fetched(external_id: str, now: datetime) -> None:
    (request,) = WordPressSource(SETTINGS, {}, now).missing(external_id)
    assert f"include={external_id.rpartition('-')[2]}" in request.url
    item = GOOD if external_id == "comment-2" else GOOD | {"id": 5, "title": {"rendered": "t"}}
    (post,) = answer(request, [item])
    assert post.external_id == external_id


def test_a_broken_item_costs_only_itself(now: datetime) -> None:
    broken: list[Any] = [
        {"id": 1, "post": 5},
        GOOD | {"id": None},
        GOOD | {"content": None},
        GOOD | {"date_gmt": "0000-00-00T00:00:00"},
        GOOD | {"date_gmt": "2999-01-01T00:00:00"},
        GOOD | {"post": None},
        "not even an item",
    ]
    source = WordPressSource(SETTINGS, {}, now)
    _, request = source.requests()
    found = answer(request, [*broken, GOOD])
    assert [one.code for one in found if isinstance(one, Rejected)] == [
        "empty",
        "bad_item",
        "empty",
        "bad_time",
        "absurd_time",
        "bad_item",
    ]
    assert [one.text for one in found if isinstance(one, Post)] == ["oi"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"code": "x"}', b"<html>", b"[" * 100_000])
def test_what_is_no_list_is_refused(body: bytes, now: datetime) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    with pytest.raises(SourceMalformed):
        list(next(source.requests()).then(Response("https://blog.example/x", 200, {}, body)))


def test_closed_rest_leads_to_the_feed(now: datetime, replay: Replay) -> None:
    feed = b"""<rss version="2.0" xmlns:wfw="http://wellformedweb.org/CommentAPI/"><channel>
      <item><guid>https://blog.example/?p=5</guid><title>A</title>
      <wfw:commentRss>https://blog.example/a/feed/</wfw:commentRss></item></channel></rss>"""
    comments = b"""<rss version="2.0"><channel>
      <item><guid>https://blog.example/?p=5#comment-11</guid><description>oi</description></item>
      </channel></rss>"""
    kind = {"content-type": "application/rss+xml"}
    pages = {
        "https://blog.example/feed/": Response("", 200, kind, feed),
        "https://blog.example/a/feed/": Response("", 200, kind, comments),
    }
    post, comment = replay(WordPressSource(SETTINGS, {}, now), "wordpress", pages)
    assert (post.external_id, comment.external_id) == ("post-5", "comment-11")
    assert (comment.parent, comment.thread) == ("post-5", "post-5")


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("https://a.example/?p=5", "post-5"),
        ("https://a.example/?p=5#comment-9", "comment-9"),
        ("https://a.example/titulo/#comment-9", "comment-9"),
        ("https://a.example/titulo/", "https://a.example/titulo/"),
        (None, None),
    ],
)
def test_ids_of_feed_and_rest_agree(guid: str | None, expected: str | None) -> None:
    assert rest_id(guid) == expected
