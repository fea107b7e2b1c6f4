"""Draws that are kept and added to estimate what draws from nothing estimate."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from domain.influence import DEGREE, EXPECTED_REACH, PAGERANK, VOUCHED_REACH
from graph.csr import Csr
from graph.draws import SHARE, Draws, Weighed
from graph.keeping import load, save
from graph.measure import Measures, Since, measure
from graph.pagerank import DAMPING, TOLERANCE
from graph.settings import GraphSettings
from graph.simulate import simulated_reach

SETTINGS = GraphSettings(samples=64, half_life_days=3.0)
DAY = 86_400.0


def moment(days: float) -> datetime:
    return datetime.fromtimestamp(days * DAY, UTC)


def random_graph(nodes: int, edges: int, seed: int, scale: float = 1.0) -> Csr:
    chance = np.random.default_rng(seed)
    pairs = np.unique(chance.integers(0, nodes, (edges, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    starts = np.concatenate([[0], np.bincount(pairs[:, 0], minlength=nodes).cumsum()])
    probability = scale * 0.4 * chance.random(len(pairs))
    return Csr(starts, pairs[:, 1].astype(np.int32), probability.astype(np.float32))


def weighed(graph: Csr) -> Weighed:
    return Weighed.of(graph, graph.turned(), np.ones(graph.nodes))


def test_day_after_day_estimates_the_graph_of_the_day() -> None:
    first, last = random_graph(60, 300, 1), random_graph(60, 300, 1, scale=1.1)
    place = np.arange(60)
    draws, today = Draws.of(weighed(first), range(64), 5, 1), weighed(last)
    for _ in range(60):
        draws = draws.grown(today, place, 64, 5, 1)
    assert draws.count == 64 + 60 * 64 // SHARE
    assert draws.weight == pytest.approx(64.0), "as many count as were drawn at first"
    (once,), (beyond, variance) = today.once, draws.beyond(today.twice[0])
    truth, _ = simulated_reach(last, place, 20_000, 3)
    off = (once + beyond - truth) / np.sqrt(variance + 1e-4 * truth**2 + 1e-6)
    assert abs(off.mean()) < 0.6 and off.std() < 2.0


def test_who_is_new_or_quite_another_is_not_remembered() -> None:
    graph = random_graph(60, 300, 1)
    before = Draws.of(weighed(graph), range(64), 5, 1)
    louder = Csr(graph.starts, graph.neighbour, graph.probability.copy())
    louder.probability[: graph.starts[1]] *= 2.4
    place = np.arange(59)
    some = Draws(64, before.weight[:59], before.squares[:59], before.sums[..., :59])
    grown = some.grown(weighed(louder), place, 64, 5, 1)
    assert grown.weight[0] == grown.weight[59] == 64 / SHARE
    assert np.median(grown.weight) == pytest.approx(64.0)


def measured(log_of, seed: int, folder: Path) -> tuple[Measures, Measures, Measures]:
    """Before the last day, and after it: gone on through a file, and from nothing."""
    whole = log_of(300, 30_000, seed)
    cut = float(np.quantile(whole.said_at, 0.97))
    new = whole.at > cut, whole.said_at > cut
    before = measure(whole.until(cut), SETTINGS, moment(cut / DAY))
    save(folder, before.state, {"degree": before.values[DEGREE][0]}, "yes")
    assert load(folder, "no") is None
    found = load(folder, "yes")
    assert found is not None and found[1]["degree"].tolist() == before.values[DEGREE][0].tolist()
    now = moment(float(whole.said_at.max()) / DAY + 0.01)
    return (
        before,
        measure(whole, SETTINGS, now, Since(found[0], *new)),
        measure(whole, SETTINGS, now),
    )


def test_going_on_comes_to_what_measuring_anew_does(log_of, tmp_path: Path) -> None:
    _, grown, anew = measured(log_of, 3, tmp_path)
    assert grown.values[DEGREE][0].tolist() == anew.values[DEGREE][0].tolist()
    ranks = grown.values[PAGERANK][0] - anew.values[PAGERANK][0]
    assert np.abs(ranks).sum() < 2 * TOLERANCE * DAMPING / (1 - DAMPING)
    assert grown.state.town.led.tolist() == anew.state.town.led.tolist()
    for name in (EXPECTED_REACH, VOUCHED_REACH):
        (one, *_), (other, low, high) = grown.values[name], anew.values[name]
        inside = (low <= one) & (one <= high)
        assert inside.mean() > 0.9
        assert one.sum() == pytest.approx(other.sum(), rel=0.1)
