"""Post lines: everything there and back, and clear words for what is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import eventline, postline
from domain.people import Author
from domain.posts import (
    Census,
    CrawlOutcome,
    CrawlReport,
    Cursor,
    Engagement,
    Gone,
    Post,
    PostKind,
    Rating,
    Rejected,
)

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
words = st.text(max_size=20)
names = st.none() | st.text(min_size=1, max_size=20)
counts = st.none() | st.integers(-(2**63) + 1, 2**63 - 1)
moments = st.datetimes(timezones=st.just(UTC))
authors = st.builds(
    Author,
    st.just("town"),
    words,
    words,
    url=names,
    followers=counts,
    joined_at=st.none() | moments,
    automated=st.booleans(),
)
posts = st.builds(
    Post,
    source=st.just("town"),
    external_id=st.text(min_size=1),
    kind=st.sampled_from(PostKind),
    text=words,
    created_at=moments,
    author=st.none() | authors,
    parent=names,
    thread=names,
    title=words,
    url=names,
    language=names,
    rating=st.none() | st.builds(Rating, st.floats(1, 5)) | st.just(Rating(0, 1, -1)),
    engagement=st.builds(Engagement, counts, counts, counts, counts),
    quotes=st.lists(words, max_size=3).map(tuple),
    quoted_text=words,
    accepted_answer=names,
    labels=st.dictionaries(words, words, max_size=3),
    edited_at=st.none() | moments,
    fetched_at=st.none() | moments,
    gone_at=st.none() | moments,
    id=st.integers(0, 2**63 - 1),
)


@given(posts)
def test_every_post_comes_back_as_it_was(post: Post) -> None:
    line = json.dumps(postline.encode(post))
    assert postline.decode(json.loads(line)) == post
    assert "\n" not in line


def test_what_is_at_its_default_is_left_out() -> None:
    post = Post("town", "p1", PostKind.REACTION, "", AT, author=Author("town", "ana"))
    assert postline.encode(post) == {
        "source": "town",
        "external_id": "p1",
        "kind": "reaction",
        "text": "",
        "created_at": "2026-11-20T12:00:00+00:00",
        "author": {"source": "town", "external_id": "ana"},
    }


def test_a_line_may_leave_its_source_to_the_reader() -> None:
    line = {
        "external_id": "1",
        "kind": "post",
        "text": "oi",
        "created_at": "2026-11-20T09:00-03:00",
    }
    post = postline.decode({**line, "author": {"external_id": "ana"}}, "town")
    assert (post.source, post.author) == ("town", Author("town", "ana"))
    assert post.created_at == AT


GOOD = {
    "source": "s",
    "external_id": "1",
    "kind": "post",
    "text": "oi",
    "created_at": AT.isoformat(),
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "colour is not a field of post"),
        ({"kind": "poem"}, "kind"),
        ({"kind": None}, "kind"),
        ({"text": None}, "text"),
        ({"text": 3}, "text"),
        ({"external_id": 17}, "external_id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"created_at": "2026-11-20T12:00:00"}, "no offset"),
        ({"created_at": 1700000000}, "created_at"),
        ({"rating": {"value": 9}}, "rating"),
        ({"rating": 4}, "rating"),
        ({"rating": {"value": 4, "stars": 5}}, "rating.stars is not a field"),
        ({"engagement": {"likes": 2**63}}, "engagement"),
        ({"engagement": {"likes": "many"}}, "likes"),
        ({"engagement": {"likes": True}}, "likes"),
        ({"author": "ana"}, "author"),
        ({"author": {"name": "Ana"}}, "external_id"),
        ({"author": {"external_id": "a", "joined_at": "never"}}, "joined_at"),
        ({"quotes": 5}, "quotes"),
        ({"quotes": [5]}, "quotes"),
        ({"labels": ["a"]}, "labels"),
        ({"labels": {"a": 1}}, "labels"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        postline.decode({**GOOD, **change})


@pytest.mark.parametrize("missing", sorted(GOOD))
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        postline.decode({key: value for key, value in GOOD.items() if key != missing})


def test_times_come_back_in_utc() -> None:
    zone = timezone(timedelta(hours=-3))
    post = Post("s", "1", PostKind.POST, "", AT.astimezone(zone))
    assert postline.decode(postline.encode(post)).created_at.tzinfo is UTC


EVENTS = [
    Post("s", "1", PostKind.POST, "a\nb\u2028", AT, author=Author("s", "a")),
    Census("s", "1", frozenset({"1", "2"})),
    Gone("s", "1"),
    Cursor("s", {"a": [1, {"b": None}]}),
    Rejected("s", "empty", "x:1", "why", "raw"),
    CrawlReport("s", AT, AT, CrawlOutcome.DEGRADED, 1, 2, 3, 4, {"timeout": 5}, "so"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_comes_back_as_it_was(event: Any) -> None:
    line = eventline.write(event)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert eventline.read(line) == event


@pytest.mark.parametrize(
    "line",
    ["", "{}", "[]", "3", '{"poem": {}}', '{"gone": {}}', '{"gone": []}', "{", '{"post": 3}'],
)
def test_what_is_no_event_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        eventline.read(line)
