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

_HELD = 2.0
"""How many replicates' worth of belief in "no overlaps" the control variate starts with."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected reach of each author with an 80 % interval, in people.

    ``sampling_variance`` is the part of the uncertainty that more samples would remove,
    ``onward`` how many people an average actor sets in motion in turn.
    """

    value: Floats
    low: Floats
    high: Floats
    sampling_variance: Floats
    onward: float


def sampled_reach(
    graph: Csr, weight: Floats, samples: int, seed: int, threads: int = 1
) -> tuple[Floats, Floats]:
    """For each author u the sum, over v ≠ u, of P(u reaches v) × weight of v, and its variance.

    Reverse-reachable sampling (Borgs, Brautbar, Chayes, Lucier, SODA 2014), stratified:
    every author is the root of exactly ``samples`` sets, so that the choice of roots adds
    no variance. What direct neighbours weigh is known exactly, so only those are counted
    who reach a root without a live edge to it. Live paths of two steps, whose expectation
    is known too, are the control variate for those counts; its coefficient is fitted for
    each author and starts from 1 (no overlaps), which biases by no more than a share of
    1/samples of the sampling error. The variance is that of the mean over replicates.
    ``graph`` is an out-graph. O(samples × people reached); about 240 bytes a node.

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32),
    ...             np.array([0.5, 0.5], np.float32))
    >>> mean, variance = sampled_reach(chain, np.ones(3), samples=100, seed=1)
    >>> mean.round(3).tolist()
    [0.75, 0.5, 0.0]
    """
    backwards = graph.turned()
    ceilings = backwards.ceilings()
    lanes = [_Lane(backwards, ceilings, weight, seed) for _ in range(min(LANES, samples))]
    sums = np.zeros((5, graph.nodes))
    with ThreadPoolExecutor(threads) as pool:
        for first in range(0, samples, LANES):
            drawn = range(first, min(first + LANES, samples))
            for beyond, twice in pool.map(_Lane.draw, lanes, drawn):
                _add_moments(sums, beyond, twice)
    once = graph.times(weight)
    mean, variance = _controlled(sums, graph.times(once), samples)
    return once + mean, variance


def _controlled(sums: Floats, known: Floats, samples: int) -> tuple[Floats, Floats]:
    """Mean of ``beyond`` corrected by how far ``twice`` came out from its known mean."""
    beyond, twice = sums[:2] / samples
    spread, both, own = sums[2:] / samples - np.stack([beyond**2, beyond * twice, twice**2])
    held = known * _HELD / samples
    share = np.divide(both + held, own + held, out=np.ones_like(known), where=own + held > 0)
    variance = (spread - 2 * share * both + share**2 * own).clip(min=0) / (samples - 1)
    return (beyond - share * (twice - known)).clip(min=0), variance


class _Lane:
    """Room for one replicate at a time."""

    def __init__(self, backwards: Csr, ceilings: Singles, weight: Floats, seed: int) -> None:
        self._graph, self._ceilings, self._weight, self._seed = backwards, ceilings, weight, seed
        self._seen = np.empty(backwards.nodes, np.int32)
        self._queue = np.empty(backwards.nodes, np.int32)
        self._beyond, self._twice = np.empty(backwards.nodes), np.empty(backwards.nodes)

    def draw(self, replicate: int) -> tuple[Floats, Floats]:
        """What each author reaches but not directly, and by paths of two steps, once."""
        _replicate(
            self._graph.starts, self._graph.neighbour, self._ceilings, self._weight, self._seed,
            replicate, self._seen, self._queue, self._beyond, self._twice,
        )  # fmt: skip
        return self._beyond, self._twice


@njit(cache=True, nogil=True)
def _replicate(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    weight: Floats,
    seed: int,
    replicate: int,
    seen: Nodes,
    queue: Nodes,
    beyond: Floats,
    twice: Floats,
) -> None:
    seen[:] = -1
    beyond[:] = twice[:] = 0.0
    for root in range(len(starts) - 1):
        if starts[root] == starts[root + 1]:
            continue
        gain, state = weight[root], stream(seed, replicate, root)
        direct, last, _ = cascade(
            starts, neighbour, ceilings, root, root, seen, queue, twice, gain, state
        )
        for place in range(direct, last):
            beyond[queue[place]] += gain


@njit(cache=True, nogil=True)
def _add_moments(sums: Floats, beyond: Floats, twice: Floats) -> None:
    for u in range(len(beyond)):
        b, t = beyond[u], twice[u]
        sums[0, u] += b
        sums[1, u] += t
        sums[2, u] += b * b
        sums[3, u] += b * t
        sums[4, u] += t * t


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
    onward = usual_onward(learned, settings)
    weight = 1 + newcomers * (1 + onward)
    mean, sampling = sampled_reach(graph, weight, settings.samples, settings.seed, settings.threads)
    value = mean + newcomers * (1 + onward)
    variance = sampling + _doubt(learned, value, onward)
    most = max(graph.nodes - 1.0, settings.expected_minimum)
    low, high = _interval(value, variance)
    value, low, high = (one.clip(settings.expected_minimum, most) for one in (value, low, high))
    return Expected(value, low, high, sampling, onward)


def vouched_reach(
    learned: Learned, reach: Expected, person: Floats, settings: GraphSettings
) -> tuple[Floats, Floats, Floats]:
    """Expected reach in which everyone counts only as far as ``person`` says, in [0, 1].

    The same draws as those of ``reach``. Newcomers count like whoever brings them, an author's
    own like those who act on the author now. Never more than the reach; the interval is as
    wide in proportion. O(samples × people reached).
    """
    graph, brought = learned.graph, learned.newcomers * (1 + reach.onward)
    weight = person * (1 + brought)
    seen, _ = sampled_reach(graph, weight, settings.samples, settings.seed, settings.threads)
    near = graph.times(np.ones(graph.nodes))
    usual = np.full(graph.nodes, float(person.mean()) if graph.nodes else 0.0)
    share = np.divide(graph.times(person), near, out=usual, where=near > 0)
    value = np.minimum(seen + brought * share, reach.value)
    return value, value * reach.low / reach.value, value * reach.high / reach.value


def usual_onward(learned: Learned, settings: GraphSettings) -> float:
    """How many people an average actor sets in motion in turn: newcomers are like that.

    Solves ``onward = known + new · (1 + onward)`` with ``known`` and ``new`` from a pilot of
    forward cascades; feedback is bounded, so that a crowd that acts on everything stays finite.
    """
    graph = learned.graph
    if not graph.probability.any():
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
