"""Question sites, aggregators and comments: trees, limits, deletions."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Request, Response
from domain.posts import Census, Gone
from tests.crawlers.conftest import recorded
from tests.crawlers.sources.places import (
    Replay,
    author,
    changed,
    posts_of,
    source,
    thread,
    tree,
)


def test_hacker_news_reads_trees_and_learns_of_deletions(now: datetime, replay: Replay) -> None:
    told = posts_of(replay(source("hacker_news", now), "hacker_news"))
    assert told["901"].labels == {"link": "https://blog.example/acme"}
    assert (told["903"].text, told["903"].quoted_text) == (
        "Fixed in 5.1 for me.",
        "It crashes when paying.",
    )
    events = thread("hacker_news", "901", now, replay)
    assert posts_of(events)["902"].text == "It crashes when paying, on Android."
    assert events[-1] == Census("x", "901", frozenset({"901", "902"}))
    one = source("hacker_news", now)
    gone = replay(one, "hacker_news", first=one.missing("903"))
    assert Gone("x", "903") in gone
    found = posts_of(replay(one, "hacker_news", first=one.missing("902")))
    assert found["902"].parent == "901"


def test_hacker_news_pages_by_time(now: datetime) -> None:
    one = source("hacker_news", now)
    hits = [{"objectID": str(n), "created_at_i": 1795250000 - n, "title": "t"} for n in range(100)]
    (request,) = one.requests()
    body = json.dumps({"hits": hits}).encode()
    (*_, more) = request.then(Response(request.url, 200, {}, body, request.context))
    assert isinstance(more, Request)
    assert "created_at_i%3C%3D1795249901" in more.url


def test_lemmy_follows_the_dotted_path_and_sees_edits_and_deletions(
    now: datetime, replay: Replay
) -> None:
    told = posts_of(replay(source("lemmy", now), "lemmy"))
    assert (told["post-5"].text, told["post-5"].quoted_text) == (
        "O que acham?",
        "A tarifa muda em maio.",
    )
    assert (told["comment-9"].text, told["comment-9"].quoted_text) == ("Eu também.", "Achei caro.")
    robot = told["comment-10"].author
    assert robot is not None and robot.automated
    events = thread("lemmy", "post-5", now, replay)
    assert posts_of(events)["comment-8"].text == "Achei muito caro."
    assert Gone("x", "comment-9") in events
    assert events[-1] == Census("x", "post-5", frozenset({"post-5", "comment-8", "comment-10"}))
    one = source("lemmy", now)
    assert posts_of(replay(one, "lemmy", first=one.missing("comment-8")))["comment-8"].parent


def test_stack_exchange_obeys_backoff_and_attributes(now: datetime, replay: Replay) -> None:
    one = source("stack_exchange", now, key="k", tags=["acme", "android"])
    (request,) = one.requests()
    assert "tagged=acme;android" in request.url and "key=k" in request.url
    page = recorded("stack_exchange")["https://api.stackexchange.com/2.3/questions"]
    (*_, answers) = request.then(Response(request.url, 200, {}, page.body, request.context))
    assert answers.wait == 2
    told = posts_of(replay(source("stack_exchange", now), "stack_exchange"))
    root = told["post-70"]
    assert root.title == 'Por que o app "Acme" trava?'
    assert (root.engagement.views, root.accepted_answer) == (512, "post-71")
    assert root.labels["licence"] == told["comment-801"].labels["licence"] == "CC BY-SA 4.0"
    assert author(told["post-72"]) == "user99"
    assert told["post-71"].quoted_text == "Trava ao pagar."
    assert root.author is not None and root.author.name == "Ana & Cia"


def test_stack_exchange_takes_an_absent_answer_for_gone(now: datetime, replay: Replay) -> None:
    def drop(body: Any) -> None:
        body["items"] = []

    pages = changed("stack_exchange", "answers?page=2", drop)
    pages["https://api.stackexchange.com/2.3/posts/70;71/comments"] = pages.pop(
        "https://api.stackexchange.com/2.3/posts/70;71;72/comments"
    )
    events = thread("stack_exchange", "post-70", now, replay, pages)
    left = {"post-70", "post-71", "comment-800", "comment-801"}
    assert events[-1] == Census("x", "post-70", frozenset(left))
    pages = changed("stack_exchange", "questions/70", drop)
    events = thread("stack_exchange", "post-70", now, replay, pages)
    assert events == [Gone("x", "post-70"), Census("x", "post-70", frozenset())]


def test_reddit_feeds_give_words_without_what_the_feed_adds(now: datetime, replay: Replay) -> None:
    told = posts_of(replay(source("reddit", now), "reddit"))
    assert told["t3_aa1"].text == "Since Monday the app needs a minute to open."
    assert (told["t3_aa2"].title, told["t3_aa2"].text) == ("Acme raises prices", "")
    comment = told["t1_bb1"]
    assert (comment.text, comment.quoted_text, author(comment)) == (
        "Two, here.",
        "needs a minute",
        "carla",
    )
    events = thread("reddit", "t3_aa1", now, replay)
    assert posts_of(events)["t1_bb1"].text == "Two minutes, here."


def reddit(*words: str) -> bytes:
    """A feed of posts t3_a0, t3_a1 ... as it shows them, newest first; no words: not there."""
    entries = (
        f"<entry><id>t3_a{at}</id><title>T{at}</title><updated>2026-11-2{at}T10:00:00Z</updated>"
        f'<link href="https://www.reddit.com/r/acme/comments/a{at}/t/"/><content type="html">'
        f"&lt;!-- SC_OFF --&gt;&lt;p&gt;{one}&lt;/p&gt;&lt;!-- SC_ON --&gt;</content></entry>"
        for at, one in enumerate(words)
        if one
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>{"".join(entries)}</feed>'.encode()


@pytest.mark.parametrize(
    ("said", "gone"), [("[deleted]", True), ("[ removed by reddit ]", True), ("Ainda.", False)]
)
def test_what_reddit_lists_no_more_is_gone_where_its_own_feed_says_so(
    said: str, gone: bool, now: datetime
) -> None:
    state: Any = {}
    for listed in (("Um.", "Dois.", "Três."), ("Um.", "", "Três."), ("Um.", "", "Três.")):
        one = source("reddit", now, state)
        asked = next(iter(one.requests()))
        page = Response(asked.url, 200, {}, reddit(*listed), asked.context)
        looks = [found for found in asked.then(page) if isinstance(found, Request)]
        state = one.cursor()
    (look,) = looks
    assert look.url == "https://www.reddit.com/r/acme/comments/a1/t/.rss"
    told = list(look.then(Response(look.url, 200, {}, reddit("", said))))
    assert told == [Gone("x", "t3_a1")] * gone
    assert look.otherwise is not None and list(look.otherwise(404)) == [Gone("x", "t3_a1")]
    assert list(look.otherwise(403)) == []


def test_isso_reads_a_page_whole(now: datetime, replay: Replay) -> None:
    events = thread("isso", "/tarifa.html", now, replay)
    assert tree(events) == {
        "comment-1": (None, "/tarifa.html"),
        "comment-3": ("comment-1", "/tarifa.html"),
        "comment-5": ("comment-4", "/tarifa.html"),
    }
    assert posts_of(events)["comment-1"].text == "O app travou e perdi tudo."
    assert events[-1].external_ids == {"/tarifa.html", "comment-1", "comment-3", "comment-5"}
    assert posts_of(events)["comment-3"].author is None
