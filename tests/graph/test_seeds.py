from itertools import combinations

import numpy as np
import pytest

from graph.seeds import choose_seeds
from graph.simulate import simulated_spread
from graph.sketches import Backwards, Objective, Sketcher


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
    from graph.csr import Csr

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
