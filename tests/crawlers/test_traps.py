"""Traps that real places showed, where no connector's own test stands for them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from feedparser import FeedParserDict

from crawlers import moments
from crawlers.columns import getter
from crawlers.markup import plain, unquoted
from crawlers.pages import Request, Response
from crawlers.reading.item import Item
from crawlers.reading.mail.letters import Letters
from crawlers.reading.newest import Newest
from crawlers.reading.posts import Posts
from crawlers.reading.sites.feeds import Feeds
from crawlers.sources.feed import FeedSettings
from crawlers.sources.lemmy import LemmySettings, LemmySource
from domain.posts import Post, PostKind, Rejected

RECIFE = ZoneInfo("America/Recife")
LEMMY = LemmySettings(kind="lemmy", name="x", url="https://lemmy.example")


def one_view(view: object, now: datetime) -> list[object]:
    """What Lemmy says of one post."""
    (request,) = LemmySource(LEMMY, {}, now).missing("post-1")
    body = json.dumps({"post_view": view}).encode()
    return list(request.then(Response(request.url, 200, {}, body)))


@pytest.mark.parametrize(
    "written",
    [
        1795255200,
        1795255200.0,
        1795255200000,
        "1795255200",
        "1795255200000",
        "1795255200.000",
        "2026-11-21T10:00:00.000Z",
        "2026-11-21T07:00:00-03:00",
        "01KAJFZ4C0ABCDEFGHJKMNPQRS",
    ],
)
def test_one_moment_under_its_many_forms(written: object, now: datetime) -> None:
    found = moments.reader(UTC, now)(written)
    if str(written).startswith("01K"):
        assert found.tzinfo is UTC and found.year == 2025
    else:
        assert found == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("06h51min de 22 de novembro", (2026, 11, 22, 6, 51)),
        ("22 de novembro de 2026 às 06h51", (2026, 11, 22, 6, 51)),
        ("3 de dezembro, 19h", (2025, 12, 3, 19, 0)),
        ("1º de março de 2024", (2024, 3, 1, 0, 0)),
        ("domingo às 19h", (2026, 11, 22, 19, 0)),
        ("sexta, 08:15", (2026, 11, 20, 8, 15)),
        ("ontem às 23:59", (2026, 11, 21, 23, 59)),
    ],
)
def test_portuguese_hours_and_days(written: str, expected: tuple[int, ...], now: datetime) -> None:
    found = moments.reader(RECIFE, now, spoken=True)(written)
    year, month, day, hour, minute = expected
    assert found == datetime(year, month, day, hour, minute, tzinfo=RECIFE)


@pytest.mark.parametrize(
    "written", ["31 de fevereiro de 2026", "as 19h", "novembro", "25h de ontem"]
)
def test_what_is_no_portuguese_moment_is_refused(written: str, now: datetime) -> None:
    with pytest.raises(ValueError):
        moments.reader(UTC, now, spoken=True)(written)


@pytest.mark.parametrize("written", ["ontem", "hoje às 9h", "3 de dezembro, 19h", "sexta, 08:15"])
def test_a_time_that_counts_from_today_is_for_pages_alone(written: str, now: datetime) -> None:
    """An answer may lie for days in a cache: only a page is made when it is seen."""
    (refused,) = one_view({"post": {"id": 1, "name": "Travou", "published": written}}, now)
    assert isinstance(refused, Rejected) and refused.code == "bad_time"
    in_full = "3 de dezembro de 2025, 19h"
    assert moments.reader(UTC, now)(in_full) == datetime(2025, 12, 3, 19, tzinfo=UTC)


def test_english_dates_keep_their_seconds_and_halves_of_the_day(now: datetime) -> None:
    read = moments.reader(UTC, now)
    assert read("Fri, 20 Nov 2026 18:53:39 +0000").second == 39
    assert read("20 Nov 2026 3:53 p.m.").hour == 15


def test_replies_that_become_visible_late_are_still_found(now: datetime) -> None:
    newest = Newest({}, now, timedelta(hours=1))
    newest.saw("posts", now)
    newest.settle("posts")
    later = Newest(newest.state(), now, timedelta(hours=1))
    assert later.saw("posts", now - timedelta(seconds=30))
    assert not later.saw("posts", now - timedelta(hours=2))


def test_a_time_forged_into_the_future_does_not_close_a_listing(now: datetime) -> None:
    newest = Newest({}, now, timedelta(hours=1))
    newest.saw("posts", now + timedelta(hours=20))
    newest.settle("posts")
    since = newest.since("posts")
    assert since is not None and since < now


def test_a_listing_that_broke_off_is_read_again(now: datetime) -> None:
    newest = Newest({}, now, timedelta(hours=1))
    newest.saw("posts", now)
    assert newest.state() == {}


@pytest.mark.parametrize(
    "shown",
    [
        "The contents of this post cannot be displayed.",
        "[Content not available]",
        "You must log in to view this post",
        "Please log in or register to read this topic.",
        "O conteúdo deste tópico não pode ser exibido.",
        "Conteúdo indisponível",
        "Você precisa fazer login para ver o conteúdo deste tópico!",
    ],
)
def test_a_notice_in_place_of_a_first_post_is_no_post(shown: str, now: datetime) -> None:
    post = {"id": 1, "name": "Travou", "body": shown, "published": "2026-11-21T10:00:00Z"}
    (refused,) = one_view({"post": post}, now)
    assert isinstance(refused, Rejected) and refused.code == "notice"
    feed = FeedSettings(kind="feed", name="x", url="https://forum.example/feed")
    entry = {"id": "1", "title": "Travou", "summary_detail": {"value": f"<p>{shown}</p>"}}
    told = Feeds(feed, {}, now).post(FeedParserDict(entry), PostKind.POST)
    assert isinstance(told, Rejected) and told.code == "notice"


@pytest.mark.parametrize(
    "said",
    [
        "The contents of this post cannot be displayed, says my app since the update.",
        "Preciso fazer login para ver o preço, que absurdo.",
        "O conteúdo do pacote não pode ser este.",
        "",
    ],
)
def test_who_speaks_of_a_notice_is_heard(said: str, now: datetime) -> None:
    post = {"id": 1, "name": "Travou", "body": said, "published": "2026-11-21T10:00:00Z"}
    (told,) = one_view({"post": post}, now)
    assert isinstance(told, Post) and (told.title, told.text) == ("Travou", said)


def test_references_tell_the_thread_and_whom_a_letter_answers(now: datetime) -> None:
    lines = ["From: Ana <ana@example.org>", "Date: Sat, 21 Nov 2026 10:00:00 +0000"]
    lines += ["Message-ID: <c@x>", "References: <a@x>", "\t<b@x>", "", "Comigo também."]
    raw = "\n".join(lines).encode()
    (told,) = Letters("x", Posts("x", None, now)).told(raw, "x")
    assert isinstance(told, Post)
    assert (told.external_id, told.parent, told.thread) == ("c@x", "b@x", "a@x")


@pytest.mark.parametrize("name", ["parent", "parent_id", "toPid", "pid", "in_reply_to_id"])
def test_the_parent_has_many_names_in_files(name: str) -> None:
    assert getter(name)({name: 7}) == "7"


@pytest.mark.parametrize(
    ("markup", "own", "others"),
    [
        ("<blockquote>a</blockquote>b", "b", "a"),
        (
            '<aside class="quote"><div class="title">ana:</div><blockquote>a</blockquote></aside>b',
            "b",
            "a",
        ),
        ("<blockquote><cite>ana escreveu:</cite>a</blockquote>b", "b", "a"),
    ],
)
def test_quoted_words_are_not_the_authors(markup: str, own: str, others: str) -> None:
    assert plain(markup) == (own, others)


def test_lines_after_a_mark_are_not_the_authors() -> None:
    assert unquoted("> a\n>> b\nc > d\n") == ("c > d", "a\nb")


def test_a_walk_ends_where_nothing_is_new(now: datetime) -> None:
    """A thousand pages of what is known are not asked for."""
    old = {"newest": {"posts": now.isoformat()}}
    view = {
        "post": {"id": 1, "name": "velho", "published": "2026-11-01T00:00:00Z"},
        "creator": {"name": "ana"},
    }
    body = json.dumps({"posts": [view] * 50}).encode()
    for cursor, asked in (({}, 1), (old, 0)):
        request = next(LemmySource(LEMMY, cursor, now).requests())
        found = list(request.then(Response(request.url, 200, {}, body, request.context)))
        assert len([one for one in found if isinstance(one, Post)]) == 50
        assert len([one for one in found if isinstance(one, Request)]) == asked


def test_items_forgive(now: datetime) -> None:
    item = Item({"a": {"b": [{"c": 7.0}]}, "n": None, "t": True, "s": " x ", "big": "9" * 30})
    assert (item.text("a", "b", 0, "c"), item.text("n"), item.text("t"), item.text("s")) == (
        "7",
        "",
        "",
        "x",
    )
    assert (item.count("a", "b", 0, "c"), item.count("big"), item.count("s")) == (7, None, None)
    assert item.get("a", "b", 9, "c") is None
    assert item.items("a", "b")[0].count("c") == 7
    assert item.item("n").text("x") == ""
