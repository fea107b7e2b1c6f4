"""WordPress' REST interface: order, threads, censuses, and the way round."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.pages import Request, Response
from crawlers.sources.wordpress import WordPressSettings, WordPressSource
from crawlers.reading.wordpress_items import rest_id
from domain.errors import SourceMalformed
from domain.posts import Census, Gone, Post, Rejected

SETTINGS = WordPressSettings(kind="wordpress", name="blog", url="https://blog.example/")
Replay = Callable[..., list[Any]]


def answer(items: Any, pages: int = 1, **context: Any) -> Response:
    headers = {"x-wp-total": str(len(items)), "x-wp-totalpages": str(pages)}
    context = {"what": "comments", "query": {}, "page": 1, **context}
    return Response("https://blog.example/x", 200, headers, json.dumps(items).encode(), context)


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


def test_the_second_visit_looks_through_young_threads(now: datetime, replay: Replay) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    replay(source, "wordpress")
    events = replay(WordPressSource(SETTINGS, source.cursor(), now), "wordpress")
    assert events[-1] == Census("blog", "post-5", frozenset({"post-5", "comment-11", "comment-13"}))
    edited = [one for one in events if isinstance(one, Post) and one.external_id == "comment-11"]
    assert edited[-1].text == "Travou ao pagar, e perdi a oferta."


def test_the_second_visit_asks_for_what_is_new_with_a_day_to_spare(
    now: datetime, replay: Replay
) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    replay(source, "wordpress")
    later = WordPressSource(SETTINGS, source.cursor(), now)
    (posts,) = later.requests()
    assert "modified_after=2026-11-17T11:00:00" in posts.url
    (comments,) = [one for one in later.parse_posts(answer([])) if isinstance(one, Request)]
    assert "after=2026-11-19T07:00:00" in comments.url
    assert "per_page=100" in comments.url
    assert "email" not in comments.url + posts.url
    assert "_fields=" in comments.url


def test_old_threads_are_left_in_peace(now: datetime, replay: Replay) -> None:
    settings = SETTINGS.model_copy(update={"revisit_days": 1})
    source = WordPressSource(settings, {}, now)
    replay(source, "wordpress")
    assert "threads" not in source.cursor()


def test_a_deleted_post_takes_its_thread_with_it(now: datetime) -> None:
    cursor = {"threads": {"5": now.isoformat()}, "roots": ["5"]}
    source = WordPressSource(SETTINGS, cursor, now)
    events = list(source.parse_known(answer([], threads=["5"])))
    assert events == [Gone("blog", "post-5"), Census("blog", "post-5", frozenset())]
    assert source.cursor() == {}


def test_comments_below_a_page_are_not_taken_for_gone(now: datetime) -> None:
    """The listing of posts never shows pages."""
    source = WordPressSource(SETTINGS, {"threads": {"2": now.isoformat()}}, now)
    (request,) = source.parse_known(answer([], threads=["2"]))
    assert isinstance(request, Request)
    assert "comments?post=2&" in request.url


def test_no_census_where_pages_moved_meanwhile(now: datetime) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    page = answer([{"id": 1}], thread="5", seen=("comment-9",))
    assert not [one for one in source.parse_thread(page) if isinstance(one, Census)]


def test_a_broken_item_costs_only_itself(now: datetime) -> None:
    good = {"id": 2, "post": 5, "date_gmt": "2026-11-20T10:00:00", "content": {"rendered": "oi"}}
    broken: list[Any] = [
        {"id": 1, "post": 5},
        good | {"id": "x"},
        good | {"content": None},
        good | {"date_gmt": "0000-00-00T00:00:00"},
        good | {"date_gmt": "2999-01-01T00:00:00"},
        good | {"post": None},
        "not even an item",
    ]
    source = WordPressSource(SETTINGS, {}, now)
    found = list(source.parse_comments(answer([*broken, good])))
    assert [one.code for one in found if isinstance(one, Rejected)] == [
        "bad_item",
        "bad_item",
        "bad_item",
        "bad_item",
        "absurd_time",
        "bad_item",
    ]
    assert [one.text for one in found if isinstance(one, Post)] == ["oi"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"code": "x"}', b"<html>", b"[" * 100_000])
def test_what_is_no_list_is_refused(body: bytes, now: datetime) -> None:
    source = WordPressSource(SETTINGS, {}, now)
    with pytest.raises(SourceMalformed):
        list(source.parse_posts(Response("https://blog.example/x", 200, {}, body)))


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
