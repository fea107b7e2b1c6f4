"""Adoption: curves that are there are found, and those who led get the credit."""

from __future__ import annotations

import numpy as np
import pytest

from graph.actions import ActionLog
from graph.adopters import adoption
from graph.bass import LEAST, Category, categories, fit

DAY = 86_400.0


def bass_times(p: float, q: float, market: int, seed: int) -> np.ndarray:  # type: ignore[type-arg]
    """Adoption times (seconds) of a whole market, drawn from the curve itself."""
    share = np.random.default_rng(seed).random(market)
    days = np.log((1 + q / p * share) / (1 - share)) / (p + q)
    return np.sort(days) * DAY


@pytest.mark.parametrize(("p", "q"), [(0.01, 0.4), (0.03, 0.3), (0.002, 0.8)])
def test_a_curve_is_found_again(p: float, q: float) -> None:
    times = bass_times(p, q, 2_000, seed=4)
    curve = fit(times, times[-1] + DAY)
    assert curve is not None and curve.fits
    assert curve.imitation == pytest.approx(q, rel=0.15)
    assert curve.innovation == pytest.approx(p, rel=0.5)
    assert curve.market == pytest.approx(2_000, rel=0.05)


def test_the_market_is_foreseen_past_the_peak() -> None:
    times = bass_times(0.01, 0.4, 3_000, seed=5)
    seen = times[: int(0.7 * len(times))]
    curve = fit(seen, float(seen[-1]))
    assert curve is not None and curve.fits
    assert curve.market == pytest.approx(3_000, rel=0.15)


def test_what_follows_no_curve_is_said_not_to() -> None:
    draw = np.random.default_rng(6)
    bursts = np.concatenate([draw.normal(5, 0.1, 300), draw.normal(60, 0.1, 300)]) * DAY
    curve = fit(bursts, 61 * DAY)
    assert curve is not None and not curve.fits


def test_too_few_make_no_curve() -> None:
    assert fit(np.arange(LEAST - 1) * DAY, 100 * DAY) is None
    assert fit(np.full(50, DAY), 2 * DAY) is None


def test_categories_are_rogers_shares() -> None:
    found = categories(np.arange(1_000.0), None)
    counted = [found.count(one) for one in Category]
    assert counted == [25, 135, 340, 340, 160]
    assert found[0] is Category.INNOVATOR and found[-1] is Category.LAGGARD


def test_of_a_market_that_has_just_begun_all_are_early() -> None:
    times = bass_times(0.01, 0.4, 3_000, seed=5)
    curve = fit(times, float(times[-1]))
    assert curve is not None
    early = set(categories(times[:400], curve))
    assert early == {Category.INNOVATOR, Category.EARLY_ADOPTER}


def test_credit_goes_to_those_listened_to_before() -> None:
    acts = [
        (1, 3, 25.0, 101, 1, "reply"),
        (2, 3, 26.0, 102, 2, "share"),
        (2, 3, 27.0, 103, 2, "reply"),
        (1, 4, 60.0, 104, 1, "reply"),  # after 4 had adopted
        (3, 2, 15.0, 105, 3, "reply"),  # 3 had not adopted yet
        (5, 4, 35.0, 106, 5, "reply"),  # 5 never adopted
    ]
    log = ActionLog.build([acts], [[(n, 0.0) for n in range(1, 6)]])
    found = adoption(log, {2: 20.0, 1: 10.0, 4: 40.0, 3: 30.0, 77: 50.0}, 90.0)
    assert [one.author_id for one in found.adopters] == [1, 2, 3, 4, 77]
    assert [one.led for one in found.adopters] == [0.5, 0.5, 0.0, 0.0, 0.0]
    assert [one.author_id for one in found.leaders(2)] == [1, 2]


def test_nobody_adopts_nothing() -> None:
    found = adoption(ActionLog.build([], []), {}, 0.0)
    assert found.adopters == () and found.curve is None
