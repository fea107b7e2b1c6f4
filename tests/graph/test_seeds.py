from heapq import heapify, heappop, heappush
from itertools import combinations

import numpy as np
import pytest

from graph.cover import greedy
from graph.csr import Csr
from graph.seeds import choose_seeds
from graph.simulate import simulated_spread
from graph.sketches import Backwards, Objective, Sketcher


def lazily_greedy(graph: Csr, count: int, runs: int) -> list[int]:
    """CELF (Leskovec and others 2007): gains by simulation, old ones as bounds of new ones."""

    def spread(nodes: list[int]) -> float:
        return simulated_spread(graph, np.array(nodes), runs, 77).mean

    picked: list[int] = []
    reached = 0.0
    bounds = [(-spread([node]), node) for node in range(graph.nodes)]
    heapify(bounds)
    while len(picked) < count:
        _, node = heappop(bounds)
        gain = spread([*picked, node]) - reached
        if gain >= -bounds[0][0]:
            picked.append(node)
            reached += gain
        else:
            heappush(bounds, (-gain, node))
    return picked


@pytest.fixture(scope="module")
def alike() -> Csr:
    """A graph in which very many people are nearly as good as each other."""
    chance = np.random.default_rng(8)
    ends = chance.integers(0, 4_000, (2, 8_000))
    row, column = np.concatenate([ends, ends[::-1]], axis=1)
    order = np.argsort(row, kind="stable")
    starts = np.concatenate([[0], np.bincount(row, minlength=4_000).cumsum()])
    probability = 1 / np.bincount(column)[column[order]]
    return Csr(starts, column[order].astype(np.int32), probability.astype(np.float32))


@pytest.mark.parametrize("seed", [1, 2])
def test_hardly_worse_than_greedy_by_simulation(graph_of, seed: int) -> None:
    graph = graph_of(250, 1_000, 0.5, seed)
    ours = choose_seeds(Backwards.of(graph), 8).nodes
    theirs = np.array(lazily_greedy(graph, 8, 1_000))
    mine, peer = (simulated_spread(graph, one, 40_000, 9).mean for one in (ours, theirs))
    assert mine >= 0.99 * peer


def test_hardly_worse_than_by_many_more_sets(alike: Csr) -> None:
    backwards = Backwards.of(alike)
    found = choose_seeds(backwards, 50, epsilon=0.1)
    sets = Sketcher(backwards, Objective.people(alike.nodes), 60, 1).draw(0, 1 << 18)
    many = greedy(sets, alike.nodes, 50).nodes
    mine, peer = (simulated_spread(alike, one, 20_000, 9).mean for one in (found.nodes, many))
    assert mine >= 0.99 * peer


def test_as_good_as_the_best_set(graph_of) -> None:
    graph = graph_of(14, 60, 0.5, 3)
    found = choose_seeds(Backwards.of(graph), 2, epsilon=0.05)
    spreads = [
        simulated_spread(graph, np.array(pair), 4_000, 5).mean
        for pair in combinations(range(14), 2)
    ]
    ours = simulated_spread(graph, found.nodes, 4_000, 5)
    assert ours.mean >= 0.97 * max(spreads)
    assert found.spread[-1] == pytest.approx(ours.mean, rel=0.03)


def test_what_is_proven_holds(graph_of) -> None:
    graph = graph_of(300, 2_000, 0.3, 1)
    found = choose_seeds(Backwards.of(graph), 5, epsilon=0.1)
    assert 1 - 1 / np.e - 0.1 <= found.at_least <= 1
    assert len(set(found.nodes.tolist())) == 5
    assert (np.diff(found.spread) >= 0).all()


def test_overlap_counts_once() -> None:
    reaches = [[2, 3, 4], [2, 3, 4], [], [], [], [6], []]
    starts = np.cumsum([0, *map(len, reaches)])
    sure = np.full(starts[-1], 0.999, np.float32)
    graph = Csr(starts, np.array([2, 3, 4, 2, 3, 4, 6], np.int32), sure)
    found = choose_seeds(Backwards.of(graph), 2)
    assert sorted(found.nodes.tolist()) in ([0, 5], [1, 5])


def test_only_those_who_can_be_chosen(graph_of) -> None:
    graph = graph_of(100, 900, 0.4, 2)
    chance = np.zeros(100, np.float32)
    chance[[7, 8, 9]] = 1, 0.5, 1
    goal = Objective(np.ones(100), chance)
    found = choose_seeds(Backwards.of(graph), 5, goal=goal)
    assert sorted(found.nodes.tolist()) == [7, 8, 9]
    judged = simulated_spread(graph, found.nodes, 20_000, 9, goal=goal)
    assert found.spread[-1] == pytest.approx(judged.mean, rel=0.03)


def test_people_who_count_for_nothing(graph_of) -> None:
    graph = graph_of(100, 900, 0.4, 2)
    value = np.ones(100)
    value[50:] = 0
    goal = Objective(value, np.ones(100, np.float32))
    found = choose_seeds(Backwards.of(graph), 3, goal=goal)
    judged = simulated_spread(graph, found.nodes, 20_000, 9, goal=goal)
    assert found.spread[-1] == pytest.approx(judged.mean, rel=0.03)
    assert judged.mean <= 50


def test_threads_change_nothing(graph_of) -> None:
    backwards = Backwards.of(graph_of(200, 1_500, 0.4, 4))
    drawn = [Sketcher(backwards, Objective.people(200), 3, n).draw(10, 500) for n in (1, 3)]
    assert drawn[0].starts.tolist() == drawn[1].starts.tolist()
    assert drawn[0].member.tolist() == drawn[1].member.tolist()


def test_more_seeds_than_people(graph_of) -> None:
    found = choose_seeds(Backwards.of(graph_of(6, 10, 0.5, 1)), 50)
    assert sorted(found.nodes.tolist()) == list(range(6))
    assert found.spread[-1] == pytest.approx(6)
