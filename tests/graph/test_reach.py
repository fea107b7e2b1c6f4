from itertools import product

import numpy as np
import pytest

from graph.actions import ActionLog
from graph.csr import Csr
from graph.evidence import evidence
from graph.probabilities import learn
from graph.reach import expected_reach, sampled_reach
from graph.settings import GraphSettings
from graph.simulate import simulated_reach


def enumerated(graph: Csr, weight: np.ndarray) -> np.ndarray:
    """The exact reach by going through every world of live edges."""
    rows = graph.rows()
    total = np.zeros(graph.nodes)
    for live in product((False, True), repeat=graph.edges):
        chance = np.prod(np.where(live, graph.probability, 1 - graph.probability.astype(float)))
        reaches = np.eye(graph.nodes, dtype=bool)
        reaches[rows[list(live)], graph.neighbour[list(live)]] = True
        for _ in range(graph.nodes):
            reaches = reaches | (reaches.astype(int) @ reaches.astype(int) > 0)
        np.fill_diagonal(reaches, False)
        total += chance * (reaches @ weight)
    return total


@pytest.fixture
def tiny(graph_of) -> Csr:
    made: Csr = graph_of(5, 14, 0.9, 4)
    assert 8 <= made.edges <= 13
    return made


def test_sampling_is_exact_on_a_tiny_graph(tiny: Csr) -> None:
    weight = np.array([1.0, 2.0, 0.5, 1.0, 3.0])
    mean, variance = sampled_reach(tiny, weight, samples=20_000, seed=3)
    assert mean == pytest.approx(enumerated(tiny, weight), abs=0.03)
    assert np.all(np.abs(mean - enumerated(tiny, weight)) <= 4.5 * np.sqrt(variance) + 1e-6)


def test_few_samples_are_not_biased(tiny: Csr) -> None:
    truth = enumerated(tiny, np.ones(5))
    runs = np.array([sampled_reach(tiny, np.ones(5), 8, seed)[0] for seed in range(2_000)])
    off = np.abs(runs.mean(axis=0) - truth)
    assert np.all(off < 0.1 * runs.std(axis=0) + 0.005)


def test_the_variance_is_honest(graph_of) -> None:
    graph = graph_of(60, 260, 0.35, 2)
    runs = [sampled_reach(graph, np.ones(60), 32, seed) for seed in range(300)]
    seen = np.var([mean for mean, _ in runs], axis=0)
    told = np.mean([variance for _, variance in runs], axis=0)
    live = seen > 0
    assert live.sum() > 40
    assert np.median(told[live] / seen[live]) == pytest.approx(1.0, abs=0.15)


def test_the_simulator_is_exact_on_a_tiny_graph(tiny: Csr) -> None:
    mean, variance = simulated_reach(tiny, np.arange(5), 40_000, seed=5)
    assert np.all(np.abs(mean - enumerated(tiny, np.ones(5))) <= 4 * np.sqrt(variance / 40_000))


def test_sampling_agrees_with_simulation(graph_of) -> None:
    graph = graph_of(300, 1_500, 0.4, 7)
    weight = 1 + np.random.default_rng(1).random(300)
    mean, variance = sampled_reach(graph, weight, samples=2_000, seed=1, threads=2)
    other, spread = simulated_reach(
        graph, np.arange(300), 4_000, seed=2, weight=weight - 1, threads=2
    )
    other -= weight - 1  # the root's own weight
    error = np.sqrt(variance + spread / 4_000) + 1e-9
    assert np.mean(np.abs(mean - other) < 1.96 * error) == pytest.approx(0.95, abs=0.04)


def test_sure_edges_and_loops_of_edges() -> None:
    ring = Csr(np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32), np.ones(3, np.float32))
    mean, _ = sampled_reach(ring, np.ones(3), samples=50, seed=1)
    assert mean == pytest.approx([2.0, 2.0, 2.0], abs=1e-3)


@pytest.mark.parametrize("samples", [2, 8, 13])
def test_threads_change_nothing(graph_of, samples: int) -> None:
    graph = graph_of(200, 900, 0.5, 9)
    alone = sampled_reach(graph, np.ones(200), samples, seed=11, threads=1)
    for threads in (2, 5):
        together = sampled_reach(graph, np.ones(200), samples, seed=11, threads=threads)
        assert np.array_equal(alone[0], together[0])
        assert np.array_equal(alone[1], together[1])
    other = sampled_reach(graph, np.ones(200), samples, seed=12, threads=1)
    assert not np.array_equal(alone[0], other[0])


def test_the_simulator_does_not_depend_on_threads(graph_of) -> None:
    graph = graph_of(100, 400, 0.5, 9)
    one, two = (simulated_reach(graph, np.arange(100), 50, seed=1, threads=t) for t in (1, 2))
    assert np.array_equal(one[0], two[0])


def live_log(graph: Csr, posts: int, seed: int) -> ActionLog:
    """What is logged if everyone posts this often and posts spread by the graph."""
    chance = np.random.default_rng(seed)
    acts, said, last = [], [], 0
    for root in np.tile(np.arange(graph.nodes), posts):
        queue, active = [(int(root), last := last + 1)], {int(root)}
        said.append((int(root), 0.0))
        for u, post in queue:
            row = slice(graph.starts[u], graph.starts[u + 1])
            hit = chance.random(row.stop - row.start) < graph.probability[row]
            for v in set(graph.neighbour[row][hit].tolist()) - active:
                active.add(v)
                last += 1
                acts.append((u, v, 0.0, last, post, "reply"))
                said.append((v, 0.0))
                queue.append((v, last))
    return ActionLog.build([acts], [said])


def test_intervals_cover_the_truth(graph_of) -> None:
    inside = []
    for seed in range(6):
        graph = graph_of(400, 2_400, 0.12, seed)
        truth, _ = sampled_reach(graph, np.ones(400), 500, seed=1)
        log = live_log(graph, 12, seed)
        reach = expected_reach(learn(evidence(log, 90.0, 0.0)), GraphSettings())
        inside.append((reach.low <= truth[log.author_ids]) & (truth[log.author_ids] <= reach.high))
        assert reach.value.mean() == pytest.approx(truth.mean(), rel=0.15)
    assert 0.72 <= np.mean(inside) <= 0.88


def reach_of(
    acts: list[tuple[int, int, float, int, int, str]], said: list[tuple[int, float]]
) -> dict[int, float]:
    log = ActionLog.build([acts], [said])
    found = expected_reach(learn(evidence(log, 90.0, 0.0)), GraphSettings())
    assert np.all(found.low <= found.value) and np.all(found.value <= found.high)
    assert np.all(np.isfinite(found.high))
    return dict(zip(log.author_ids.tolist(), found.value.tolist(), strict=True))


def test_degenerate_logs() -> None:
    assert reach_of([], []) == {}
    assert list(reach_of([], [(7, 0.0)])) == [7]
    assert list(reach_of([(7, 7, 0.0, 1, 2, "reply")], [])) == [7]
    assert len(reach_of([(1, 2, 0.0, 11, 10, "reply")], [(3, 0.0), (1, 0.0)])) == 3


def test_nobody_reaches_more_people_than_there_are() -> None:
    crowd = range(1, 7)
    acts = [
        (u, v, 0.0, 0, u * 100 + i, "reply")
        for u in crowd
        for v in crowd
        for i in range(20)
        if u != v
    ]
    values = reach_of(acts, [(u, 0.0) for u in crowd for _ in range(20)])
    assert all(4.5 < value <= 5.0 for value in values.values())


def test_a_reply_chain_counts_down_the_line() -> None:
    posts = 60
    acts = [(1, 2, 0.0, 2_000 + i, 1_000 + i, "reply") for i in range(posts)]
    acts += [(2, 3, 0.0, 3_000 + i, 2_000 + i, "reply") for i in range(posts)]
    said = [(u, 0.0) for u in (1, 2, 3) for _ in range(posts)]
    values = reach_of(acts, said)
    assert values[1] > 1.5 > values[2] > 0.8 > values[3]
