"""Expected reach: how many distinct people one post of each author sets in motion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammaincinv

from graph.columns import Floats, Ints
from graph.csr import Csr
from graph.draws import Draws, Memory, Weighed, drawn
from graph.probabilities import Learned
from graph.settings import GraphSettings
from graph.simulate import simulated_reach

_PILOT_ROOTS, _PILOT_RUNS = 2_000, 8
_MOST_FEEDBACK = 0.9
_SWEEPS = 3
_SHAPES = (1e-3, 1e6)


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected reach of each author with an 80 % interval, in people.

    ``onward`` is how many people an average actor sets in motion in turn; ``draws`` can be kept.
    """

    value: Floats
    low: Floats
    high: Floats
    onward: float
    draws: Draws


def sampled_reach(
    graph: Csr, weight: Floats, samples: int, seed: int, threads: int = 1
) -> tuple[Floats, Floats]:
    """For each author u the sum, over v ≠ u, of P(u reaches v) × weight of v, and its variance.

    ``graph`` is an out-graph; see ``graph.draws`` for how it is estimated.

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32),
    ...             np.array([0.5, 0.5], np.float32))
    >>> mean, variance = sampled_reach(chain, np.ones(3), samples=100, seed=1)
    >>> mean.round(3).tolist()
    [0.75, 0.5, 0.0]
    """
    people = Weighed.of(graph, graph.turned(), weight)
    mean, variance = Draws.of(people, range(samples), seed, threads).beyond(people.twice[0])
    return people.once[0] + mean, variance


def expected_reach(learned: Learned, settings: GraphSettings) -> Expected:
    """Distinct people set in motion by one post of each author, the author not counted.

    The independent cascade model (Kempe, Kleinberg, Tardos, KDD 2003) over the learned
    edges, and beyond them: everyone set in motion, the author first, also sets newcomers
    in motion, who then go on like the average actor. The interval covers 80 % of what is
    believed of the expected reach itself (not of the size of a single cascade): it adds up
    sampling, the posteriors of the author's own edges and newcomers, and those of the
    people down the line to first order; overlaps and the source's prior are held fixed.
    """
    onward = usual_onward(learned, settings)
    graph = learned.graph
    people = Weighed.of(graph, graph.turned(), _worth(learned, onward))
    draws = drawn(people, settings, None)
    return _expected(learned, people, draws, onward, settings)


def reaches(
    learned: Learned,
    backwards: Csr,
    person: Floats,
    settings: GraphSettings,
    before: Memory | None = None,
) -> tuple[Expected, Expected]:
    """Expected reach, and vouched reach: everyone counts only as far as ``person`` says, in [0, 1].

    Both from the same draws; with what was drawn ``before``, only a few of them are new
    (``graph.draws``). ``backwards`` is the learned graph, turned. Newcomers count like whoever
    brings them, an author's own like those who act on the author now. Vouched reach is never more
    than the reach; the interval is as wide in proportion. O(samples × people reached).
    """
    onward = before.onward if before else usual_onward(learned, settings)
    worth = _worth(learned, onward)
    people = Weighed.of(learned.graph, backwards, worth, person * worth)
    draws = drawn(people, settings, before)
    reach = _expected(learned, people, draws, onward, settings)
    return reach, _vouched(learned, people, person, reach)


def _worth(learned: Learned, onward: float) -> Floats:
    """How many people someone set in motion stands for: themselves, and newcomers with theirs."""
    return 1 + learned.newcomers * (1 + onward)


def _expected(
    learned: Learned, people: Weighed, draws: Draws, onward: float, settings: GraphSettings
) -> Expected:
    beyond, sampling = draws.beyond(people.twice[0])
    value = people.once[0] + beyond + learned.newcomers * (1 + onward)
    variance = sampling + _doubt(learned, value, onward)
    most = max(people.graph.nodes - 1.0, settings.expected_minimum)
    low, high = _interval(value, variance)
    value, low, high = (one.clip(settings.expected_minimum, most) for one in (value, low, high))
    return Expected(value, low, high, onward, draws)


def _vouched(learned: Learned, people: Weighed, person: Floats, reach: Expected) -> Expected:
    graph = people.graph
    beyond, _ = reach.draws.beyond(people.twice[1], way=1)
    near, theirs = graph.totals(), graph.times(person)
    usual = np.full(graph.nodes, float(person.mean()) if graph.nodes else 0.0)
    share = np.divide(theirs, near, out=usual, where=near > 0)
    brought = learned.newcomers * (1 + reach.onward)
    value = np.minimum(people.once[1] + beyond + brought * share, reach.value)
    low, high = (value * one / reach.value for one in (reach.low, reach.high))
    return Expected(value, low, high, reach.onward, reach.draws)


def usual_onward(learned: Learned, settings: GraphSettings) -> float:
    """How many people an average actor sets in motion in turn: newcomers are like that.

    Solves ``onward = known + new · (1 + onward)`` with ``known`` and ``new`` from a pilot of
    forward cascades; feedback is bounded, so that a crowd that acts on everything stays finite.
    """
    graph = learned.graph
    if not graph.probability.any():
        return 0.0
    chance = np.random.default_rng(settings.seed)
    roots = graph.neighbour[_by_chance(graph, chance.random(_PILOT_ROOTS))].astype(np.int64)
    known, _ = simulated_reach(graph, roots, _PILOT_RUNS, settings.seed)
    both, _ = simulated_reach(graph, roots, _PILOT_RUNS, settings.seed, weight=learned.newcomers)
    new = min(float((both - known).mean()), _MOST_FEEDBACK)
    return (float(known.mean()) + new) / (1 - new)


def _by_chance(graph: Csr, drawn: Floats) -> Ints:
    """Edges, each as likely as its probability is of all; ``drawn`` from [0, 1)."""
    until = np.cumsum(graph.probability, dtype=np.float64)
    place = np.searchsorted(until, drawn * until[-1], side="right")
    edges: Ints = np.minimum(place, graph.edges - 1)
    return edges


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
    shape = (mean**2 / np.maximum(variance, 1e-12)).clip(*_SHAPES)
    low, high = _between(np.log(shape), *_quantiles())
    return mean * low, mean * high.clip(min=1.0)


@cache
def _quantiles() -> tuple[Floats, Floats, Floats]:
    """Over an even grid of log shapes, both quantiles as shares of the mean."""
    grid = np.geomspace(*_SHAPES, 400)
    return np.log(grid), gammaincinv(grid, 0.1) / grid, gammaincinv(grid, 0.9) / grid


def _between(at: Floats, grid: Floats, *values: Floats) -> list[Floats]:
    """Values over an even grid, read between its places."""
    place = (at - grid[0]) * ((len(grid) - 1) / (grid[-1] - grid[0]))
    cell = place.astype(np.int64).clip(0, len(grid) - 2)
    part = place - cell
    return [one[cell] + part * np.diff(one)[cell] for one in values]
