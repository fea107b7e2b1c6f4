"""A small store with every noun in it, and the page over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from app.web import WebContext, create_app
from domain.alerts import Alert, Digest
from domain.analyses import Analysis, Mention, Polarity, Sentiment, Span, StageLabel
from domain.brands import Brand, Playbook, ServiceStage
from domain.experiences import Experience, Factor, Priority, Reach, Reason
from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, Influence
from domain.people import Author, Person, Role
from domain.posts import (
    CrawlOutcome,
    CrawlReport,
    Engagement,
    Post,
    PostKind,
    Rating,
    Rejected,
)
from storage import Store, open_store
from storage.settings import StorageSettings

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script> \u202egnp.evil\u202c \u200b<b>"


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty and a filled database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("stores")
    for name in ("empty", "filled"):
        store = open_store(StorageSettings(url=f"sqlite:///{folder / name}.db"))
        if name == "filled":
            fill(store)
        store.close()
    return folder


@pytest.fixture
def empty(templates: Path, tmp_path: Path) -> Iterator[Store]:
    yield from copied(templates / "empty.db", tmp_path)


@pytest.fixture
def filled(templates: Path, tmp_path: Path) -> Iterator[Store]:
    yield from copied(templates / "filled.db", tmp_path)


def copied(template: Path, folder: Path) -> Iterator[Store]:
    copy = shutil.copy(template, folder / "boca.db")
    store = open_store(StorageSettings(url=f"sqlite:///{copy}"))
    yield store
    store.close()


@pytest.fixture
def context() -> WebContext:
    playbook = Playbook("Parcel lost", ("Ask for the order number in private.", "Send it again."))
    return WebContext(
        brands=(
            Brand("nimbus", "Nimbus Fones", accounts=("nimbus_oficial",)),
            Brand("orca", "Orca Sound", own=False),
        ),
        stages=(
            ServiceStage("delivery", "Entrega", weight=0.7, owner="bia", playbook=playbook),
            ServiceStage("support", "Atendimento"),
        ),
        people=(
            Person("ana", "Ana", Role.MANAGER, "pt", ZoneInfo("America/Sao_Paulo")),
            Person("bia", "Bia", Role.LEAD, "en", ZoneInfo("Europe/Lisbon")),
        ),
        zone=ZoneInfo("America/Sao_Paulo"),
        clock=lambda: NOW,
        secret=b"a secret for tests",
    )


@pytest.fixture
def page(filled: Store, context: WebContext) -> Iterator[TestClient]:
    with TestClient(create_app(filled, context), base_url="http://localhost") as client:
        yield client


@pytest.fixture
def bare(empty: Store, context: WebContext) -> Iterator[TestClient]:
    with TestClient(create_app(empty, context), base_url="http://localhost") as client:
        yield client


def fill(store: Store) -> None:
    """Post 1 complains and is answered by 2 (the brand) and 3; 4 is hostile, 5 is happy."""
    with store.writing() as unit:
        unit.posts.add(_posts(), NOW)
        unit.analyses.add(_analyses())
        unit.influence.replace(EXPECTED_REACH, [Influence(1, EXPECTED_REACH, 8.5, 4.0, 14.0, NOW)])
        unit.influence.replace(PAGERANK, [Influence(1, PAGERANK, 0.0004, 0.0004, 0.0004, NOW)])
        unit.influence.replace(DEGREE, [Influence(1, DEGREE, 12, 12, 12, NOW)])
        unit.experiences.save(_experiences())
        for alert in _alerts():
            unit.alerts.add(alert)
            unit.incidents.touch(alert)
        unit.sources.add_crawl(
            CrawlReport("forum", NOW - timedelta(hours=1), NOW, CrawlOutcome.OK, requests=9)
        )
        unit.sources.add_crawl(
            CrawlReport("blog", NOW, NOW, CrawlOutcome.FORBIDDEN, detail=HOSTILE, errors={"503": 2})
        )
        unit.quarantine.add([Rejected("forum", "bad_date", HOSTILE, "no such day")], NOW)
        unit.digests.add(
            Digest("ana", "nimbus", NOW.date(), NOW, (), "A subject", "<p style='color:red'>x</p>")
        )


def _posts() -> list[Post]:
    marina = Author("forum", "m", "Marina", url="javascript:alert(1)", followers=10)
    brand = Author("forum", "n", "nimbus_oficial")
    hour = timedelta(hours=1)
    told = "A Nimbus atrasou a entrega. Ninguém responde."
    return [
        Post(
            "forum", "1", PostKind.POST, told, NOW - 9 * hour, marina, title="Três semanas",
            url="https://forum.example/t/1", engagement=Engagement(likes=3, views=900),
        ),
        Post("forum", "2", PostKind.REPLY, "Sentimos muito.", NOW - 8 * hour, brand, "1", "1"),
        Post("forum", "3", PostKind.REPLY, "Me too", NOW - 7 * hour, None, "1", "1"),
        Post(
            "blog", "4", PostKind.POST, HOSTILE + "A" * 100_000, NOW - 5 * hour,
            Author("blog", "<img src=x>", HOSTILE), title=HOSTILE, url="javascript:alert(1)",
        ),
        Post("blog", "5", PostKind.REVIEW, "Lovely", NOW - 3 * hour, marina, rating=Rating(5)),
        Post("forum", "6", PostKind.REACTION, "", NOW - 6 * hour, None, "1", "1"),
    ]  # fmt: skip


def _analyses() -> list[Analysis]:
    negative = Sentiment(Polarity.NEGATIVE, -0.9, 0.8, Span(13, 22))
    positive = Sentiment(Polarity.POSITIVE, 0.9, 0.9)
    brand = (Mention("nimbus", Span(15, 21)),)
    late = (StageLabel("delivery", 0.9, Span(15, 24)),)
    return [
        Analysis(1, "pt", negative, brand, late, (), "v1", NOW),
        Analysis(4, "en", negative, brand, late, (), "v1", NOW),
        Analysis(5, "en", positive, brand, (), (), "v1", NOW),
    ]


def _experiences() -> list[Experience]:
    factors = (
        Factor("negativity", 0.9, Reason("severity.sentiment", {"percent": 0.9})),
        Factor("reach", 8.5, Reason("reach.author", {"value": 8.5})),
        Factor("odd", 1.0, Reason("a.code.nobody.knows", {"words": HOSTILE})),
    )
    hour = timedelta(hours=1)
    reach = Reach(3, 20.5, 10.0, 41.0)
    return [
        Experience(
            "nimbus:delivery:1", "nimbus", "delivery", (1,), 1, NOW - 9 * hour, NOW - 9 * hour,
            -0.9, 0.8, reach, Priority(16.4, factors, floored=True),
        ),
        Experience(
            "nimbus:delivery:4", "nimbus", "delivery", (4,), 2, NOW - 5 * hour, NOW - 5 * hour,
            -0.9, 0.7, reach, Priority(9.0, factors),
        ),
        Experience(
            "nimbus:unsorted:5", "nimbus", "unsorted", (5,), 1, NOW - 3 * hour, NOW - 3 * hour,
            0.9, 0.0, reach, Priority(0.0, ()),
        ),
    ]  # fmt: skip


def _alerts() -> list[Alert]:
    params = {"to_come": 20, "low": 10, "high": 41, "severity": 0.8}
    spike = {"mentions": 37, "hours": 1, "usual": 4.2}
    return [
        Alert(
            "far:nimbus/1", "far", "high_reach_experience", "nimbus", "far:1",
            Reason("high_reach_experience", params), NOW, "delivery", 1, (1,), urgent=True,
        ),
        Alert(
            "spike:nimbus:2026-11-22T14", "spike", "volume_spike", "nimbus", "spike",
            Reason("volume_spike", spike), NOW, post_ids=(1, 4, 5, 999),
        ),
    ]  # fmt: skip
