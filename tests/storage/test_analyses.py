from dataclasses import replace
from datetime import timedelta

import pytest

from domain.analyses import (
    Correction,
    Label,
    Mention,
    Opinion,
    Polarity,
    Sentiment,
    Span,
    StageLabel,
)
from domain.queries import Phrase


@pytest.fixture
def post_ids(store, make_post, now):
    with store.writing() as unit:
        return unit.posts.add([make_post("1"), make_post("2")], now).ids


def test_an_analysis_comes_back_as_it_went_in(store, make_analysis, post_ids):
    analysis = replace(
        make_analysis(post_ids[0]),
        mentions=(Mention("lua", Span(3, 6)), Mention("sol"), Mention("lua", Span(9, 12))),
        stages=(StageLabel("delivery", 0.9, Span(0, 4)), StageLabel("payment", 0.2)),
        opinions=(
            Opinion("price", Polarity.NEGATIVE, -0.4, 0.6, Span(1, 3)),
            Opinion("speed", Polarity.POSITIVE, 0.4, 0.6, Span(4, 8)),
        ),
    )
    other = replace(
        make_analysis(post_ids[1], brands=(), stages=()),
        sentiment=Sentiment(Polarity.NEUTRAL, 0.0, 0.5),
    )
    with store.writing() as unit:
        unit.analyses.add([analysis, other])
    with store.reading() as unit:
        assert unit.analyses.get(post_ids[0]) == analysis
        found = unit.analyses.get_many([*post_ids, 99])
        assert found == {post_ids[0]: analysis, post_ids[1]: other}
        assert unit.analyses.get(99) is None


def test_a_later_analysis_takes_the_place_of_the_earlier(store, make_analysis, post_ids):
    later = make_analysis(post_ids[0], "positive", brands=("sol",), stages=(), version="2")
    with store.writing() as unit:
        unit.analyses.add([make_analysis(post_ids[0], brands=("lua", "mar"))])
        unit.analyses.add([later])
        unit.analyses.add([])
        assert unit.analyses.get(post_ids[0]) == later


def test_an_analysis_of_an_erased_post_is_passed_over(store, make_analysis, post_ids):
    with store.writing() as unit:
        unit.analyses.add([make_analysis(987), make_analysis(post_ids[0])])
        assert list(unit.analyses.get_many([987, *post_ids])) == [post_ids[0]]


@pytest.mark.parametrize("corrected_first", [True, False])
def test_a_person_wins_over_every_version(store, make_analysis, post_ids, now, corrected_first):
    post_id = post_ids[0]
    labels = {
        Label.POLARITY: "positive",
        Label.STAGE: "payment",
        Label.BRAND: "sol",
        Label.LANGUAGE: "en",
    }
    with store.writing() as unit:
        if not corrected_first:
            unit.analyses.add([make_analysis(post_id)])
        for label, value in labels.items():
            unit.analyses.correct(Correction(post_id, label, value, "mia", now))
        for version in ("2", "3"):
            if corrected_first or version == "3":
                unit.analyses.add([make_analysis(post_id, version=version)])
            seen = unit.analyses.get(post_id)
            if seen is None:
                continue
            assert seen.sentiment == Sentiment(Polarity.POSITIVE, 1.0, 1.0)
            assert (seen.stage, seen.brands, seen.language) == ("payment", ("sol",), "en")
    with store.reading() as unit:
        assert unit.posts.search(Phrase(("tarde",)), brand="sol")
        assert not unit.posts.search(Phrase(("tarde",)), brand="lua")
        said = unit.analyses.corrections(post_id)
        assert [(one.label, one.value) for one in said] == list(labels.items())
        assert unit.analyses.corrections(post_ids[1]) == []


def test_the_latest_word_wins_and_an_empty_one_says_none(store, make_analysis, post_ids, now):
    post_id = post_ids[0]
    with store.writing() as unit:
        unit.analyses.add([make_analysis(post_id)])
        unit.analyses.correct(
            Correction(post_id, Label.STAGE, "", "mia", now + timedelta(minutes=1))
        )
        unit.analyses.correct(Correction(post_id, Label.STAGE, "payment", "rui", now))
        assert unit.analyses.get(post_id).stage is None


def test_grouping_is_asked_for_after_every_change(store, make_analysis, post_ids, now):
    with store.writing() as unit:
        unit.analyses.add([make_analysis(one) for one in post_ids])
        assert unit.analyses.ungrouped(1) == [post_ids[0]]
        unit.analyses.mark_grouped(post_ids)
        assert unit.analyses.ungrouped(9) == []
        unit.analyses.correct(Correction(post_ids[1], Label.STAGE, "payment", "mia", now))
        assert unit.analyses.ungrouped(9) == [post_ids[1]]
        unit.analyses.mark_grouped(post_ids)
        unit.analyses.add([make_analysis(post_ids[0], version="2")])
        assert unit.analyses.ungrouped(9) == [post_ids[0]]
