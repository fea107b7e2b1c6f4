"""Bluesky: feeds, whole threads, acts, and what is not for strangers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from crawlers.sources.bluesky import BlueskySettings, BlueskySource
from domain.posts import Census, Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded

SETTINGS = BlueskySettings(kind="bluesky", name="ceu", accounts=("@loja.test",))
XRPC = "https://public.api.bsky.app/xrpc"
ROOT = "at://did:plc:loja00/app.bsky.feed.post/3kaa"
BIA = "at://did:plc:bia000/app.bsky.feed.post/3kac"
Replay = Callable[..., list[Any]]


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def thread(now: datetime) -> Any:
    source = BlueskySource(SETTINGS, {}, now)
    return SimpleNamespace(requests=lambda: source.thread(ROOT))


def test_a_feed_by_handle(now: datetime, replay: Replay) -> None:
    events = replay(BlueskySource(SETTINGS, {}, now), "bluesky")
    found = posts(events)
    own = found[ROOT]
    assert own.author is not None
    assert (own.author.external_id, own.author.name) == ("did:plc:loja00", "loja.test")
    assert own.author.followers == 900, "asked for with the profile"
    assert own.url == "https://bsky.app/profile/did:plc:loja00/post/3kaa"
    share = found["at://did:plc:ana000/app.bsky.feed.post/3kzz:share:did:plc:loja00"]
    assert share.parent == "at://did:plc:ana000/app.bsky.feed.post/3kzz"
    assert [one.code for one in events if isinstance(one, Rejected)] == ["empty"]


def test_a_forged_time_gives_way_to_when_the_network_saw_it(now: datetime, replay: Replay) -> None:
    found = posts(replay(BlueskySource(SETTINGS, {}, now), "bluesky"))
    forged = found["at://did:plc:loja00/app.bsky.feed.post/3kab"]
    assert forged.created_at == datetime(2026, 11, 20, 11, tzinfo=UTC)


def test_a_thread_with_all_that_was_done_about_it(now: datetime, replay: Replay) -> None:
    events = replay(thread(now), "bluesky")
    found = posts(events)
    ana = "did:plc:ana000"
    answer = "at://did:plc:loja00/app.bsky.feed.post/3kad"
    quote = f"at://{ana}/app.bsky.feed.post/3kaf"
    assert {key: (one.kind, one.parent) for key, one in found.items()} == {
        ROOT: (PostKind.POST, None),
        BIA: (PostKind.REPLY, ROOT),
        answer: (PostKind.REPLY, BIA),
        f"{ROOT}:reaction:{ana}": (PostKind.REACTION, ROOT),
        f"{ROOT}:share:{ana}": (PostKind.SHARE, ROOT),
        quote: (PostKind.POST, None),
    }
    assert found[quote].quotes == (ROOT,)
    assert found[BIA].author is not None and found[BIA].author.followers == 12
    assert Gone("ceu", "at://did:plc:bia000/app.bsky.feed.post/3kgone") in events
    (census,) = [one for one in events if isinstance(one, Census)]
    assert census.external_ids == set(found) - {quote}


def test_what_is_not_for_strangers_leaves_no_trace(now: datetime, replay: Replay) -> None:
    assert "Só para quem entrou" not in repr(replay(thread(now), "bluesky"))


def test_a_reply_that_is_held_back_is_not_taken_for_gone(now: datetime, replay: Replay) -> None:
    pages, url = recorded("bluesky"), f"{XRPC}/app.bsky.feed.getPostThread?uri={ROOT}"
    body = json.loads(pages[url].body)
    body["thread"]["post"]["replyCount"] = 9
    pages[url] = replace(pages[url], body=json.dumps(body).encode())
    assert not [one for one in replay(thread(now), "bluesky", pages) if isinstance(one, Census)]


def test_a_deleted_post_is_gone(now: datetime, replay: Replay) -> None:
    pages = {}
    answer = b'{"error":"NotFound","message":"Post not found"}'
    for key, page in recorded("bluesky").items():
        missing = replace(page, status=400, body=answer)
        pages[key] = missing if "getPostThread" in key else page
    assert replay(thread(now), "bluesky", pages) == [
        Gone("ceu", ROOT),
        Census("ceu", ROOT, frozenset()),
    ]


def test_a_second_visit_finds_nothing_new(now: datetime, replay: Replay) -> None:
    source = BlueskySource(SETTINGS, {}, now)
    first = posts(replay(source, "bluesky"))
    again = BlueskySource(SETTINGS, source.cursor(), now)
    assert posts(replay(again, "bluesky")) == first
    assert again.cursor() == source.cursor()


def test_a_search_logs_in_first(now: datetime) -> None:
    given = {"kind": "bluesky", "name": "ceu", "search": ("banco x",)}
    with pytest.raises(ValidationError, match="search needs handle"):
        BlueskySettings.model_validate(given)
    login = BlueskySettings.model_validate({**given, "handle": "eu.test", "password": "abc"})
    (request,) = BlueskySource(login, {}, now).requests()
    assert json.loads(request.body or b"") == {"identifier": "eu.test", "password": "abc"}
    assert "abc" not in login.model_dump_json() and "abc" not in request.url
