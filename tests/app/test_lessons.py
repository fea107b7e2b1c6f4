"""Asking people for labels, and telling how often the pipeline was right."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient

from app.application import App
from app.lessons import ASKED, DRAWN, accuracies, questions
from app.web import WebContext, create_app
from domain.analyses import Asked, Correction, Label
from tests.app.small import NOW, OpenApp
from tests.app.test_topics import OURS, heard


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
