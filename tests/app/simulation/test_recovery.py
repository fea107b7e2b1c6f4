from __future__ import annotations

import random
from math import inf

import numpy as np
import pytest

from app.simulation.people import settle
from app.simulation.recovery import Recovery, Told, tell
from app.simulation.settings import RecoveryPlan, TownSettings
from app.simulation.speech import Speech
from app.simulation.story import openings
from app.simulation.ties import draw_ties


def told(settings: TownSettings, seed: int = 1) -> Told:
    dice = [np.random.default_rng((seed, part)) for part in range(3)]
    people = settle(settings, dice[0])
    audience = draw_ties(settings, people, dice[1]).audience
    return tell(
        settings, people, openings(settings, people, audience, dice[2]), random.Random(seed)
    )


@pytest.fixture(scope="module")
def many(settings: TownSettings) -> Told:
    return told(settings.model_copy(update={"customers": 6_000}))


def share(ones: list[Recovery], field: str) -> float:
    return sum(getattr(one, field) < inf for one in ones) / len(ones)


def within(seen: float, plan: float, count: int) -> bool:
    return abs(seen - plan) < 4 * (plan * (1 - plan) / count) ** 0.5


def test_answers_and_silence_have_the_stated_effect(many: Told) -> None:
    plan, all_ = RecoveryPlan(), many.recoveries
    answered = [one for one in all_ if one.answered_at < inf]
    silent = [one for one in all_ if one.answered_at == inf]
    glad = [one for one in answered if one.satisfied_at < inf]
    vain = [one for one in answered if one.satisfied_at == inf]
    assert len(all_) > 4_000
    assert within(share(all_, "answered_at"), plan.answered, len(all_))
    assert within(share(answered, "satisfied_at"), plan.satisfied, len(answered))
    assert within(share(silent, "churned_at"), plan.churn_unanswered, len(silent))
    assert within(share(vain, "churned_at"), plan.churn_unsatisfied, len(vain))
    assert within(share(glad, "churned_at"), plan.churn_satisfied, len(glad))
    assert all(one.satisfied_at == inf for one in silent)


def test_things_come_in_their_order(many: Told) -> None:
    for one in many.recoveries:
        complaint = many.seeds[one.seed]
        assert complaint.saying.speech in (Speech.COMPLAINT, Speech.GRAVE)
        assert complaint.at < min(one.answered_at, one.churned_at)
        if one.satisfied_at < inf:
            assert one.answered_at < one.satisfied_at
            assert one.satisfied_at < one.churned_at


def test_those_put_right_say_so_and_nobody_else_does(many: Told, settings: TownSettings) -> None:
    said = {seed.answers: seed for seed in many.seeds if seed.saying.speech is Speech.RELIEF}
    for number, one in enumerate(many.recoveries):
        assert (number in said) is (one.satisfied_at < settings.seconds)
        if number in said:
            assert said[number].at == one.satisfied_at
            assert said[number].author == many.seeds[one.seed].author


def test_seeds_come_in_order_of_time(many: Told) -> None:
    times = [seed.at for seed in many.seeds]
    assert times == sorted(times)


def test_a_town_without_an_answer_has_no_relief(settings: TownSettings) -> None:
    plan = RecoveryPlan(answered=0, churn_unanswered=1, tells_churn=1)
    lonely = told(settings.model_copy(update={"recovery": plan}))
    speeches = {seed.saying.speech for seed in lonely.seeds}
    assert Speech.RELIEF not in speeches
    assert Speech.FAREWELL in speeches
    assert share(lonely.recoveries, "churned_at") == 1


def test_an_incident_brings_complaints_about_its_stage(settings: TownSettings) -> None:
    story = told(settings)
    hit = [seed for seed in story.seeds if seed.incident >= 0]
    assert len(hit) > 100
    for seed in hit:
        plan = settings.incidents[seed.incident]
        start = settings.seconds - plan.starts_before_end_hours * 3600
        assert seed.saying.theme == plan.stage
        assert start <= seed.at <= start + plan.hours * 3600
    bad = sum(seed.saying.speech in (Speech.COMPLAINT, Speech.GRAVE) for seed in hit)
    assert bad > 0.85 * len(hit)
