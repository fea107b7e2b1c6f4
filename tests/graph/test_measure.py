from datetime import UTC, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, VOUCHED_REACH, Influence
from graph.actions import ActionLog
from graph.measure import measure, pace
from graph.settings import GraphSettings

NOW = datetime.fromtimestamp(864_000, UTC)
SETTINGS = GraphSettings()


def test_every_author_gets_every_measure(log_of) -> None:
    log = log_of(50, 600, 1)
    rows = {name: list(found) for name, found in measure(log, SETTINGS, NOW).items()}
    assert set(rows) == {EXPECTED_REACH, VOUCHED_REACH, PAGERANK, DEGREE}
    for name, found in rows.items():
        assert [row.author_id for row in found] == log.author_ids.tolist()
        assert all(row.measure == name and row.measured_at == NOW for row in found)
        assert all(row.low <= row.value <= row.high for row in found)
    assert isinstance(rows[DEGREE][0], Influence)
    assert type(rows[DEGREE][0].value) is float


def test_accounts_nobody_acts_on_hardly_lift_the_vouched_reach() -> None:
    """Ten strangers act on each of an author's posts; or ten to whom others in town talk."""
    chance = np.random.default_rng(1)
    pairs = [pair for pair in chance.integers(1, 61, (900, 2)).tolist() if pair[0] != pair[1]]
    town = [(u, v, 5.0, 10_000 + n, 100 + u, "reply") for n, (u, v) in enumerate(pairs)]
    said = [(who, 1.0, 100 * n + who) for n in (1, 2, 3, 4, 5) for who in range(1, 61)]
    posts = [(999, 1.0, n) for n in range(1, 11)]
    share = []
    for first in (1_001, 1):
        acts = [
            (999, who, 5.0, 100 * who + n, n, "reply")
            for who in range(first, first + 10)
            for n in range(1, 11)
        ]
        log = ActionLog.build([town + acts], [said + posts])
        found = measure(log, SETTINGS, datetime.fromtimestamp(100, UTC)).values
        assert np.all(found[VOUCHED_REACH][0] <= found[EXPECTED_REACH][0])
        author = log.index([999])[0]
        share.append(found[VOUCHED_REACH][0][author] / found[EXPECTED_REACH][0][author])
    assert share[0] < 0.3 < 0.6 < share[1]


def test_the_same_seed_gives_the_same_numbers(log_of) -> None:
    log = log_of(50, 600, 1)
    one, two = (measure(log, SETTINGS.model_copy(update={"threads": t}), NOW) for t in (1, 4))
    other = measure(log, SETTINGS.model_copy(update={"seed": 5}), NOW)
    assert np.array_equal(one.values[EXPECTED_REACH], two.values[EXPECTED_REACH])
    assert not np.array_equal(one.values[EXPECTED_REACH], other.values[EXPECTED_REACH])


def test_the_order_of_the_log_changes_nothing(log_of) -> None:
    log = log_of(50, 600, 1)
    rows = [
        (int(log.author_ids[u]), int(log.author_ids[v]), float(at), int(post), int(on), "reply")
        for u, v, at, post, on in zip(
            log.speaker, log.actor, log.at, log.post, log.on_post, strict=True
        )
    ]
    said = [
        (int(log.author_ids[u]), float(at)) for u, at in zip(log.said_by, log.said_at, strict=True)
    ]
    turned = ActionLog.build([rows[::-1]], [said[::-1]])
    before, after = measure(log, SETTINGS, NOW), measure(turned, SETTINGS, NOW)
    assert before.values[EXPECTED_REACH][0] == pytest.approx(after.values[EXPECTED_REACH][0])


def test_an_empty_log() -> None:
    log = ActionLog.build([], [])
    found = measure(log, SETTINGS, NOW)
    assert [list(rows) for _, rows in found.items()] == [[], [], [], []]
    assert pace(log, SETTINGS, NOW).forecast([], 0.0, 2.0).to_come == pytest.approx(2.0, rel=0.01)


def test_a_log_of_long_ago_tells_little_but_does_not_break() -> None:
    acts = [(1, v, 0.0, 10 + v, 4, "reply") for v in range(2, 9)]
    log = ActionLog.build([acts], [[(v, 0.0) for v in range(1, 9)] * 5])
    then, later = (
        measure(log, SETTINGS, datetime(year, 1, 2, tzinfo=UTC)).values[EXPECTED_REACH][0]
        for year in (1970, 2026)
    )
    assert np.ptp(then) > 0.5
    assert np.ptp(later) < 0.01
    assert np.isfinite(later).all()


def test_acts_to_come_change_nothing() -> None:
    acts = [(1, 2, 10.0, 5, 4, "reply")]
    later = [(2, 1, 1e9, 7, 6, "reply"), (1, 3, 1e9, 8, 4, "reply")]
    said = [(1, 0.0), (2, 10.0), (3, 0.0)]
    now, then = (ActionLog.build([rows], [said]) for rows in (acts, acts + later))
    before, after = measure(now, SETTINGS, NOW), measure(then, SETTINGS, NOW)
    for name, values in before.values.items():
        assert np.array_equal(values, after.values[name])


def test_pace_learns_from_the_last_third_of_the_log() -> None:
    """Every author starts threads all along; each meets two people within a minute."""
    acts, said = [], []
    for turn in range(30):
        for author in range(1, 21):
            post, at = 100 * author + turn, 20_000.0 * turn + author
            said.append((author, at, post))
            acts += [
                (author, 50 + v, at + 30.0, 10**6 + 2 * post + v, post, "reply") for v in (0, 1)
            ]
    found = pace(ActionLog.build([acts], [said]), SETTINGS, NOW)
    assert len(found.finished) == 200
    assert found.forecast([], 0.0, 2.0).to_come == pytest.approx(2.0, rel=0.05)
    assert found.forecast([30.0, 30.0], 600.0, 2.0).to_come == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    "wrong",
    [{"half_life_days": 0}, {"samples": 1}, {"seed": -1}, {"threads": 0}, {"speed": 9}],
)
def test_settings_that_cannot_be(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        GraphSettings.model_validate(wrong)
