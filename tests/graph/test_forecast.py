import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.experiences import Reach
from graph.actions import ActionLog
from graph.cascades import cascades
from graph.forecast import Forecast, self_exciting
from graph.histories import Histories, Precedents, histories
from graph.pace import Pace, learn_pace

DAY = 86_400.0
USUAL = Pace.decode(None)


def grown(count: int, seed: int, audience: float = 4.0) -> Histories:
    """Cascades in which a first wave of heavy-tailed size comes with a mean delay of an hour."""
    chance = np.random.default_rng(seed)
    expected = chance.gamma(1.0, audience, count)
    sizes = chance.poisson(expected * chance.gamma(1.0, 1.0, count))
    return Histories.of(
        (chance.exponential(3_600.0, size), 30 * DAY, mean)
        for size, mean in zip(sizes, expected, strict=True)
    )


def forecasts(pace: Pace, posts: Histories, age: float) -> list[Forecast]:
    rows = zip(posts.starts[:-1], posts.starts[1:], posts.expected, strict=True)
    cut = ((posts.delay[first:last], mean) for first, last, mean in rows)
    return [pace.forecast(delay[delay <= age], age, mean) for delay, mean in cut]


@pytest.fixture(scope="module")
def pace() -> Pace:
    return learn_pace(grown(1_500, 1))


@pytest.mark.parametrize("age", [600.0, 3_600.0])
def test_intervals_hold_what_comes_and_means_add_up(pace: Pace, age: float) -> None:
    later = grown(600, 2)
    made = forecasts(pace, later, age)
    to_come = later.sizes() - later.met_by(age)
    held = [one.low <= people <= one.high for one, people in zip(made, to_come, strict=True)]
    assert 0.72 <= np.mean(held) <= 0.9
    assert sum(one.to_come for one in made) == pytest.approx(to_come.sum(), rel=0.15)


def test_it_beats_the_count_so_far(pace: Pace) -> None:
    later = grown(600, 3)
    made, size = forecasts(pace, later, 1_800.0), later.sizes() + 1
    ours = np.array([one.so_far + 1 + one.typical for one in made])
    so_far = later.met_by(1_800.0) + 1
    assert np.abs(ours - size).sum() < 0.8 * np.abs(so_far - size).sum()


def test_an_answer_averts_less_the_longer_it_waits(pace: Pace) -> None:
    for known in (pace, USUAL):
        made = known.forecast([60.0, 90.0, 500.0], 600.0, 6.0, waits=(0.0, 3_600.0, DAY))
        at_once, hour, day = made.averted
        assert at_once == pytest.approx(made.to_come, rel=0.05)
        assert made.to_come >= hour >= day >= 0
        assert hour > day


def test_what_is_over_is_over(pace: Pace) -> None:
    for known in (pace, USUAL):
        assert known.forecast([5.0] * 40, 365 * DAY, 12.0).to_come < 1.0


def test_who_has_met_more_and_who_is_heard_more_will_meet_more(pace: Pace) -> None:
    few, many = (pace.forecast([60.0] * n, 600.0, 4.0).to_come for n in (1, 6))
    quiet, loud = (pace.forecast([60.0], 600.0, mean).to_come for mean in (0.5, 12.0))
    assert many > few
    assert loud > quiet


@given(
    st.lists(st.floats(0, 1e5), max_size=50),
    st.floats(0, 1e7),
    st.floats(0.001, 1e4),
)
def test_numbers_are_possible(delays: list[float], age: float, expected: float) -> None:
    made = USUAL.forecast(delays, age, expected, waits=(60.0,))
    assert made.so_far == sum(delay <= age for delay in delays)
    assert 0 <= made.low <= made.typical <= made.high
    assert 0 <= made.averted[0] <= made.to_come * (1 + 1e-9)
    assert np.isfinite(made.high)


def test_at_first_it_is_what_the_author_usually_sets_in_motion() -> None:
    assert USUAL.forecast([], 0.0, 12.0).to_come == pytest.approx(12.0)


def test_each_act_heats_and_silence_cools() -> None:
    one = np.ones(1)
    quiet, busy = (self_exciting(n * one, 0.5 * one, 0.5 * one, 2 * one)[0] for n in (0, 3))
    assert busy > quiet
    later = self_exciting(0 * one, 0.9 * one, 0.1 * one, 2 * one)[0]
    assert later < quiet


def test_the_interval_of_the_queue_contains_the_mean() -> None:
    assert Forecast(3, 9.0, 1.0, 0.0, 4.0).reach == Reach(3, 9.0, 0.0, 9.0)


def test_what_is_kept_forecasts_the_same(pace: Pace) -> None:
    again = Pace.decode(pace.encode())
    for known in (pace, USUAL):
        again = Pace.decode(known.encode())
        one, two = (some.forecast([61.0, 95.0], 700.0, 3.0) for some in (known, again))
        assert one.to_come == pytest.approx(two.to_come, rel=0.02)
        assert (one.low, one.high) == pytest.approx((two.low, two.high), abs=1)


def test_what_another_version_kept_is_learned_anew() -> None:
    assert Pace.decode({"seconds": [1.0], "share": [1.0], "sizes": {}}).finished.sizes().size == 0


def test_cascades_still_growing_are_no_examples() -> None:
    young = Histories.of(([60.0], 600.0, 1.0) for _ in range(500))
    old = Histories.of(([60.0, 5_000.0], DAY, 1.0) for _ in range(150))
    both = Histories.of(
        [([60.0], 600.0, 1.0)] * 500 + [([60.0, 5_000.0], DAY, 1.0)] * 150,
    )
    assert len(learn_pace(young).finished) == 500, "nothing older tells that they still grow"
    assert len(learn_pace(old).finished) == len(learn_pace(both).finished) == 150


def test_histories_of_a_log_count_roots_alone_and_those_who_met_nobody() -> None:
    acts = [(7, 9, 60.0, 2, 1, "reply"), (9, 8, 90.0, 3, 2, "reply"), (7, 9, 95.0, 4, 1, "share")]
    log = ActionLog.build([acts], [[(7, 0.0, 1), (9, 60.0, 2), (8, 90.0, 3), (8, 50.0, 5)]])
    found = histories(log, cascades(log), np.array([1.0, 2.0, 3.0]), now=100.0)
    assert found.sizes().tolist() == [2, 0]
    assert found.delay.tolist() == [60.0, 90.0]
    assert found.age.tolist() == [100.0, 50.0]
    assert found.expected.tolist() == [1.0, 2.0]


def test_precedents_shrink_towards_all_seeds() -> None:
    before = Precedents()
    assert before.expected("ana") == pytest.approx(1.0)
    for size in (30, 30, 30, 0, 0, 0):
        before.add("ana" if size else "bia", size)
    assert before.expected("ana") > before.expected("caio") > before.expected("bia")
