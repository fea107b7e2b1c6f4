"""Bluesky's stream over a real WebSocket on loopback: what is kept, and what is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers.crawl import crawl, probe
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.jetstream import JetstreamSettings
from domain.posts import CrawlOutcome, Cursor, Gone, Post, PostKind, Rejected
from tests.crawlers.sources.talking import RECORDINGS, Talker, jetstream

EVENTS = (RECORDINGS / "jetstream" / "events.jsonl").read_text(encoding="utf-8").splitlines()
NOW = datetime(2026, 11, 20, 10, 0, 30, tzinfo=UTC)
ANA, BIA, CAIO, LOJA = (f"did:plc:{name}" for name in ("ana000", "bia000", "caio00", "loja00"))
PROFILES = {
    ANA: {"did": ANA, "handle": "ana.test", "followersCount": 310},
    BIA: {"did": BIA, "handle": "bia.test", "followersCount": 12},
    CAIO: {"did": CAIO, "handle": "caio.test", "labels": []},
    LOJA: {"did": LOJA, "handle": "loja.test"},
}


@pytest.fixture
def stream() -> Iterator[Talker]:
    asked: list[str] = []
    talker = Talker(jetstream(EVENTS, PROFILES, asked))
    talker.asked = asked
    yield talker
    talker.close()


def settings(stream: Talker, **changes: Any) -> JetstreamSettings:
    at = f"127.0.0.1:{stream.port}"
    given = {"kind": "jetstream", "name": "corrente", "words": ["Banco X"], "acts": True}
    given |= {"url": f"ws://{at}/subscribe", "profiles": f"http://{at}"}
    return JetstreamSettings.model_validate(given | changes)


def manners(stream: Talker) -> PolitenessSettings:
    return PolitenessSettings(allow_private=(f"127.0.0.1:{stream.port}",), pace=0, timeout=5)


def visit(stream: Talker, cursor: Any = None, **changes: Any) -> list[Any]:
    one = settings(stream, **changes)
    return list(crawl(one, cursor or {}, politeness=manners(stream), now=NOW))


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def uri(did: str, key: str) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def test_posts_with_the_words_their_answers_and_their_fate(stream: Talker) -> None:
    events = visit(stream)
    found = posts(events)
    root = uri(ANA, "k1")
    assert {key: (one.kind, one.parent) for key, one in found.items()} == {
        root: (PostKind.POST, None),
        uri(BIA, "k3"): (PostKind.REPLY, root),
        uri(CAIO, "k4"): (PostKind.POST, None),
        uri(LOJA, "k9"): (PostKind.POST, None),
        f"{root}:reaction:{LOJA}": (PostKind.REACTION, root),
        f"{root}:share:{BIA}": (PostKind.SHARE, root),
    }
    assert found[root].text.endswith("Edit: voltou.") and found[root].edited_at is not None
    assert found[root].author is not None and found[root].author.name == "ana.test"
    assert found[uri(CAIO, "k4")].created_at.year == 2026, "a forged time"
    assert [one for one in events if isinstance(one, Gone)] == [
        Gone("corrente", uri(BIA, "k3")),
        Gone("corrente", uri(LOJA, "k9")),
    ]
    assert [one.code for one in events if isinstance(one, Rejected)] == ["bad_item"]
    assert events[-1].outcome is CrawlOutcome.OK


def test_the_next_visit_goes_on_where_this_one_ended(stream: Talker) -> None:
    (cursor,) = [one for one in visit(stream) if isinstance(one, Cursor)]
    assert cursor.state["time_us"] == 1795168814000000
    assert set(cursor.state["kept"]) == {f"{ANA}/k1", f"{CAIO}/k4"}  # type: ignore[call-overload]
    again = visit(stream, cursor.state)
    assert posts(again) == {} and not [one for one in again if isinstance(one, Gone)]


def test_who_does_not_want_to_be_shown_leaves_no_trace(stream: Talker) -> None:
    label = {"val": "!no-unauthenticated"}
    PROFILES[CAIO]["labels"] = [label]
    try:
        assert "fora do ar" not in repr(visit(stream))
    finally:
        PROFILES[CAIO]["labels"] = []


def test_acts_are_asked_for_only_where_they_are_wanted(stream: Talker) -> None:
    visit(stream, acts=False)
    (path,) = [one for one in stream.asked if one.startswith("/subscribe")]
    assert path.count("wantedCollections") == 1
    begin = int((NOW - timedelta(hours=1)).timestamp() * 1e6)
    assert f"cursor={begin}" in path


def test_the_guard_stands_before_the_stream(stream: Talker) -> None:
    closed = PolitenessSettings(pace=0, timeout=2)
    events = list(crawl(settings(stream), {}, politeness=closed, now=NOW))
    assert events[-1].outcome is CrawlOutcome.FORBIDDEN
    assert events[-1].errors == {"forbidden_address": 1}
    assert stream.asked == []


def test_a_look_says_that_it_answers(stream: Talker) -> None:
    assert probe(settings(stream), politeness=manners(stream), now=NOW).outcome is CrawlOutcome.OK


def test_what_is_no_stream_is_told(stream: Talker) -> None:
    wrong = settings(stream, url=f"ws://127.0.0.1:{stream.port}/elsewhere")
    report = list(crawl(wrong, {}, politeness=manners(stream), now=NOW))[-1]
    assert report.outcome is not CrawlOutcome.OK
