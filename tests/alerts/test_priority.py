from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.priority import PrioritySettings, Severity, Told, prioritise, severity
from domain.analyses import Analysis, Ground, Judgement, Polarity, Sentiment
from domain.brands import ServiceStage
from domain.experiences import Priority, Reach, Reason
from domain.posts import Post, PostKind, Rating

NOW = datetime(2026, 5, 1, tzinfo=UTC)
SETTINGS = PrioritySettings(serious_words=("fraude", "small claims court"))
DELIVERY = ServiceStage("delivery", "Delivery", weight=0.8)


def told(score: float, text: str = "chegou tarde", rating: float | None = None) -> Told:
    post = Post(
        "forum", "1", PostKind.POST, text, NOW, rating=Rating(rating) if rating else None, id=1
    )
    polarity = Polarity.NEGATIVE if score < 0 else Polarity.POSITIVE
    return post, Analysis(1, "pt", Sentiment(polarity, score, 0.9), (), (), (), "v", NOW)


def test_a_happy_customer_has_no_severity() -> None:
    assert severity([told(0.8)], DELIVERY, SETTINGS) == Severity(0.0, ())


def test_severity_is_negativity_times_the_stages_weight() -> None:
    judged = severity([told(-0.5)], DELIVERY, SETTINGS)
    assert judged.value == pytest.approx(0.5 * 0.9)
    assert [factor.name for factor in judged.factors] == ["negativity", "stage"]
    assert judged.factors[1].reason.params == {"stage": "delivery", "weight": 0.8}


def test_a_rating_speaks_louder_than_the_words() -> None:
    judged = severity([told(0.9, rating=1)], None, SETTINGS)
    assert judged.factors[0].reason.code == "severity.rating"
    assert judged.value == pytest.approx(0.75)


def test_serious_words_lift_whole_words_only() -> None:
    plain = severity([told(-0.5)], DELIVERY, SETTINGS)
    lifted = severity([told(-0.5, "isto é FRAUDE!")], DELIVERY, SETTINGS)
    phrase = severity([told(-0.5, "see you in small claims court.")], DELIVERY, SETTINGS)
    other = severity([told(-0.5, "fraudeless")], DELIVERY, SETTINGS)
    assert lifted.value == phrase.value == pytest.approx(1 - (1 - plain.value) * 0.5)
    assert other.value == plain.value


def test_a_grave_text_lifts_it_and_says_why() -> None:
    ground = Ground(Reason("severity.harm", {"words": "pegou fogo"}), 0.75)
    post, analysis = told(-0.5)
    grave = replace(analysis, severity=Judgement(0.75, (ground,)))
    plain = severity([told(-0.5)], DELIVERY, SETTINGS)
    judged = severity([(post, grave), told(-0.5)], DELIVERY, SETTINGS)
    assert judged.value == pytest.approx(1 - (1 - plain.value) * (1 - 0.6 * 0.75))
    assert judged.factors[-1].name == "harm"
    assert judged.factors[-1].reason == ground.reason


def test_what_is_grave_in_itself_counts_without_displeasure() -> None:
    ground = Ground(Reason("severity.harm", {"words": "pegou fogo"}), 0.75)
    post, analysis = told(0.1)
    assert severity([(post, replace(analysis, severity=Judgement(0.3)))], None, SETTINGS).value == 0
    grave = replace(analysis, severity=Judgement(0.75, (ground,)))
    assert severity([(post, grave)], None, SETTINGS).value == pytest.approx(0.45)


def test_a_calm_follow_up_does_not_undo_a_bad_experience() -> None:
    both = severity([told(-0.9), told(0.3)], DELIVERY, SETTINGS)
    assert both.value == pytest.approx(0.45 * 0.9)


def reach(to_come: float) -> Reach:
    return Reach(3, to_come, to_come / 2, to_come * 2)


def test_priority_is_severity_times_people_still_to_be_met() -> None:
    priority = prioritise(Severity(0.5, ()), reach(40), (), timedelta(hours=2), 10, SETTINGS)
    assert priority.value == 20
    assert not priority.floored


def floored(days: float, value: float = 0.9, top: float = 30) -> Priority:
    waiting = timedelta(days=days)
    return prioritise(Severity(value, ()), reach(0.1), (), waiting, top, SETTINGS)


def test_a_serious_quiet_case_rises_to_the_top_tenth_as_it_waits() -> None:
    values = [floored(days).value for days in (0, 3.5, 7)]
    assert values == pytest.approx([0.9, 0.9 * 15, 0.9 * 30])
    assert floored(1).floored
    assert floored(1).factors[-1].reason.params == {"hours": 24}


def test_it_never_counts_for_less_than_one_person_while_it_can_be_mended() -> None:
    assert floored(7, top=0).value == pytest.approx(0.9)


def test_the_floor_fades_once_a_case_is_too_old() -> None:
    assert floored(21).value == pytest.approx(0.9 * 30 / 4)


@pytest.mark.parametrize(("value", "waiting"), [(0.3, timedelta(days=9)), (0.9, None)])
def test_no_floor_for_mild_or_answered_cases(value: float, waiting: timedelta | None) -> None:
    priority = prioritise(Severity(value, ()), reach(0), (), waiting, 30, SETTINGS)
    assert priority.value == 0
    assert not priority.floored


@given(st.floats(0, 1), st.floats(0, 1e6), st.floats(0, 1e6))
def test_more_reach_never_lowers_priority(value: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    waiting = timedelta(hours=5)
    less = prioritise(Severity(value, ()), reach(low), (), waiting, 9, SETTINGS)
    more = prioritise(Severity(value, ()), reach(high), (), waiting, 9, SETTINGS)
    assert less.value <= more.value
