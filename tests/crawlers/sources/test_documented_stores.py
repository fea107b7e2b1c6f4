"""What interfaces of question sites and stores document and ordinary pages do not show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Request, Response
from domain.errors import SourceForbidden, SourceMalformed, SourceUnreachable
from domain.posts import Post
from tests.crawlers.sources.places import posts_of, source
from tests.crawlers.sources.test_documented import answered


def question(number: int, **more: Any) -> dict[str, Any]:
    told = {"question_id": number, "title": "T", "body": "<p>x</p>", "tags": ["acme"]}
    return {**told, "creation_date": 1795248000, "last_activity_date": 1795248000, **more}


def batch(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"items": list(items), "has_more": False, "quota_remaining": 200, **more}


def test_a_search_gives_any_of_the_tags_and_all_are_wanted(now: datetime) -> None:
    changes: dict[str, Any] = {"tags": ["Acme", "android"], "query": "trava"}
    (request,) = source("stack_exchange", now, **changes).requests()
    assert "/search/advanced?" in request.url
    both = question(70, tags=["acme", "android"])
    found = answered(request, batch(question(69), both))
    assert set(posts_of(found)) == {"post-70"}


def test_questions_tell_edits_and_why_they_were_closed(now: datetime) -> None:
    (request,) = source("stack_exchange", now).requests()
    closed = question(70, last_edit_date=1795250000, closed_reason="Duplicate")
    told = posts_of(answered(request, batch(closed, question(71))))
    assert told["post-70"].edited_at is not None and told["post-71"].edited_at is None
    assert told["post-70"].labels["closed"] == "Duplicate"
    assert told["post-70"].url == "https://pt.stackoverflow.com/q/70"


@pytest.mark.parametrize(
    ("site", "home"),
    [
        ("pt.stackoverflow", "https://pt.stackoverflow.com"),
        ("mathoverflow", "https://mathoverflow.net"),
        ("meta.superuser", "https://meta.superuser.com"),
        ("cooking", "https://cooking.stackexchange.com"),
        ("cooking.stackexchange.com", "https://cooking.stackexchange.com"),
    ],
)
def test_answers_and_comments_come_without_a_link_and_get_one(
    site: str, home: str, now: datetime
) -> None:
    (asked,) = source("stack_exchange", now, site=site).thread("post-70")
    (_, asked) = answered(asked, batch(question(70)))
    answer = {"answer_id": 71, "question_id": 70, "body": "<p>y</p>", "creation_date": 1795248100}
    told, asked = answered(asked, batch(answer))
    assert told.url == f"{home}/a/71"
    said = {"comment_id": 800, "post_id": 71, "body": "z", "creation_date": 1795248200}
    told, _ = answered(asked, batch(said))
    assert isinstance(told, Post)
    assert (told.url, told.thread) == (f"{home}/questions/70#comment800_71", "post-70")


def test_when_the_requests_of_the_day_are_used_up_nothing_more_is_asked(now: datetime) -> None:
    (request,) = source("stack_exchange", now).requests()
    with pytest.raises(SourceUnreachable, match="used up"):
        answered(request, batch(question(70), quota_remaining=0))
    assert isinstance(answered(request, batch(question(70), quota_remaining=1))[-1], Request)


def review(number: int, **more: Any) -> dict[str, Any]:
    told = {"recommendationid": str(number), "author": {"steamid": "7", "num_reviews": 12}}
    words = {"review": "bom", "voted_up": True, "timestamp_created": 1795168800}
    return {**told, **words, "timestamp_updated": 1795168800, **more}


def test_a_cursor_that_stands_still_or_brings_nothing_ends_the_reviews(now: datetime) -> None:
    (first,) = source("steam", now).requests()
    more = answered(first, {"success": 1, "reviews": [review(1)], "cursor": "AoJ+/="})[-1]
    assert isinstance(more, Request) and "cursor=AoJ%2B%2F%3D" in more.url
    still = answered(more, {"success": 1, "reviews": [review(2)], "cursor": "AoJ+/="})
    assert list(posts_of(still)) == ["2"] and not isinstance(still[-1], Request)
    assert answered(more, {"success": 1, "reviews": [], "cursor": "AoK"}) == []


def test_a_game_that_is_none_is_an_error(now: datetime) -> None:
    (first,) = source("steam", now).requests()
    with pytest.raises(SourceMalformed, match="no reviews"):
        answered(first, {"success": 2})


def test_reviews_come_without_their_markup(now: datetime) -> None:
    words = "[quote=ana]Trava[/quote][h1]Não trava[/h1]\n[list]\n[*] leve [1]\n[/list]"
    (first,) = source("steam", now).requests()
    told = posts_of(answered(first, {"success": 1, "reviews": [review(1, review=words)]}))["1"]
    assert (told.text, told.quoted_text) == ("Não trava\n\n leve [1]", "Trava")
    assert told.labels["author_reviews"] == "12"


def entry(path: str, title: str) -> str:
    link, at = f"<link>https://ask.example/{path}</link>", "Fri, 20 Nov 2026 10:00:00 +0000"
    words = f"<title>{title}</title><description>x</description>"
    return f"<item>{words}{link}<pubDate>{at}</pubDate></item>"


def test_askbot_shows_deleted_answers_in_its_feeds_and_they_are_left_out(now: datetime) -> None:
    (asked,) = source("askbot", now).thread("post-1")
    told = {"id": 1, "title": "T", "answer_ids": [2], "closed_reason": "duplicate question"}
    (feed,) = answered(asked, {**told, "author": {"username": "ana"}})
    entries = (
        entry("question/1/t/", "T"),
        entry("question/1/t/?comment=5#post-id-5", "Comment by ana for x"),
        entry("question/1/t/?answer=2#post-id-2", "Answer by bia for x"),
        entry("question/1/t/?comment=6#post-id-6", "Comment by ana for x"),
        entry("question/1/t/?answer=3#post-id-3", "Answer by caio for x"),
        entry("question/1/t/?comment=7#post-id-7", "Comment by ana for x"),
    )
    body = f'<rss version="2.0"><channel>{"".join(entries)}</channel></rss>'.encode()
    kind = {"content-type": "application/rss+xml"}
    found = list(feed.then(Response(feed.url, 200, kind, body, feed.context)))
    posts = posts_of(found)
    assert {key: post.parent for key, post in posts.items()} == {
        "post-1": None,
        "post-5": "post-1",
        "post-2": "post-1",
        "post-6": "post-2",
    }
    assert posts["post-1"].labels["closed"] == "duplicate question"
    assert found[-1].external_ids == set(posts)


def test_a_question_without_a_feed_is_not_gone(now: datetime) -> None:
    (asked,) = source("askbot", now).thread("post-1")
    (feed,) = answered(asked, {"id": 1, "title": "T"})
    with pytest.raises(SourceForbidden, match="no feeds"):
        answered(feed, "", 404)


def test_a_single_review_stands_without_its_list_and_titles_are_no_markup(now: datetime) -> None:
    (first,) = source("app_store", now).requests()
    told = {"id": {"label": "9"}, "title": {"label": "Antes <3 agora <b>não"}}
    told |= {"content": {"label": "x"}, "updated": {"label": "2026-11-20T10:00:00-07:00"}}
    entry = told | {"author": {"name": {"label": "Ana"}}, "im:rating": {"label": "2"}}
    (post,) = posts_of(answered(first, {"feed": {"entry": entry}})).values()
    assert post.title == "Antes <3 agora <b>não"
    assert post.author is not None and post.author.external_id == "Ana"
    assert answered(first, {"feed": {"link": []}}) == [], "past the last page"


def test_the_eleventh_page_is_never_asked_for(now: datetime) -> None:
    shop = source("app_store", now)
    (page,) = shop.requests()
    for number in range(1, 11):
        assert f"/page={number}/" in page.url
        fields = {"id": str(number), "content": "x", "im:rating": "2"}
        fields["updated"] = f"2026-11-{20 - number:02}T10:00:00Z"
        entry = {key: {"label": value} for key, value in fields.items()}
        (_, *more) = answered(page, {"feed": {"entry": [entry]}})
        page = more[0] if more else None
    assert page is None
