import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.actions import ActionLog
from graph.cascades import cascades
from graph.delays import Delays, learn_delays, usual_delays
from graph.histories import histories

DAY = 86_400.0


def log_of_delays(started: np.ndarray, delay: np.ndarray, now: float) -> ActionLog:
    """One post and one act for each delay; acts after now have not happened yet."""
    posts = [(1, float(at), i + 1) for i, at in enumerate(started)]
    acts = [
        (1, 2 + i, float(at + wait), 10**6 + i, i + 1, "reply")
        for i, (at, wait) in enumerate(zip(started, delay, strict=True))
        if at + wait <= now
    ]
    return ActionLog.build([acts], [posts])


def learned(log: ActionLog, now: float) -> Delays:
    return learn_delays(histories(log, cascades(log), np.zeros(log.authors), now))


def test_plain_shares_where_every_post_is_old() -> None:
    delay = np.arange(1.0, 101.0)
    found = learned(log_of_delays(np.zeros(100), delay, 10 * DAY), 10 * DAY)
    assert found.come([0.0, 1.0, 50.5, 99.0, 100.0]) == pytest.approx([0, 0.01, 0.5, 0.99, 1.0])
    assert found.survival([50.5]) == pytest.approx([0.5])


def test_young_posts_do_not_make_it_too_quick() -> None:
    chance = np.random.default_rng(2)
    started, delay = chance.random(20_000) * 2 * DAY, chance.exponential(DAY / 2, 20_000)
    log = log_of_delays(started, delay, 2 * DAY)
    plain = np.mean(log.at - started[log.on_post - 1] <= DAY / 4)
    found = learned(log, 2 * DAY).come([DAY / 4, DAY / 2, DAY])
    truth = (1 - np.exp([-0.5, -1.0, -2.0])) / (1 - np.exp(-4.0))
    assert found == pytest.approx(truth, abs=0.03)
    assert plain > truth[0] + 0.05, "or this test shows nothing"


def test_too_little_data_or_unknown_times_fall_back() -> None:
    few = log_of_delays(np.zeros(5), np.arange(5.0), DAY)
    assert np.array_equal(learned(few, DAY).share, usual_delays().share)
    acts = [(1, 2 + i, 50.0, 100 + i, 1 + i, "reply") for i in range(99)]
    unknown = ActionLog.build([acts], [[(1, 0.0)] * 99])
    assert np.array_equal(learned(unknown, DAY).share, usual_delays().share)


def test_acts_before_their_post_are_taken_for_immediate() -> None:
    found = learned(log_of_delays(np.full(60, 100.0), np.full(60, -50.0), DAY), DAY)
    assert found.come([0.0]) == pytest.approx([1.0])


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=60, max_size=120))
def test_always_a_distribution(rows: list[tuple[float, float]]) -> None:
    started, delay = (np.array(column) for column in zip(*rows, strict=True))
    found = learned(log_of_delays(started, delay, 2e6), 2e6)
    shares = found.come(np.geomspace(1e-3, 1e7, 200))
    assert np.all(np.diff(shares) >= 0)
    assert np.all((shares >= 0) & (shares <= 1 + 1e-12))
    assert found.come([1e9]) == pytest.approx([1.0])
