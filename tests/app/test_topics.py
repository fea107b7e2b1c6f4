"""The topics step on a store: stable ids, events that are kept, a person's word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from fastapi.testclient import TestClient

from app.application import App
from app.steps.topics import topics
from app.trends import trends
from app.web import WebContext, create_app
from domain.analyses import Analysis, Polarity, Sentiment
from domain.people import Author
from domain.posts import Gone, Post, PostKind
from domain.topics import Movement, TopicChange
from nlp.topics.vectors import pack
from tests.app.small import NOW, OpenApp

BILLS = "A fatura veio errada outra vez, número {n}"
CRASHES = "O aplicativo fecha sozinho quando abro, vez {n}"
OURS = {"Sec-Fetch-Site": "same-origin"}
CHATTER = "Conversa à toa {n} sobre {n} e mais {n}"


def vector(theme: int | None, n: int) -> bytes:
    """Where a post lies: near the others of its theme, or anywhere."""
    draw = np.random.default_rng(1_000_000 + n)
    noise = draw.normal(size=64)
    if theme is None:
        return pack((0.3 + noise / np.linalg.norm(noise)).astype(np.float32))
    middle = np.random.default_rng(theme).normal(size=64)
    return pack((0.3 + middle / np.linalg.norm(middle) + 0.05 * noise).astype(np.float32))


def hear(app: App, text: str, theme: int | None, numbers: Iterable[int], days: float) -> None:
    """Posts of a theme, that many days ago, as read by the pipeline."""
    at = NOW - timedelta(days=days)
    said = [
        Post("f", f"{theme}-{n}", PostKind.POST, text.format(n=n), at, Author("f", f"a{n % 40}"))
        for n in numbers
    ]
    polarity = Polarity.NEGATIVE if theme is not None else Polarity.NEUTRAL
    with app.store.writing() as unit:
        ids = unit.posts.add(said, NOW).ids
        feeling = Sentiment(polarity, 0.0, 0.9)
        unit.analyses.add(
            [
                Analysis(id, "pt", feeling, (), (), (), "v1", NOW, vector=vector(theme, n))
                for id, n in zip(ids, numbers, strict=True)
            ]
        )


def heard(app: App) -> None:
    hear(app, BILLS, 1, range(30), days=20)
    hear(app, CHATTER, None, range(100, 400), days=20)


def test_topics_are_found_named_and_keep_their_ids(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path)
    heard(app)
    counts = topics(app, NOW).counts
    assert counts["posts"] == 330 and counts["born"] == 1
    assert topics(app, NOW).counts.get("posts", 0) == 0
    hear(app, BILLS, 1, range(500, 520), days=1)
    hear(app, CRASHES, 2, range(600, 625), days=1)
    topics(app, NOW)
    with app.store.reading() as unit:
        found = trends(unit, app.settings.topics, NOW)
        assert unit.topics.events(1)[0].change is TopicChange.BORN
    first = found[0]
    assert first.new_problem and "aplicativo" in first.topic.title("pt")
    bills = next(trend for trend in found if trend.topic.id == 1)
    assert (bills.recent, bills.before) == (20, 30)
    assert bills.movement is Movement.RISING and "fatura" in bills.topic.title("pt")


def test_a_person_names_merges_and_takes_out(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path)
    heard(app)
    hear(app, CRASHES, 2, range(600, 625), days=1)
    topics(app, NOW)
    context = WebContext(app.brands, clock=lambda: NOW, zone=ZoneInfo("UTC"))
    with TestClient(create_app(app.store, context), base_url="http://localhost") as client:
        listed = client.get("/topics?lang=pt")
        assert "problema novo" in listed.text
        token = client.get("/topics/1").text.split('name="token" value="')[1].split('"')[0]
        with app.store.reading() as unit:
            post_id = unit.topics.posts_of(1, 1)[0]
        asked = {"token": token, "to": "/topics/1"}
        for path, more in (
            ("/topics/1/name", {"name": " Fatura  errada "}),
            (f"/topics/posts/{post_id}/out", {}),
            ("/topics/2/merge", {"into": "1"}),
        ):
            answer = client.post(path, data=asked | more, headers=OURS, follow_redirects=False)
            assert answer.status_code == 303, answer.text
        assert (
            client.post("/topics/2/merge", data=asked | {"into": "1"}, headers=OURS).status_code
            == 422
        )
        assert client.post("/topics/99/name", data=asked, headers=OURS).status_code == 404
        assert client.get("/topics/2", follow_redirects=False).headers["location"] == "/topics/1"
    with app.store.reading() as unit:
        assert unit.topics.get_many([1])[1].title("en") == "Fatura errada"
        assert unit.topics.topic_of(post_id) is None
        assert len(unit.topics.posts_of(1, 100)) == 29 + 25
    hear(app, BILLS, 1, range(30), days=20)  # read again: what a person took out stays out
    topics(app, NOW)
    with app.store.reading() as unit:
        assert unit.topics.topic_of(post_id) is None


def test_what_is_gone_counts_no_more_and_old_vectors_fade(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(tmp_path)
    heard(app)
    topics(app, NOW)
    with app.store.writing() as unit:
        for n in range(10):
            unit.posts.gone(Gone("f", f"1-{n}"), NOW)
    with app.store.reading() as unit:
        assert trends(unit, app.settings.topics, NOW)[0].before == 20
    topics(app, NOW + timedelta(days=100))
    with app.store.reading() as unit:
        assert unit.topics.members(1, 10) == []
        assert len(unit.topics.posts_of(1, 100)) == 20


def test_another_pipeline_keeps_the_ids(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app(tmp_path)
    heard(app)
    topics(app, NOW)
    with app.store.reading() as unit:
        before = unit.topics.posts_of(1, 100)
        found = unit.analyses.get_many(range(1, 331))
    with app.store.writing() as unit:
        draw = np.random.default_rng(5).normal(size=(64, 64))
        turned, _ = np.linalg.qr(draw)
        anew = [
            Analysis(id, "pt", one.sentiment, (), (), (), "v2", NOW, vector=_turned(id, turned))
            for id, one in found.items()
        ]
        unit.analyses.add(anew)
    topics(app, NOW)
    with app.store.reading() as unit:
        assert unit.topics.posts_of(1, 100) == before


def _turned(id: int, turned: object) -> bytes:
    """The same post in another encoder's space."""
    raw = np.frombuffer(vector(1, id - 1) if id <= 30 else vector(None, id + 69), np.int8)
    return pack((raw.astype(np.float32) @ turned).astype(np.float32))


def test_a_topic_is_named_anew_once_it_has_grown_by_a_tenth(
    open_app: OpenApp, tmp_path: Path
) -> None:
    app = open_app(tmp_path)
    heard(app)
    topics(app, NOW)

    def renamed_after(numbers: Iterable[int]) -> bool:
        with app.store.writing() as unit:
            unit.topics.set_words(1, {})
        hear(app, BILLS, 1, numbers, days=1)
        topics(app, NOW)
        with app.store.reading() as unit:
            return bool(unit.topics.get_many([1])[1].words)

    assert renamed_after(range(700, 705))
    assert not renamed_after([800])
    assert renamed_after(range(900, 910))
