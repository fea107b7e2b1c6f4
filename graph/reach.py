"""Expected reach: how many distinct people one post of each author sets in motion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.special import gammaincinv

from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.probabilities import Learned
from graph.settings import GraphSettings
from graph.simulate import simulated_reach
from graph.spread import cascade, stream

LANES = 8
"""Replicates drawn side by side; fixed, so that sums do not depend on the threads."""

_PILOT_ROOTS, _PILOT_RUNS = 2_000, 8
_MOST_FEEDBACK = 0.9
_SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected reach of each author with an 80 % interval, in people.

    ``sampling_variance`` is the part of the uncertainty that more samples would remove.
    """

    value: Floats
    low: Floats
    high: Floats
    sampling_variance: Floats


def sampled_reach(
    graph: Csr, weight: Floats, samples: int, seed: int, threads: int = 1
) -> tuple[Floats, Floats]:
    """For each author u the sum, over v ≠ u, of P(u reaches v) × weight of v, and its variance.

    Reverse-reachable sampling (Borgs, Brautbar, Chayes, Lucier, SODA 2014), stratified:
    every author is the root of exactly ``samples`` sets, so that the choice of roots adds
    no variance. The direct neighbours' part is known exactly, so only those who reach a
    root over two steps or more without a live direct edge are counted (a control variate:
    it can only lower the variance). Unbiased. The variance is that of the mean over the
    replicates. ``graph`` is an out-graph. O(samples × people reached), 32 bytes a node in
    each lane.

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32),
    ...             np.array([0.5, 0.5], np.float32))
    >>> mean, variance = sampled_reach(chain, np.ones(3), samples=4_000, seed=1)
    >>> mean.round(2).tolist()
    [0.75, 0.5, 0.0]
    """
    backwards = graph.turned()
    ceilings = backwards.ceilings()
    lanes = [_Lane(backwards, ceilings, weight, seed) for _ in range(min(LANES, samples))]
    total, squares = np.zeros(graph.nodes), np.zeros(graph.nodes)
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, samples, LANES):
            drawn = range(first, min(first + LANES, samples))
            for beyond in pool.map(_Lane.draw, lanes, drawn):
                total += beyond
                squares += beyond**2
    mean = total / samples
    variance = (squares / samples - mean**2).clip(min=0) / (samples - 1)
    return graph.times(weight) + mean, variance


class _Lane:
    """Room for one replicate at a time."""

    def __init__(self, backwards: Csr, ceilings: Singles, weight: Floats, seed: int) -> None:
        self._graph, self._ceilings, self._weight, self._seed = backwards, ceilings, weight, seed
        self._seen = np.empty(backwards.nodes, np.int32)
        self._queue = np.empty(backwards.nodes, np.int32)
        self._beyond = np.empty(backwards.nodes)

    def draw(self, replicate: int) -> Floats:
        """The weight of the roots that each author reaches beyond one step, in one replicate."""
        _replicate(
            self._graph.starts, self._graph.neighbour, self._ceilings, self._weight,
            self._seed, replicate, self._seen, self._queue, self._beyond,
        )  # fmt: skip
        return self._beyond


@njit(cache=True, nogil=True)
def _replicate(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    weight: Floats,
    seed: int,
    one: int,
    seen: Nodes,
    queue: Nodes,
    beyond: Floats,
) -> None:
    seen[:] = -1
    beyond[:] = 0.0
    for root in range(len(starts) - 1):
        if starts[root] == starts[root + 1]:
            continue
        state = stream(seed, one, root)
        direct, last, _ = cascade(starts, neighbour, ceilings, root, root, seen, queue, state)
        for place in range(direct, last):
            beyond[queue[place]] += weight[root]


def expected_reach(learned: Learned, settings: GraphSettings) -> Expected:
    """Distinct people set in motion by one post of each author, the author not counted.

    The independent cascade model (Kempe, Kleinberg, Tardos, KDD 2003) over the learned
    edges, and beyond them: everyone set in motion, the author first, also sets newcomers
    in motion, who then go on like the average actor. The interval covers 80 % of what is
    believed of the expected reach itself (not of the size of a single cascade): it adds up
    sampling, the posteriors of the author's own edges and newcomers, and those of the
    people down the line to first order; overlaps and the source's prior are held fixed.
    """
    graph, newcomers = learned.graph, learned.newcomers
    onward = _onward(learned, settings)
    weight = 1 + newcomers * (1 + onward)
    mean, sampling = sampled_reach(graph, weight, settings.samples, settings.seed, settings.threads)
    value = mean + newcomers * (1 + onward)
    variance = sampling + _doubt(learned, value, onward)
    most = max(graph.nodes - 1.0, settings.expected_minimum)
    low, high = _interval(value, variance)
    value, low, high = (one.clip(settings.expected_minimum, most) for one in (value, low, high))
    return Expected(value, low, high, sampling)


def _onward(learned: Learned, settings: GraphSettings) -> float:
    """How many people an average actor sets in motion in turn: newcomers are like that.

    Solves ``onward = known + new · (1 + onward)`` with ``known`` and ``new`` from a pilot of
    forward cascades; feedback is bounded, so that a crowd that acts on everything stays finite.
    """
    graph = learned.graph
    if not graph.edges:
        return 0.0
    chance = np.random.default_rng(settings.seed)
    actors = graph.neighbour[chance.choice(graph.edges, _PILOT_ROOTS, p=_shares(graph))]
    roots = actors.astype(np.int64)
    known, _ = simulated_reach(graph, roots, _PILOT_RUNS, settings.seed)
    both, _ = simulated_reach(graph, roots, _PILOT_RUNS, settings.seed, weight=learned.newcomers)
    new = min(float((both - known).mean()), _MOST_FEEDBACK)
    return (float(known.mean()) + new) / (1 - new)


def _shares(graph: Csr) -> Floats:
    """The probability of each edge as a share of all."""
    probability = graph.probability.astype(np.float64)
    shares: Floats = probability / probability.sum()
    return shares


def _doubt(learned: Learned, value: Floats, onward: float) -> Floats:
    """Variance of the expected reach that comes from not knowing the probabilities.

    ``V(u) = Σ_v [Var p(u,v) (1 + reach(v))² + p(u,v)² V(v)] + Var newcomers(u) (1 + onward)²``,
    by sweeps along the edges (the delta method), scaled down as far as overlaps make the
    reach smaller than the sum over edges.
    """
    graph = learned.graph
    spread = Csr(graph.starts, graph.neighbour, learned.edge_variance)
    own = spread.times((1 + value) ** 2) + learned.newcomer_variance * (1 + onward) ** 2
    plain = graph.times(1 + value) + learned.newcomers * (1 + onward)
    overlap = np.divide(value, plain, out=np.ones(graph.nodes), where=plain > 0).clip(max=1) ** 2
    squared = Csr(graph.starts, graph.neighbour, graph.probability**2)
    variance: Floats = own * overlap
    for _ in range(_SWEEPS):
        variance = (own + squared.times(variance)) * overlap
    return variance


def _interval(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """The 10 % and 90 % quantiles of gamma distributions with these moments."""
    shape = mean**2 / np.maximum(variance, 1e-12)
    grid = np.geomspace(1e-3, 1e6, 400)
    low, high = (
        mean * np.interp(np.log(shape.clip(1e-3, 1e6)), np.log(grid), gammaincinv(grid, q) / grid)
        for q in (0.1, 0.9)
    )
    return low, np.maximum(high, mean)
