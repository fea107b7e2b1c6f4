"""A whole network's stream is told our brands' words, and only what brands ask for is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.steps.crawl import named, visit
from app.wanted import listening, words_of
from crawlers.sources.jetstream import JetstreamSettings
from domain.brands import Brand
from domain.runs import RunOutcome
from storage.unit import Unit
from tests.app.small import OpenApp
from tests.crawlers.sources.talking import Talker, jetstream

NOW = datetime(2026, 11, 20, 10, 0, 30, tzinfo=UTC)
ANA, BIA = "did:plc:ana", "did:plc:bia"
PROFILES = {did: {"did": did, "handle": f"{did[8:]}.test"} for did in (ANA, BIA)}
MARE = {"id": "mare", "name": "Maré", "query": '"maré app" OR (marezinha AND NOT praia)'}


def uri(did: str, key: str) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def event(second: int, did: str, key: str, text: str, parent: str = "", how: str = "create") -> str:
    at = NOW - timedelta(seconds=60 - second)
    record: dict[str, Any] = {"createdAt": at.isoformat(), "text": text, "langs": ["pt"]}
    if parent:
        record["reply"] = {"root": {"uri": parent}, "parent": {"uri": parent}}
    commit = {"operation": how, "collection": "app.bsky.feed.post", "rkey": key, "record": record}
    told = {"did": did, "time_us": int(at.timestamp() * 1e6), "kind": "commit", "commit": commit}
    return json.dumps(told)


EVENTS = [
    event(1, ANA, "k1", "O MARÉ-app travou de novo."),
    event(2, BIA, "k2", "Olha a maré na praia, sem app nenhum."),
    event(3, BIA, "k3", "Comigo também.", uri(ANA, "k1")),
    event(4, BIA, "k4", "Que linda.", uri(BIA, "k2")),
    event(5, ANA, "k5", "A marezinha na praia."),
    event(6, ANA, "k6", "A marezinha do caixa sumiu."),
    event(7, ANA, "k7", "Nada disso."),
]
LATER = [
    event(41, ANA, "k1", "Editado: voltou.", how="update"),
    event(42, ANA, "k8", "E agora?", uri(ANA, "k6")),
]


@pytest.fixture
def stream() -> Iterator[Talker]:
    events = list(EVENTS)
    talker = Talker(jetstream(events, PROFILES, []))
    talker.events = events  # type: ignore[attr-defined]
    yield talker
    talker.close()


def stored(unit: Unit) -> dict[str, str]:
    posts = ((key, unit.posts.by_key("ceu", uri(did, key))) for did, key in KEYS)
    return {key: post.text for key, post in posts if post is not None}


KEYS = [(json.loads(one)["did"], json.loads(one)["commit"]["rkey"]) for one in EVENTS + LATER]


def test_only_what_brands_ask_for_is_kept_and_what_is_said_of_it(
    stream: Talker, tmp_path: Path, open_app: OpenApp
) -> None:
    at = f"127.0.0.1:{stream.port}"
    ceu = {"kind": "jetstream", "name": "ceu", "url": f"ws://{at}/subscribe"}
    ceu |= {"profiles": f"http://{at}", "every": "30s"}
    politeness = {"allow_private": [at], "pace": 0, "timeout": 5}

    def go(now: datetime) -> dict[str, str]:
        app = open_app(tmp_path, now, sources=[ceu], brands=[MARE], politeness=politeness)
        assert visit(app, named(app, ["ceu"]), now).outcome is RunOutcome.OK
        with app.store.reading() as unit:
            return stored(unit)

    first = go(NOW)
    assert set(first) == {"k1", "k3", "k6"}
    stream.events += LATER  # type: ignore[attr-defined]
    second = go(NOW + timedelta(minutes=2))
    assert set(second) == {"k1", "k3", "k6", "k8"}
    assert second["k1"] == "Editado: voltou."


def test_the_words_are_those_of_names_handles_and_queries() -> None:
    brands = [
        Brand("a", "Banco X", aliases=("bx",), products=("Conta Total",), accounts=("s:loja",)),
        Brand("b", "Maré", query="nub* NOT praia"),
        Brand("c", "Cais", query="lang:pt"),
    ]
    assert words_of(brands) == ("@loja", "banco", "bx", "cais", "conta", "nub*")


def test_a_stream_with_words_of_its_own_keeps_them() -> None:
    own = JetstreamSettings(kind="jetstream", name="ceu", words=("loja",))
    assert listening(own, [Brand("a", "Maré")]) == own
