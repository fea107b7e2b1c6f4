"""What interfaces document and recordings of ordinary pages do not show."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from crawlers.markup import plain
from crawlers.pages import Request, Response
from crawlers.reading.forums.forum_entries import topic_feed
from domain.errors import SourceUnreachable
from domain.posts import Census, Gone, Post, Rejected
from tests.crawlers.sources.places import posts_of, source


def answered(request: Request, body: Any, status: int = 200) -> list[Any]:
    """What a request makes of an answer."""
    page = Response(request.url, status, {}, json.dumps(body).encode(), request.context)
    if status < 300:
        return list(request.then(page))
    assert request.otherwise is not None
    return list(request.otherwise(request.status(page)))


def discourse_post(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 100 + number,
        "topic_id": 12,
        "post_number": number,
        "username": "ana",
        "user_id": 4,
        "cooked": f"<p>{number}</p>",
        "created_at": "2026-11-20T10:00:00.000Z",
        "updated_at": "2026-11-21T10:00:00.000Z",
        "version": 1,
        "post_type": 1,
        **more,
    }


def test_a_huge_discourse_topic_is_read_from_its_end_and_never_counted(now: datetime) -> None:
    (first,) = source("discourse", now).thread("12/1")
    stream = {"isMegaTopic": True, "posts": [discourse_post(1), discourse_post(2)]}
    found = answered(first, {"highest_post_number": 12_000, "post_stream": stream, "title": "T"})
    asked = found[-1].url
    assert asked.endswith("/t/12/posts.json?post_number=12001&asc=false")
    later = {"post_stream": {"posts": [discourse_post(11_990), discourse_post(12_000)]}}
    found = answered(found[-1], later)
    assert set(posts_of(found)) == {"12/11990", "12/12000"}
    assert found[-1].url.endswith("post_number=11990&asc=false")
    for _ in range(20):
        if not isinstance(found[-1], Request):
            break
        found = answered(found[-1], later)
    assert not any(isinstance(one, Census | Request) for one in found)


def test_discourse_tells_edits_and_its_own_voices(now: datetime) -> None:
    (first,) = source("discourse", now).thread("12/1")
    told = [discourse_post(1, version=3), discourse_post(2, username="system", user_id=-1)]
    told.append(discourse_post(3, post_type=4))
    body = {"post_stream": {"posts": told, "stream": [101, 102, 103]}, "title": "T"}
    posts = posts_of(answered(first, body))
    assert set(posts) == {"12/1", "12/2"}, "whispers are nobody's business"
    assert posts["12/1"].edited_at is not None and posts["12/2"].edited_at is None
    assert [post.author.automated for post in posts.values() if post.author] == [False, True]


def test_what_a_link_leads_to_are_no_words_of_the_author() -> None:
    box = '<aside class="onebox allowlistedgeneric"><h3>Outra página</h3></aside>'
    assert plain(f"<p>Vejam isto</p>{box}") == ("Vejam isto", "Outra página")


def nodebb_topic(*posts: dict[str, Any]) -> dict[str, Any]:
    pages = {"currentPage": 1, "pageCount": 1}
    return {"tid": 7, "mainPid": 1, "titleRaw": "T", "posts": list(posts), "pagination": pages}


def nodebb_post(pid: int | str, **more: Any) -> dict[str, Any]:
    user = {"uid": 3, "username": "ana", "userslug": "ana", "displayname": "Ana &amp; Bia"}
    fields = {"pid": pid, "timestampISO": "2026-11-20T10:00:00.000Z", "content": "<p>x</p>"}
    return {**fields, "user": user, "edited": 0, "editedISO": "", **more}


def test_nodebb_in_a_folder_with_guests_edits_and_posts_from_elsewhere(now: datetime) -> None:
    (first,) = source("nodebb", now, url="http://host.test:4567/forum").thread("topic-7")
    assert first.url == "http://host.test:4567/forum/api/topic/7?sort=oldest_to_newest"
    guest = {"uid": 0, "username": "[[global:guest]]", "userslug": ""}
    remote = "https://outra.test/notes/9"
    body = nodebb_topic(
        nodebb_post(1, edited=1795250000000, editedISO="2026-11-21T09:00:00.000Z"),
        nodebb_post(2, user=guest),
        nodebb_post(remote, toPid=2),
    )
    posts = posts_of(answered(first, body))
    root = posts["topic-7"]
    assert root.author is not None and root.author.name == "Ana & Bia"
    assert (root.url, root.author.url) == (
        "http://host.test:4567/forum/post/1",
        "http://host.test:4567/forum/user/ana",
    )
    assert root.edited_at is not None and root.edited_at.day == 21
    assert (posts["post-2"].author, posts["post-2"].edited_at) == (None, None)
    elsewhere = posts[f"post-{remote}"]
    assert (elsewhere.parent, elsewhere.url) == (
        "post-2",
        "http://host.test:4567/forum/post/https%3A%2F%2Foutra.test%2Fnotes%2F9",
    )


GONE = {
    "nodebb": ("topic-7", 401, "not-authorised"),
    "lemmy": ("post-5", 400, {"error": "couldnt_find_post"}),
    "bluesky": ("at://did:plc:a/app.bsky.feed.post/k", 400, {"error": "NotFound"}),
}
NOT_GONE = {
    "nodebb": (403, "forbidden"),
    "lemmy": (400, {"error": "rate_limit_error"}),
    "bluesky": (400, {"error": "InvalidRequest"}),
}


@pytest.mark.parametrize("kind", GONE)
def test_what_is_gone_is_told_from_what_is_refused(kind: str, now: datetime) -> None:
    root, status, body = GONE[kind]
    (request,) = source(kind, now).thread(root)
    assert answered(request, body, status) == [Gone("x", root), Census("x", root, frozenset())]
    status, body = NOT_GONE[kind]
    with pytest.raises(SourceUnreachable):
        answered(request, body, status)


def test_lemmy_tells_edits(now: datetime) -> None:
    comment = {"id": 8, "post_id": 5, "content": "mudei", "path": "0.8"}
    times = {"published": "2026-11-20T10:00:00Z", "updated": "2026-11-21T10:00:00.5Z"}
    view = {"comment": comment | times, "creator": {"name": "ana", "id": 1}}
    (request,) = source("lemmy", now).missing("comment-8")
    (post,) = answered(request, {"comment_view": view})
    assert isinstance(post, Post) and post.edited_at is not None and post.edited_at.day == 21


@pytest.mark.parametrize(
    "quote",
    [
        {"quote": {"state": "accepted", "quoted_status": {"id": "77"}}},
        {"quote": {"state": "accepted", "quoted_status_id": "77"}},
        {"quote": {"id": "77"}},
        {"quote_id": "77"},
    ],
)
def test_servers_of_mastodons_kind_say_in_their_ways_what_is_quoted(
    quote: dict[str, Any], now: datetime
) -> None:
    status = {"id": "9", "content": "<p>vejam</p>", "created_at": "2026-11-20T10:00:00.000Z"}
    account = {"id": "1", "acct": "ana"}
    (request,) = source("mastodon", now).missing("9")
    (post,) = answered(request, {**status, "account": account, **quote})
    assert isinstance(post, Post) and post.quotes == ("77",)


@pytest.mark.parametrize(
    ("feed", "topic", "address"),
    [
        ("http://h.test/f/feed.php", "topic-7", "http://h.test/f/feed.php?t=7"),
        ("http://h.test/f/feed.php?f=2", "topic-7", "http://h.test/f/feed.php?t=7"),
        ("http://h.test/f/app.php/feed", "topic-7", "http://h.test/f/app.php/feed/topic/7"),
        ("http://h.test/app.php/feed/forum/2", "topic-7", "http://h.test/app.php/feed/topic/7"),
        ("http://h.test/f/atom", "discussion-4", "http://h.test/f/atom/d/4"),
        ("http://h.test/atom/t/apps", "discussion-4", "http://h.test/atom/d/4"),
        ("http://h.test/rss", "topic-7", None),
        ("http://h.test/feed.php", "topic-1f0ad9", None),
    ],
)
def test_the_feed_of_a_topic(feed: str, topic: str, address: str | None) -> None:
    assert topic_feed(feed, topic) == address


def flarum_post(number: int, **attributes: Any) -> dict[str, Any]:
    said = {"number": number, "createdAt": "2026-11-20T10:00:00+00:00", "contentType": "comment"}
    said |= {"contentHtml": "<p>x</p>", **attributes}
    return {"type": "posts", "id": str(40 + number), "attributes": said}


def test_a_flarum_discussion_that_shows_nothing_is_gone(now: datetime) -> None:
    (first,) = source("flarum", now).thread("discussion-12")
    assert answered(first, {"data": []}) == [
        Gone("x", "discussion-12"),
        Census("x", "discussion-12", frozenset()),
    ]


def test_a_flarum_post_that_cannot_be_shown_makes_nothing_gone(now: datetime) -> None:
    (first,) = source("flarum", now, url="http://host.test/forum").thread("discussion-12")
    assert first.url.startswith("http://host.test/forum/api/posts?filter%5Bdiscussion%5D=12&")
    (refused,) = answered(first, {"data": [flarum_post(1, renderFailed=True)]})
    assert isinstance(refused, Rejected) and refused.code == "notice"
