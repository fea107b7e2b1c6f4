"""Communities: planted ones are found, ids stay, brokers and life are told."""

from __future__ import annotations

import numpy as np

from graph.actions import ActionLog
from graph.communities import NOBODY, Communities, brokerage, communities, vitality
from graph.evidence import DAY, evidence

GROUPS, SIZE = 4, 30


def planted(seed: int, day: float = 0.0, loners: int = 5) -> ActionLog:
    """Four groups of thirty that talk among themselves nine times in ten."""
    draw = np.random.default_rng(seed)
    acts, post = [], 10_000
    for _ in range(2_400):
        one = int(draw.integers(GROUPS * SIZE))
        group = one // SIZE if draw.random() < 0.9 else int(draw.integers(GROUPS))
        other = group * SIZE + int(draw.integers(SIZE))
        if other != one:
            post += 1
            acts.append((other + 1, one + 1, day * DAY + post, post, post - 9_000, "reply"))
    said = [(n + 1, day * DAY) for n in range(GROUPS * SIZE + loners)]
    return ActionLog.build([acts], [said])


def divided(log: ActionLog, before: dict[int, int], following: int = 1) -> Communities:
    return communities(log, 90.0, 10 * DAY, before=before, following=following, seed=3)


def as_before(found: Communities) -> dict[int, int]:
    return dict(zip(found.author_ids.tolist(), found.member.tolist(), strict=True))


def test_planted_communities_are_found_and_loners_have_none() -> None:
    found = divided(planted(1), {})
    assert len(found.ids()) == GROUPS and found.modularity > 0.5
    for group in range(GROUPS):
        ours = found.member[group * SIZE : (group + 1) * SIZE]
        assert (ours == np.bincount(ours).argmax()).mean() > 0.9
    assert (found.member[GROUPS * SIZE :] == NOBODY).all()


def test_the_same_log_gives_the_same_communities() -> None:
    assert divided(planted(1), {}).member.tolist() == divided(planted(1), {}).member.tolist()


def test_ids_stay_from_day_to_day() -> None:
    first = divided(planted(1), {}, following=40)
    again = divided(planted(2), as_before(first), following=50)
    assert sorted(first.ids().tolist()) == sorted(again.ids().tolist()) == [40, 41, 42, 43]
    same = (first.member == again.member)[: GROUPS * SIZE]
    assert same.mean() > 0.9


def test_a_community_that_shares_nothing_is_a_new_one() -> None:
    first = divided(planted(1), {}, following=40)
    elsewhere = {author_id + 1_000: one for author_id, one in as_before(first).items()}
    assert min(divided(planted(1), elsewhere, following=50).ids()) == 50


def test_nobody_makes_no_community() -> None:
    found = divided(ActionLog.build([], [[(1, 0.0)]]), {})
    assert found.member.tolist() == [NOBODY] and found.ids().tolist() == []


def test_a_broker_talks_across() -> None:
    acts = [(1, 9, 0.0, n, n + 50, "reply") for n in range(4)]
    acts += [(2, 9, 0.0, 10 + n, n + 60, "reply") for n in range(4)]
    acts += [(1, 3, 0.0, 20 + n, n + 70, "reply") for n in range(8)]
    log = ActionLog.build([acts], [[(1, 0.0)]])
    member = np.array([0, 1, 0, 0])  # authors 1, 2, 3, 9
    across = brokerage(evidence(log, 90.0, 0.0), member)
    assert across.tolist() == [0.0, 0.0, 0.0, 4.0]


def test_life_is_counted_within_the_window() -> None:
    acts = [(1, 2, 10.0, 1, 11, "reply"), (2, 1, 20.0, 2, 12, "reply")]
    acts += [(3, 1, 30.0, 3, 13, "reply"), (9, 2, 30.0, 4, 14, "reply")]
    log = ActionLog.build([acts], [[(1, 1.0), (2, 1.0), (3, 25.0), (9, 1.0)]])
    found = Communities(log.author_ids, np.array([0, 0, 0, NOBODY]), 0.0)
    (life,) = vitality(log, found, 15.0, 40.0)
    assert (life.members, life.active, life.acts, life.newcomers) == (3, 3, 3, 1)
    assert life.inside == 2 / 3 and life.mutual == 0.0
    (whole,) = vitality(log, found, 0.0, 40.0)
    assert whole.mutual == 2 / 3
