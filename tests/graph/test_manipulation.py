import numpy as np

from graph.actions import ActionLog
from graph.evidence import DAY
from graph.manipulation import Concert, copied, newcomers, rings

Rows = list[tuple[int, int, float, int, int, str]]


def town(seed: int, people: int = 60, acts: int = 600) -> Rows:
    """Everyone acts on everyone now and then."""
    chance = np.random.default_rng(seed)
    pairs = chance.integers(1, people + 1, (acts, 2)).tolist()
    return [(u, v, float(i), 0, 1_000 + i, "reply") for i, (u, v) in enumerate(pairs) if u != v]


def ring_of(members: range, at: float = 0.0) -> Rows:
    return [(u, v, at, 0, 9_000 + u, "reply") for u in members for v in members if u != v]


def test_a_ring_is_found_and_the_town_is_none() -> None:
    log = ActionLog.build([town(1) + ring_of(range(101, 106))], [])
    (found,) = rings(log)
    assert found.kind is Concert.RING
    assert found.author_ids == (101, 102, 103, 104, 105)
    assert (found.acts, found.share) == (20, 1.0)
    assert (
        rings(ActionLog.build([town(1)], [])) == []
        or len(rings(ActionLog.build([town(1)], []))[0].author_ids) > 30
    ), "at most the town as a whole keeps to itself"


def test_friends_whom_others_talk_to_are_no_ring() -> None:
    guests = [(101 + i % 5, 1 + i, 0.0, 0, 7_000 + i, "reply") for i in range(30)]
    log = ActionLog.build([town(1) + ring_of(range(101, 106)) + guests], [])
    assert not any(101 in found.author_ids for found in rings(log))


def test_a_burst_of_new_accounts_is_found_with_whom_it_lifts() -> None:
    acts = [(1, 200 + i, 3 * DAY + i, 0, 5_000 + i, "share") for i in range(12)]
    log = ActionLog.build([town(2) + acts], [])
    joined = {200 + i: 2 * DAY for i in range(12)}
    (found,) = newcomers(log, joined)
    assert (found.about, found.acts, found.share) == (1, 12, 1.0)
    assert found.author_ids == tuple(range(200, 212))
    assert newcomers(log, dict.fromkeys(joined, -300 * DAY)) == []
    assert newcomers(log, {}) == [], "an unknown age is no evidence"


def test_copies_of_one_account_or_of_long_ago_are_no_concert() -> None:
    assert copied([[(1, 0.0), (1, 5.0), (1, 9.0)], [(1, 0.0), (2, 9 * DAY), (3, 90 * DAY)]]) == []
    (found,) = copied([[(3, 20.0), (1, 0.0), (2, 9.0), (1, 30.0)]])
    assert (found.author_ids, found.acts, found.since, found.until) == ((1, 2, 3), 4, 0.0, 30.0)
