import numpy as np
import pytest

from graph.actions import ActionLog
from graph.growth import Tally

DAY = 86_400.0


def equal(found: Tally, expected: Tally) -> None:
    assert found.author_ids.tolist() == expected.author_ids.tolist()
    for name in ("starts", "actor", "acts", "posts"):
        assert getattr(found.evidence, name).tolist() == getattr(expected.evidence, name).tolist()
    for name in ("fresh_acts", "fresh_posts"):
        one, other = getattr(found.evidence, name), getattr(expected.evidence, name)
        assert one == pytest.approx(other, rel=1e-12)


def parts(whole: ActionLog, old_acts: np.ndarray, old_said: np.ndarray) -> ActionLog:
    """A log of some rows, whose authors are only those it knows."""
    ids = whole.author_ids
    return ActionLog.of_columns(
        speaker=ids[whole.speaker[old_acts]], actor=ids[whole.actor[old_acts]],
        at=whole.at[old_acts], post=whole.post[old_acts], on_post=whole.on_post[old_acts],
        kind=whole.kind[old_acts], said_by=ids[whole.said_by[old_said]],
        said_at=whole.said_at[old_said], said_post=whole.said_post[old_said],
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.01, 0.5])
def test_growing_is_counting_anew(log_of, seed: int, share: float) -> None:
    whole = log_of(80, 3_000, seed)
    chance = np.random.default_rng(seed)
    new_acts = chance.random(whole.acts) < share
    new_said = chance.random(len(whole.said_by)) < share
    before = Tally.of(parts(whole, ~new_acts, ~new_said), 3.0, 6 * DAY)
    now = 9 * DAY
    grown = before.grown(whole, new_acts, new_said, now)
    equal(grown, Tally.of(whole, 3.0, now))


def test_day_after_day(log_of) -> None:
    whole = log_of(40, 2_000, 7)
    tally = Tally.of(whole.until(0.0), 3.0, 0.0)
    nothing = np.zeros(whole.acts, bool), np.zeros(len(whole.said_by), bool)
    for day in range(1, 11):
        tally = tally.grown(whole, *nothing, day * DAY)
    equal(tally, Tally.of(whole, 3.0, 10 * DAY))


def test_nothing_new_only_fades(log_of) -> None:
    log = log_of(30, 500, 3)
    before = Tally.of(log, 2.0, 11 * DAY)
    nothing = np.zeros(log.acts, bool), np.zeros(len(log.said_by), bool)
    later = before.grown(log, *nothing, 13 * DAY)
    assert later.evidence.fresh_acts == pytest.approx(before.evidence.fresh_acts / 2)
    assert later.evidence.acts.tolist() == before.evidence.acts.tolist()
