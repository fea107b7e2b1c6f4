import numpy as np
import pytest

from graph.actions import ActionLog
from graph.evidence import DAY, Evidence, evidence


def count(
    acts: list[tuple[int, int, float, int, int, str]], said: list[tuple[int, float]]
) -> Evidence:
    return evidence(ActionLog.build([acts], [said]), half_life_days=10.0, now=100 * DAY)


def test_distinct_posts_not_acts_are_counted() -> None:
    now = 100 * DAY
    acts = [
        (1, 2, now, 90, 11, "reply"),
        (1, 2, now, 91, 12, "reply"),
        (1, 2, now, 92, 11, "reaction"),
        (1, 3, now, 93, 11, "reply"),
    ]
    counted = count(acts, [(1, now)] * 4)
    assert counted.actor.tolist() == [1, 2]
    assert counted.acts.tolist() == [2, 1]
    assert counted.audience.tolist() == [2, 0, 0]
    assert counted.posts.tolist() == [4, 0, 0]


def test_acts_on_the_account_count_each() -> None:
    acts = [
        (1, 2, 0.0, 90, 0, "mention"),
        (1, 2, 0.0, 91, 0, "mention"),
        (1, 2, 0.0, 9, 5, "reply"),
    ]
    counted = count(acts, [])
    assert counted.acts.tolist() == [3]
    assert counted.posts.tolist() == [3, 0], "never fewer posts than acts on them"


def test_self_acts_and_acts_to_come_do_not_count() -> None:
    acts = [(1, 1, 0.0, 90, 11, "reply"), (1, 2, 101 * DAY, 91, 11, "reply")]
    counted = count(acts, [(1, 0.0), (1, 101 * DAY)])
    assert counted.acts.tolist() == []
    assert counted.posts.tolist() == [1, 0]


def test_a_half_life_halves() -> None:
    counted = count([(1, 2, 90 * DAY, 90, 11, "reply")], [(1, 80 * DAY), (1, 100 * DAY)])
    assert counted.fresh_acts.tolist() == pytest.approx([0.5])
    assert counted.fresh_posts.tolist() == pytest.approx([1.25, 0.0])


def test_a_second_act_on_the_same_post_only_refreshes_it() -> None:
    acts = [(1, 2, 80 * DAY, 90, 11, "reply"), (1, 2, 90 * DAY, 91, 11, "share")]
    for order in (acts, acts[::-1]):
        counted = count(order, [(1, 80 * DAY)] * 3)
        assert counted.acts.tolist() == [1]
        assert counted.fresh_acts.tolist() == pytest.approx([0.5])


def test_agrees_with_sets(log_of) -> None:
    log = log_of(40, 3_000, 1)
    counted = evidence(log, 10.0, 864_000.0)
    expected: dict[tuple[int, int], set[int]] = {}
    for u, v, post in zip(
        log.speaker.tolist(), log.actor.tolist(), log.on_post.tolist(), strict=True
    ):
        if u != v:
            expected.setdefault((u, v), set()).add(post)
    keys = list(zip(counted.rows().tolist(), counted.actor.tolist(), strict=True))
    assert keys == sorted(expected)
    assert counted.acts.tolist() == [len(expected[key]) for key in keys]
    assert np.all(counted.fresh_acts <= counted.acts)
