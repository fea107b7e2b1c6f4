import networkx as nx
import numpy as np
import pytest

from graph.actions import ActionLog
from graph.csr import Csr
from graph.degree import degree
from graph.evidence import evidence
from graph.pagerank import pagerank, rank_flow


@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_networkx(log_of, seed: int) -> None:
    log = log_of(120, 1_500, seed)
    counted = evidence(log, 5.0, 864_000.0)
    reference = nx.DiGraph()
    reference.add_nodes_from(range(log.authors))
    rows = zip(
        counted.actor.tolist(), counted.rows().tolist(), counted.fresh_acts.tolist(), strict=True
    )
    reference.add_weighted_edges_from(rows)
    expected = nx.pagerank(reference, tol=1e-10)
    found = pagerank(counted)
    assert found == pytest.approx([expected[i] for i in range(log.authors)], abs=1e-6)
    assert found.sum() == pytest.approx(1.0)


def test_those_who_are_acted_upon_rank_high() -> None:
    acts = [(1, v, 0.0, v, 100, "reply") for v in (2, 3, 4)] + [(2, 5, 0.0, 9, 200, "reply")]
    counted = evidence(ActionLog.build([acts], []), 5.0, 0.0)
    assert np.argsort(-pagerank(counted)).tolist()[:2] == [0, 1]
    assert degree(counted).tolist() == [3.0, 1.0, 0.0, 0.0, 0.0]


def test_nobody() -> None:
    counted = evidence(ActionLog.build([], []), 5.0, 0.0)
    assert pagerank(counted).tolist() == []
    assert degree(counted).tolist() == []


def test_no_acts_at_all() -> None:
    counted = evidence(ActionLog.build([], [[(1, 0.0), (2, 0.0)]]), 5.0, 0.0)
    assert pagerank(counted).tolist() == [0.5, 0.5]


def test_a_row_of_very_many_edges_adds_up() -> None:
    many = 400_000
    starts = np.full(many + 1, many - 1)
    starts[0] = 0
    weight = np.random.default_rng(1).random(many - 1).astype(np.float32) + 0.1
    star = Csr(starts, np.arange(1, many, dtype=np.int32), weight)
    found = rank_flow(star, threads=2)
    assert found.sum() == pytest.approx(1, abs=2e-6)
    assert found[0] == pytest.approx(0.459459, abs=2e-6)
