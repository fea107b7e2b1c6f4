from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from app.simulation.settings import TownSettings
from app.simulation.spread import Acts, expected_reach, spread
from app.simulation.ties import Ties, ties_of
from app.simulation.timeline import OFFICIAL
from app.simulation.town import Town, build_town

Edge = tuple[int, int, float]


def ties(accounts: int, edges: Sequence[Edge]) -> Ties:
    speaker, actor, probability = zip(*edges, strict=True)
    return ties_of(accounts, np.array(speaker), np.array(actor), np.array(probability))


def run(graph: Ties, root: int, runs: int, seed: int = 1) -> Acts:
    author = np.full(runs, root)
    return spread(graph, author, np.zeros(runs), np.random.default_rng(seed))


def share_moved(acts: Acts, node: int, runs: int) -> float:
    return float((acts.actor == node).sum() / runs)


def within(share: float, expected: float, runs: int) -> bool:
    """Four standard errors of a binomial share."""
    return abs(share - expected) < 4 * (expected * (1 - expected) / runs) ** 0.5


DIAMOND = ties(4, [(0, 1, 0.5), (0, 2, 0.4), (1, 3, 0.3), (2, 3, 0.6)])
RING = ties(3, [(0, 1, 0.5), (1, 2, 0.5), (2, 0, 0.5)])


def test_whoever_speaks_moves_each_listener_with_the_tie_s_probability() -> None:
    runs = 20_000
    acts = run(DIAMOND, 0, runs)
    assert within(share_moved(acts, 1, runs), 0.5, runs)
    assert within(share_moved(acts, 2, runs), 0.4, runs)
    through = 1 - (1 - 0.5 * 0.3) * (1 - 0.4 * 0.6)
    assert within(share_moved(acts, 3, runs), through, runs)


def test_nobody_acts_twice_in_a_cascade_nor_on_themselves() -> None:
    acts = run(RING, 0, 5_000)
    assert not (acts.actor == 0).any()
    keys = acts.cascade * 3 + acts.actor
    assert len(np.unique(keys)) == len(keys)


def test_each_act_follows_its_cause_in_time_and_by_a_tie() -> None:
    runs = 1_000
    acts = run(DIAMOND, 0, runs)
    at = np.concatenate([np.zeros(runs), acts.at])
    who = np.concatenate([np.zeros(runs, dtype=int), acts.actor])
    assert (at[acts.cause] + 19 < acts.at).all()
    true = set(zip(DIAMOND.speaker.tolist(), DIAMOND.actor.tolist(), strict=True))
    assert set(zip(who[acts.cause].tolist(), acts.actor.tolist(), strict=True)) <= true


def test_delays_have_a_heavy_tail() -> None:
    hours = run(ties(2, [(0, 1, 1.0)]), 0, 20_000).at / 3600
    assert 1.5 < np.median(hours) < 2.6
    assert hours.mean() > 2.5 * np.median(hours)


def test_expected_reach_is_exact_on_small_graphs() -> None:
    found = expected_reach(DIAMOND, 20_000, np.random.default_rng(5))
    top = 0.5 + 0.4 + 1 - (1 - 0.15) * (1 - 0.24)
    assert found.mean == pytest.approx([top, 0.3, 0.6, 0.0], abs=0.02)
    assert abs(found.mean[0] - top) < 4 * found.error[0]
    ring = expected_reach(RING, 20_000, np.random.default_rng(5))
    assert ring.mean == pytest.approx([0.75] * 3, abs=0.02)


def test_expected_reach_of_sure_ties_is_a_count() -> None:
    chain = ties(5, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)])
    assert expected_reach(chain, 3, np.random.default_rng(0)).mean.tolist() == [3, 2, 1, 0, 0]


def test_the_control_variate_does_not_bias(town: Town) -> None:
    """Reach from live worlds and the size of plain cascades are two ways to one number."""
    roots = np.argsort(-town.reach.mean)[:20]
    runs = 2_000
    acts = spread(town.ties, np.repeat(roots, runs), np.zeros(20 * runs), np.random.default_rng(9))
    sizes = np.bincount(acts.cascade, minlength=20 * runs).reshape(20, runs)
    error = np.hypot(sizes.std(axis=1) / runs**0.5, town.reach.error[roots])
    surprise = (sizes.mean(axis=1) - town.reach.mean[roots]) / error
    assert np.abs(surprise).max() < 4.5
    assert abs(surprise.mean()) < 1


def test_every_act_of_the_town_goes_along_a_true_tie(town: Town) -> None:
    posts, count = town.posts, len(town.people)
    true = set((town.ties.speaker * count + town.ties.actor).tolist())
    speaker, actor = posts.author[posts.on[posts.moved]], posts.author[posts.moved]
    assert len(actor) > 1_500
    assert set((speaker * count + actor).tolist()) <= true
    assert (posts.author[~posts.moved & (posts.seed < 0)] == OFFICIAL).all()
    keys = posts.cascade[posts.moved] * count + actor
    assert len(np.unique(keys)) == len(keys)


def test_the_town_s_direct_acts_follow_the_true_probabilities(settings: TownSettings) -> None:
    """Over many towns: listeners moved at first hand by own posts, against the sum of p.

    Posts of the last week are left out, since acts on them may lie beyond the end.
    """
    expected = variance = seen = 0.0
    for seed in range(12):
        town = build_town(
            settings.model_copy(
                update={"seed": seed, "customers": 120, "worlds": 10, "incidents": ()}
            )
        )
        posts, ties_ = town.posts, town.ties
        early = (posts.seed >= 0) & (posts.at < town.settings.seconds - 14 * 86_400)
        direct = np.bincount(ties_.speaker, ties_.probability, ties_.accounts)
        spread_ = np.bincount(
            ties_.speaker, ties_.probability * (1 - ties_.probability), ties_.accounts
        )
        expected += direct[posts.author[early]].sum()
        variance += spread_[posts.author[early]].sum()
        seen += early[posts.on[posts.moved]].sum()
    assert expected > 1_000
    assert abs(seen - expected) < 4 * variance**0.5 + 0.005 * expected
