"""Mastodon's interface: timelines, whole threads, who passed things on, and who opted out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from crawlers.pages import Response
from crawlers.sources.mastodon import MastodonSettings, MastodonSource
from domain.posts import Census, Gone, Post, PostKind, Rejected
from tests.crawlers.conftest import recorded

SITE = "https://praca.test"
API = f"{SITE}/api/v1"
SETTINGS = MastodonSettings(kind="mastodon", name="praca", url=f"{SITE}/", tags=("#bancox",))
Replay = Callable[..., list[Any]]


def thread(source: MastodonSource, root: str = "110") -> Any:
    return SimpleNamespace(requests=lambda: source.thread(root))


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def answer(body: Any, status: int = 200) -> Response:
    return Response("", status, {}, json.dumps(body).encode())


def test_a_tag_gives_its_statuses_and_boosts(now: datetime, replay: Replay) -> None:
    found = posts(replay(MastodonSource(SETTINGS, {}, now), "mastodon"))
    assert set(found) == {"100", "100:share:2", "110", "120", "140"}
    first = found["110"]
    assert (first.text, first.language) == ("O app do #BancoX travou ao pagar.", "pt")
    assert (first.engagement.replies, first.engagement.shares, first.engagement.likes) == (2, 1, 2)
    assert first.author is not None and first.author.followers == 4200
    assert found["120"].edited_at is not None
    share = found["100:share:2"]
    assert (share.kind, share.parent, share.text) == (PostKind.SHARE, "100", "")


def test_who_opted_out_leaves_no_trace(now: datetime, replay: Replay) -> None:
    events = replay(MastodonSource(SETTINGS, {}, now), "mastodon")
    assert "Fora das listas" not in repr(events), "unlisted, and not part of a thread"
    page = recorded("mastodon")[f"{API}/timelines/tag/bancox"]
    statuses = json.loads(page.body)
    statuses[-1]["account"]["noindex"] = True
    changed = replace(page, body=json.dumps(statuses).encode())
    pages = recorded("mastodon") | {f"{API}/timelines/tag/bancox": changed}
    assert "110" not in posts(replay(MastodonSource(SETTINGS, {}, now), "mastodon", pages))


def test_who_is_not_to_be_searched_for_is_read_where_a_hashtag_asks_for_it(
    now: datetime, replay: Replay
) -> None:
    """New accounts say ``indexable: false`` unasked: it is about searches over everything."""
    shy = "Prefiro não ser indexado"
    assert shy in repr(replay(MastodonSource(SETTINGS, {}, now), "mastodon"))
    page = recorded("mastodon")[f"{API}/timelines/tag/bancox"]
    statuses = json.loads(page.body)
    (boosted,) = [one for one in statuses if one["account"]["indexable"] is False]
    boost = {**statuses[-1], "id": "99", "content": "", "reblog": boosted}
    pages = {
        f"{API}/timelines/public": answer([*statuses, boost]),
        f"{API}/timelines/public?max_id=99": answer([]),
    }
    public = SETTINGS.model_copy(update={"tags": (), "public": True})
    events = replay(MastodonSource(public, {}, now), "mastodon", pages)
    assert "110" in posts(events)
    assert shy not in repr(events) and not any(key.startswith("99") for key in posts(events))


def test_what_other_servers_leave_out_does_no_harm(now: datetime, replay: Replay) -> None:
    bare = {
        "id": "01J",
        "created_at": "2026-11-20T10:00:00Z",
        "content": "Oi.",
        "account": {"id": "9"},
    }
    pages = {
        f"{API}/timelines/tag/bancox": answer([bare, {"id": None}, "x", 3]),
        f"{API}/timelines/tag/bancox?max_id=01J": answer([]),
    }
    events = replay(MastodonSource(SETTINGS, {}, now), "mastodon", pages)
    assert posts(events)["01J"].text == "Oi."
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_item"]


def test_a_thread_is_read_whole(now: datetime, replay: Replay) -> None:
    events = replay(thread(MastodonSource(SETTINGS, {}, now)), "mastodon")
    found = posts(events)
    assert {key: (one.parent, one.kind) for key, one in found.items()} == {
        "110": (None, PostKind.POST),
        "111": ("110", PostKind.REPLY),
        "112": ("111", PostKind.REPLY),
        "113": ("110", PostKind.REPLY),
        "110:share:2": ("110", PostKind.SHARE),
        "110:reaction:2": ("110", PostKind.REACTION),
        "110:reaction:5": ("110", PostKind.REACTION),
    }
    assert {one.thread for key, one in found.items() if key != "110"} == {"110"}
    assert found["113"].author is not None and found["113"].author.automated
    assert found["110:share:2"].labels == {"time": "first seen"}
    assert [one for one in events if isinstance(one, Census)] == [
        Census("praca", "110", frozenset(found))
    ]


def test_a_reply_that_is_gone_is_missing_from_the_census(now: datetime, replay: Replay) -> None:
    pages = recorded("mastodon")
    context = json.loads(pages[f"{API}/statuses/110/context"].body)
    context["descendants"].pop()
    pages[f"{API}/statuses/110/context"] = answer(context)
    (census,) = [
        one
        for one in replay(thread(MastodonSource(SETTINGS, {}, now)), "mastodon", pages)
        if isinstance(one, Census)
    ]
    assert "113" not in census.external_ids and "112" in census.external_ids
    gone = replay(thread(MastodonSource(SETTINGS, {}, now), "404"), "mastodon", pages)
    assert gone == [Gone("praca", "404"), Census("praca", "404", frozenset())]


def test_where_a_stranger_is_shown_sixty_replies_the_rest_is_asked_for(
    now: datetime, replay: Replay
) -> None:
    pages = recorded("mastodon")
    (one, _, _) = json.loads(pages[f"{API}/statuses/110/context"].body)["descendants"]
    shown = [{**one, "id": f"2{number:02}", "replies_count": 0} for number in range(60)]
    shown[59]["replies_count"] = 1
    below = {**one, "id": "300", "in_reply_to_id": "259", "replies_count": 0}
    pages[f"{API}/statuses/110/context"] = answer({"ancestors": [], "descendants": shown})
    pages[f"{API}/statuses/259/context"] = answer({"ancestors": [], "descendants": [below]})
    events = replay(thread(MastodonSource(SETTINGS, {}, now)), "mastodon", pages)
    assert posts(events)["300"].parent == "259"
    (census,) = [one for one in events if isinstance(one, Census)]
    assert {"259", "300"} <= census.external_ids


def test_a_second_visit_finds_nothing_new(now: datetime, replay: Replay) -> None:
    source = MastodonSource(SETTINGS, {}, now)
    first = posts(replay(source, "mastodon"))
    again = MastodonSource(SETTINGS, source.cursor(), now)
    assert posts(replay(again, "mastodon")).items() <= first.items()
    assert again.cursor() == source.cursor()


def test_a_token_goes_along_and_no_further(now: datetime) -> None:
    given = SETTINGS.model_dump() | {"token": "segredo", "accounts": ("ana",)}
    source = MastodonSource(MastodonSettings.model_validate(given), {}, now)
    asked = list(source.requests())
    assert {request.headers["Authorization"] for request in asked} == {"Bearer segredo"}
    assert not any("segredo" in request.url for request in asked)
    assert "segredo" not in MastodonSettings.model_validate(given).model_dump_json()
