import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from domain.experiences import Reach
from graph.actions import ActionLog
from graph.cascades import cascades
from graph.delays import usual_delays
from graph.forecast import fit_sizes, forecast, to_come_of

expectations = st.floats(0.0, 1e4)
counts = st.integers(0, 10_000)
ages = st.floats(0.0, 1e7)
shapes = st.floats(0.05, 20.0)
USUAL = usual_delays()


def made(expected: float, so_far: int, age: float, shape: float) -> Reach:
    return forecast(expected, so_far, age, USUAL, shape)


@given(expectations, counts, ages, shapes)
def test_the_interval_holds_the_mean(
    expected: float, so_far: int, age: float, shape: float
) -> None:
    reach = made(expected, so_far, age, shape)
    assert 0 <= reach.low <= reach.to_come <= reach.high
    assert reach.high <= 20 * reach.to_come + 50
    assert reach.so_far == so_far


@given(expectations, counts, ages, ages, shapes)
def test_less_is_to_come_as_time_goes_by(
    expected: float, so_far: int, one: float, other: float, shape: float
) -> None:
    early, late = sorted((one, other))
    before, after = made(expected, so_far, early, shape), made(expected, so_far, late, shape)
    assert after.to_come <= before.to_come * (1 + 1e-9)


@given(expectations, counts, counts, ages, shapes)
def test_who_has_met_more_will_meet_more(
    expected: float, one: int, other: int, age: float, shape: float
) -> None:
    few, many = sorted((one, other))
    assert made(expected, few, age, shape).to_come <= made(expected, many, age, shape).to_come


@given(expectations, expectations, counts, ages, shapes)
def test_a_greater_voice_will_meet_more(
    one: float, other: float, so_far: int, age: float, shape: float
) -> None:
    small, great = sorted((one, other))
    low, high = made(small, so_far, age, shape), made(great, so_far, age, shape)
    assert low.to_come <= high.to_come * (1 + 1e-9)


def test_at_first_what_is_expected_at_last_nothing() -> None:
    assert made(12.0, 0, 0.0, 1.0).to_come == pytest.approx(12.0)
    assert made(12.0, 40, 1e9, 1.0) == Reach(40, 0.0, 0.0, 0.0)


def test_the_posterior_predictive_covers_what_comes() -> None:
    chance = np.random.default_rng(5)
    expected, shape, share = 6.0, 0.7, 0.4
    rate = chance.gamma(shape, expected / shape, 40_000)
    so_far, later = chance.poisson(rate * share), chance.poisson(rate * (1 - share))
    mean, low, high = to_come_of(np.full(40_000, expected), so_far, np.full(40_000, share), shape)
    assert mean.mean() == pytest.approx(later.mean(), rel=0.02)
    assert 0.8 <= np.mean((low <= later) & (later <= high)) < 0.95  # counts are coarse


def test_the_interval_is_that_of_scipy() -> None:
    chance = np.random.default_rng(7)
    so_far, come = chance.integers(0, 300, 2_000), chance.random(2_000)
    expected = chance.gamma(0.5, 40.0, 2_000)
    mean, low, high = to_come_of(expected, so_far, come, 0.8)
    rate = 0.8 / expected + come
    law = nbinom(0.8 + so_far, rate / (rate + 1 - come))
    assert np.array_equal(low, np.minimum(law.ppf(0.1), mean))
    assert np.array_equal(high, np.maximum(law.ppf(0.9), mean))


@pytest.mark.parametrize(("shape", "lift", "trust"), [(0.2, 1.0, 1.0), (3.0, 4.0, 0.5)])
def test_the_law_of_sizes_is_found_again(shape: float, lift: float, trust: float) -> None:
    chance = np.random.default_rng(6)
    expected = np.array([0.5, 2.0, 8.0])
    acts, said, post = [], [], 0
    for author, mean in enumerate(lift * expected**trust):
        for size in chance.poisson(chance.gamma(shape, mean / shape, 700)):
            post += 1
            said.append((author, 0.0))
            acts += [(author, 100 + i, 1.0, 0, post, "reply") for i in range(size)]
    log = ActionLog.build([acts], [said])
    others = np.full(log.authors - 3, 0.1)
    found = fit_sizes(log, cascades(log), np.concatenate([expected, others]))
    assert found.shape == pytest.approx(shape, rel=0.25)
    assert found.lift == pytest.approx(lift, rel=0.15)
    assert found.trust == pytest.approx(trust, abs=0.1)
    assert found.mean(expected) == pytest.approx(lift * expected**trust, rel=0.2)


def test_answers_do_not_count_as_posts_that_met_nobody() -> None:
    """Author 1 starts threads that always meet two people; 2 and 3 only ever answer."""
    acts, said = [], []
    for i in range(100):
        said += [(1, 0.0, 1_000 + i), (2, 1.0, 2_000 + i), (3, 1.0, 3_000 + i)]
        acts += [(1, v, 1.0, v * 1_000 + i, 1_000 + i, "reply") for v in (2, 3)]
    log = ActionLog.build([acts], [said])
    found = fit_sizes(log, cascades(log), np.array([2.0, 5.0, 5.0]))
    assert found.mean(np.array([2.0])) == pytest.approx([2.0], rel=0.1)


def test_without_posts_all_are_one() -> None:
    log = ActionLog.build([], [])
    found = fit_sizes(log, cascades(log), np.empty(0))
    assert (found.shape, found.lift, found.trust) == pytest.approx((1.0, 1.0, 1.0), rel=0.01)
