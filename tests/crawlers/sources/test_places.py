"""Whatever the place: exact trees, second visits, threads that are gone, bad items."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from crawlers.pages import Response
from crawlers.registry import fetches, follows
from domain.posts import Census, Gone, Post, Rejected
from tests.crawlers.conftest import recorded
from tests.crawlers.sources.places import (
    OURS,
    TREES,
    Replay,
    changed,
    posts_of,
    source,
    thread,
    tree,
)


@pytest.mark.parametrize("kind", OURS)
def test_the_exact_tree_comes_out(kind: str, now: datetime, replay: Replay) -> None:
    assert tree(replay(source(kind, now), kind)) == TREES[kind]


@pytest.mark.parametrize("kind", OURS)
def test_the_second_visit_brings_nothing_new(kind: str, now: datetime, replay: Replay) -> None:
    first = source(kind, now)
    before = posts_of(replay(first, kind))
    cursor = json.loads(json.dumps(first.cursor()))
    again = posts_of(replay(source(kind, now, cursor), kind))
    assert {key: before[key] for key in again} == again


@pytest.mark.parametrize("kind", ["discourse", "flarum", "nodebb", "stack_exchange", "askbot"])
def test_a_quiet_thread_is_not_asked_for_again(kind: str, now: datetime, replay: Replay) -> None:
    first = source(kind, now)
    replay(first, kind)
    assert first.cursor()["newest"]
    later = now.replace(day=now.day)  # the clock stands; only the overlap is read again
    again = tree(replay(source(kind, later, first.cursor()), kind))
    assert again.keys() <= TREES[kind].keys()
    assert kind != "discourse" or "13/1" not in again


@pytest.mark.parametrize("kind", ["askbot", "discourse", "flarum", "forum_page", "lemmy", "nodebb"])
def test_a_thread_that_is_not_there_is_gone(kind: str, now: datetime, replay: Replay) -> None:
    root = next(iter(TREES[kind]))
    nothing = {"https://nowhere.example": Response("", 404, {}, b"")}
    assert thread(kind, root, now, replay, nothing) == [
        Gone("x", root),
        Census("x", root, frozenset()),
    ]


JSON_KINDS = ("discourse", "flarum", "hacker_news", "isso", "lemmy", "nodebb", "stack_exchange")


def spoiled(value: Any, depth: int = 0) -> Any:
    """Everything below the lists of items is replaced by what should not be there."""
    if isinstance(value, dict):
        return {key: spoiled(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list):
        return [spoiled(one, depth + 1) for one in value]
    return None if depth > 2 else value


@pytest.mark.parametrize("kind", JSON_KINDS)
@pytest.mark.parametrize("spoil", [spoiled, lambda body: {"items": 7}, lambda body: [[]]])
def test_missing_keys_nulls_and_other_shapes_never_crash(
    kind: str, spoil: Callable[[Any], Any], now: datetime
) -> None:
    from domain.errors import SourceError

    one = source(kind, now)
    for request in [*one.requests(), *one.thread(next(iter(TREES[kind])))]:
        for page in recorded(kind).values():
            body = json.dumps(spoil(json.loads(page.body))).encode()
            response = Response(request.url, 200, {}, body, request.context)
            try:
                found = list(request.then(response))
            except SourceError:
                continue
            assert all(not isinstance(event, Post) or event.external_id for event in found)


def test_a_bad_item_costs_itself_and_the_census(now: datetime, replay: Replay) -> None:
    def spoil(body: Any) -> None:
        body["comments"][0]["comment"]["published"] = "um dia"
        body["comments"][1]["comment"]["id"] = None

    pages = changed("lemmy", "sort=Old&post_id=5", spoil)
    events = thread("lemmy", "post-5", now, replay, pages)
    codes = [one.code for one in events if isinstance(one, Rejected)]
    assert codes == ["bad_time", "bad_item"]
    assert not [one for one in events if isinstance(one, Census)]


def test_what_the_kinds_can_do_is_known() -> None:
    assert follows("discourse") and fetches("discourse")
    assert follows("reddit") and not fetches("reddit")
    assert not follows("file") and not fetches("feed")
    assert {kind for kind in OURS if not follows(kind)} == set()
