"""Asking people for labels, and telling how often the pipeline was right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from app.application import TAUGHT, App
from app.lessonfiles import take
from app.lessons import ASKED, DRAWN, accuracies, questions
from app.steps.analyse import analyse
from app.steps.learn import learn
from app.web import WebContext, create_app
from domain.analyses import Analysis, Asked, Correction, Label, Polarity, Sentiment
from domain.errors import UsageError
from domain.posts import Post
from nlp.teaching import Taught
from nlp.topics.vectors import unpack
from tests.app.small import NOW, OpenApp
from tests.app.test_topics import OURS, heard, vector


@pytest.fixture
def app(open_app: OpenApp, tmp_path: Path) -> App:
    app = open_app(tmp_path)
    heard(app)
    return app


def test_useful_posts_and_a_few_by_lot_are_asked_about(app: App) -> None:
    with app.store.reading() as unit:
        asked = questions(unit, NOW)
        again = questions(unit, NOW)
    assert asked == again and len({one.post.id for one in asked}) == ASKED
    assert sum(one.asked is Asked.DRAWN for one in asked) == DRAWN


def test_what_was_answered_is_not_asked_again(app: App) -> None:
    with app.store.writing() as unit:
        first = questions(unit, NOW)
        for one in first:
            value = one.analysis.sentiment.polarity.value
            unit.analyses.correct(
                Correction(one.post.id, Label.POLARITY, value, "ana", NOW, one.asked)
            )
        second = questions(unit, NOW)
    assert not {one.post.id for one in first} & {one.post.id for one in second}


def test_only_the_lot_tells_how_good_it_is(app: App) -> None:
    with app.store.writing() as unit:
        for one in questions(unit, NOW):
            lot = one.asked is Asked.DRAWN
            right = one.analysis.sentiment.polarity.value
            value = right if lot else "positive"
            unit.analyses.correct(
                Correction(one.post.id, Label.POLARITY, value, "ana", NOW, one.asked)
            )
            if lot:  # a second thought does not change what the pipeline had found
                unit.analyses.correct(
                    Correction(one.post.id, Label.POLARITY, "positive", "ana", NOW)
                )
        (told,) = accuracies(unit)
    assert (told.tally.asked, told.tally.right) == (DRAWN, DRAWN)
    assert told.low < told.share == told.high == 1.0 and 0.4 < told.low < 0.7


def test_the_page_asks_and_keeps_the_answers(app: App) -> None:
    context = WebContext(app.brands, app.stages, clock=lambda: NOW, zone=ZoneInfo("UTC"))
    with TestClient(create_app(app.store, context), base_url="http://localhost") as client:
        page = client.get("/teach?lang=pt").text
        token = page.split('name="token" value="')[1].split('"')[0]
        field = page.split('type="radio" name="')[1].split('"')[0]
        answers = {"token": token, field: "positive", "useful-999999-polarity": "negative"}
        answers |= {"useful-1-brand": "x", "odd": "1", "drawn-x-polarity": "positive"}
        done = client.post("/teach", data=answers, headers=OURS, follow_redirects=False)
        assert done.status_code == 303
    id = int(field.split("-")[1])
    with app.store.reading() as unit:
        assert dict(unit.lessons.polarities()) == {id: "positive"}
        assert [one.value for one in unit.analyses.corrections(id)] == ["positive"]


class Muddled:
    """A pipeline that finds everything neutral, unless people taught it better."""

    def __init__(self, taught: Taught | None) -> None:
        self._taught, self.version = taught, f"v-{taught is not None}"

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis]:
        for post in posts:
            theme, _, n = post.external_id.partition("-")
            place = vector(None if theme == "None" else int(theme), int(n))
            found = Sentiment(Polarity.NEUTRAL, 0.0, 0.5)
            if self._taught:
                found = self._taught.judged(found, unpack([place])[0])
            yield Analysis(post.id, "pt", found, (), (), (), self.version, now, vector=place)


def test_learning_makes_the_pipeline_judge_as_people_do(app: App) -> None:
    app.open_workers = lambda *parts: nullcontext(Muddled(parts[3]))  # type: ignore[assignment]
    with app.store.writing() as unit:
        for id in range(1, 61):
            value = "negative" if id <= 20 else "neutral"
            unit.analyses.correct(Correction(id, Label.POLARITY, value, "ana", NOW))
    learned = learn(app, NOW)
    assert learned.kept and learned.lessons == 60
    analyse(app, NOW)
    with app.store.reading() as unit:
        unseen = unit.analyses.get_many(range(21, 31))  # bills that nobody labelled negative
    with app.store.reading() as unit:
        assert unit.learned.get(TAUGHT)
    assert {one.version for one in unseen.values()} == {"v-True"}


def test_what_does_not_help_is_not_kept(app: App) -> None:
    app.open_workers = lambda *parts: nullcontext(Muddled(parts[3]))  # type: ignore[assignment]
    assert learn(app, NOW).taught is None
    with app.store.writing() as unit:
        unit.learned.keep(TAUGHT, {"weights": [], "numbers": [0, 0, 0, 0, 0]}, NOW)
    assert not learn(app, NOW).kept
    with app.store.reading() as unit:
        assert unit.learned.get(TAUGHT) is None


def test_labels_come_from_a_file_or_none_do(app: App, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("post,polarity,person\n1,negative,ana\n2,positive,rui\n", encoding="utf-8")
    assert take(app, path, NOW) == 2
    path.write_text("post,polarity,person\n3,negative,ana\n4,sad,rui\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 3"):
        take(app, path, NOW)
    path.write_text("id,polarity\n3,negative\n", encoding="utf-8")
    with pytest.raises(UsageError, match="columns"):
        take(app, path, NOW)
    path.write_text("post,polarity,person\n999,negative,ana\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no post 999"):
        take(app, path, NOW)
    with app.store.reading() as unit:
        assert dict(unit.lessons.polarities()) == {1: "negative", 2: "positive"}
