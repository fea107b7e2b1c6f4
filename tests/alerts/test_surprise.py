from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.surprise import _quantile, episodes, strangeness

ONCE_IN = 100.0


def _town(days: int, level: float = 40.0, seed: int = 3) -> np.ndarray:
    """Hours of a brand that sleeps at night and is talked of by day."""
    hours = np.arange(24 * days)
    rate = level * (1.2 + np.sin(2 * np.pi * (hours % 24 - 6) / 24))
    return np.random.default_rng(seed).negative_binomial(8, 8 / (8 + rate))


def test_the_usual_follows_the_hour_of_the_day() -> None:
    strange = strangeness(_town(30), span=1)
    usual = strange.usual[-24:]
    assert usual[12] > 3 * usual[0]
    assert np.isnan(strange.usual[:48]).all()


def test_a_burst_surprises_and_a_usual_noon_does_not() -> None:
    counts = _town(30)
    counts[700] += 900
    surprise = strangeness(counts, span=3).surprise(ONCE_IN)
    assert surprise[700] > 0.5
    assert (surprise[680:700] < 0).all()


def test_a_burst_that_comes_every_night_is_no_news() -> None:
    counts = _town(30)
    counts[3::24] += 900
    assert strangeness(counts, span=1).surprise(ONCE_IN)[-21] < 0
    once = _town(30)
    once[-21] += 900
    assert strangeness(once, span=1).surprise(ONCE_IN)[-21] > 0


@pytest.mark.parametrize("hours", [0, 1, 47, 48, 49, 100])
@pytest.mark.parametrize("level", [0, 5])
def test_short_and_silent_histories_are_judged_without_a_word(hours: int, level: int) -> None:
    surprise = strangeness(np.full(hours, level), span=3).surprise(ONCE_IN)
    assert len(surprise) == hours
    assert not (surprise[:48] > -np.inf).any()


@settings(max_examples=25, deadline=None)
@given(st.integers(60, 400), st.integers(0, 10**6))
def test_the_future_changes_nothing(length: int, shout: int) -> None:
    counts = _town(20)
    loud = counts.copy()
    loud[length:] = shout
    before = strangeness(counts, span=3).surprise(ONCE_IN)[:length]
    after = strangeness(loud, span=3).surprise(ONCE_IN)[:length]
    assert np.array_equal(before, after)


def test_enormous_counts_do_not_overflow() -> None:
    counts = _town(30).astype(np.int64)
    counts[700] = 2**40
    assert np.isfinite(strangeness(counts, span=3).surprise(ONCE_IN)[48:]).all()


@pytest.mark.parametrize(
    ("opens", "stays", "expected"),
    [
        ("0010000", "0010000", [2]),
        ("0010100", "0010100", [2]),
        ("0010001", "0010001", [2, 6]),
        ("0010001", "0011001", [2]),
        ("1000000", "1111111", [0]),
        ("0000000", "1111111", []),
    ],
)
def test_an_episode_ends_after_its_rest(opens: str, stays: str, expected: list[int]) -> None:
    flags = [np.array([letter == "1" for letter in text]) for text in (opens, stays)]
    assert episodes(flags[0], flags[1], rest=3) == expected


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-50, 50), min_size=3, max_size=3), min_size=1), st.floats(0, 1))
def test_the_quantile_is_numpys(rows: list[list[float]], share: float) -> None:
    holed = np.array([[np.nan, *row] for row in rows])
    assert np.allclose(_quantile(holed, share), np.nanquantile(holed, share, axis=1))
