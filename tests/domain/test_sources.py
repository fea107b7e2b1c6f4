"""A source's habit: silence is judged by the same hours of earlier weeks."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import pytest

from domain.sources import Habit, Visit, habit_of, id_gaps

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)
WEEK = 84  # visits, one every two hours


def rate(at: datetime, weekly: float) -> float:
    """Posts an hour: nights are still, weekends nearly so."""
    day = 0.1 if at.weekday() >= 5 else 1.0
    clock = 0.05 if at.hour < 7 else 1.0
    return weekly * day * clock / 92.2


def drawn(dice: random.Random, mean: float) -> int:
    """A Poisson number, by Knuth's product of uniforms."""
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count


def simulated(weeks: int, weekly: float, seed: int) -> list[Visit]:
    dice = random.Random(seed)
    times = [START + 2 * HOUR * n for n in range(weeks * WEEK)]
    return [Visit(at, drawn(dice, 2 * rate(at, weekly)), True) for at in times]


def judged(visits: list[Visit], upto: int) -> Habit:
    return habit_of(visits[max(0, upto - 10 * WEEK) : upto], visits[upto - 1].at)


@pytest.mark.parametrize("weekly", [5, 40, 300])
def test_a_regular_source_raises_hardly_any_false_alarm(weekly: float) -> None:
    """Six sources for twenty weeks each, looked at every six hours: at most one a year each."""
    alarms, years = 0, 0.0
    for seed in range(6):
        visits, before = simulated(20, weekly, seed), False
        for upto in range(12, len(visits), 3):
            now = judged(visits, upto)
            alarms += (now.quiet or now.faint) and not before
            before = now.quiet or now.faint
        years += 20 / 52
    assert alarms <= years, (alarms, years)


@pytest.mark.parametrize(("weekly", "within"), [(300, 10), (40, 60), (5, 24 * 21)])
def test_a_source_that_falls_silent_is_noticed(weekly: float, within: int) -> None:
    for seed in range(3):
        visits = simulated(15, weekly, seed)
        falls = 11 * WEEK + 5  # on a Monday morning
        visits = [Visit(one.at, 0, True) if n >= falls else one for n, one in enumerate(visits)]
        noticed = next(n for n in range(falls, len(visits)) if judged(visits, n).quiet)
        assert 2 * (noticed - falls) <= within


def test_a_silent_weekend_is_no_news() -> None:
    visits = [
        Visit(one.at, 0 if one.at.weekday() >= 5 else one.posts_new, True)
        for one in simulated(12, 300, 1)
    ]
    alarms = [n for n in range(8 * WEEK, len(visits)) if judged(visits, n).quiet]
    assert alarms == []


def test_half_a_conversation_is_noticed() -> None:
    visits = simulated(12, 300, 3)
    cut = 10 * WEEK
    faint = [
        Visit(one.at, one.posts_new // 5 if n >= cut else one.posts_new, True)
        for n, one in enumerate(visits)
    ]
    assert not judged(faint, cut).faint
    assert judged(faint, cut + WEEK).faint


def test_a_source_that_cannot_be_read_fails_and_is_not_quiet() -> None:
    visits = [Visit(one.at, one.posts_new, n < 800) for n, one in enumerate(simulated(10, 300, 4))]
    visits = [one if one.heard else Visit(one.at, 0, False) for one in visits]
    now = judged(visits, 830)
    assert not now.quiet
    assert now.failing == 60 * HOUR
    assert now.last_success == visits[799].at


def test_a_young_source_has_no_habit_yet() -> None:
    visits = [Visit(START, 9_000, True), *(Visit(START + HOUR * n, 0, True) for n in range(1, 50))]
    now = habit_of(visits, visits[-1].at)
    assert (now.quiet, now.faint, now.expected, now.usual_week) == (False, False, None, None)
    assert now.week == 0


def test_holes_in_dense_ids_are_told() -> None:
    ids = [f"comment-{n}" for n in range(1, 200) if not 100 <= n < 160]
    (gap,) = id_gaps([*ids, "other", "post-9"])
    assert (gap.after, gap.before, gap.missing) == ("comment-99", "comment-160", 60)
    assert id_gaps(f"comment-{n * 37}" for n in range(200)) == []
    assert id_gaps(ids[:40]) == []
