"""A plain forward Monte-Carlo of independent cascades: slow, simple, and the judge of the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.grouping import spans
from graph.sketches import Objective
from graph.spread import cascade, coin, onward, stream

_Z80 = 1.2816
"""How many standard errors hold 80 % of a normal distribution."""


def simulated_reach(
    graph: Csr,
    roots: Ints,
    runs: int,
    seed: int,
    *,
    weight: Floats | None = None,
    threads: int = 1,
) -> tuple[Floats, Floats]:
    """Mean and variance, over ``runs`` cascades from each root, of the people reached.

    ``graph`` is an out-graph. Everyone reached counts 1, the root 0; with ``weight``, every
    node reached, the root too, adds its weight on top. The variance is that of one cascade.
    Deterministic for a seed. O(roots × runs × people reached).

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32),
    ...             np.array([0.5, 0.5], np.float32))
    >>> mean, variance = simulated_reach(chain, np.array([0, 2]), 40_000, seed=1)
    >>> mean.round(2).tolist()
    [0.75, 0.0]
    """
    extra = np.zeros(graph.nodes) if weight is None else weight
    ceilings = graph.ceilings()
    mean, variance = np.zeros(len(roots)), np.zeros(len(roots))

    def part(start: int) -> None:
        mine = slice(start, None, threads)
        mean[mine], variance[mine] = _moments(
            graph.starts, graph.neighbour, ceilings, extra, roots[mine], runs, seed
        )

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, range(threads)))
    return mean, variance


@njit(cache=True, nogil=True)
def _moments(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    extra: Floats,
    roots: Ints,
    runs: int,
    seed: int,
) -> tuple[Floats, Floats]:
    nodes = len(starts) - 1
    seen, queue = np.zeros(nodes, np.int32), np.empty(nodes, np.int32)
    mean, variance = np.zeros(len(roots)), np.zeros(len(roots))
    twice, nothing = np.zeros((1, 1)), np.empty(0)
    stamp, latest = 0, 2**31 - 1
    for i in range(len(roots)):
        state = stream(seed, roots[i], 0)
        for run in range(runs):
            if stamp == latest:
                seen[:] = stamp = 0
            stamp += 1
            _, last, state = cascade(
                starts, neighbour, ceilings, roots[i], stamp, seen, queue, twice, nothing, state
            )
            size = last - 1.0
            for place in range(last):
                size += extra[queue[place]]
            off = size - mean[i]
            mean[i] += off / (run + 1)
            variance[i] += off * (size - mean[i])
        variance[i] /= max(runs - 1, 1)
    return mean, variance


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean spread of a set of seeds over simulated cascades, and its standard error."""

    mean: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """80 % of what is believed of the mean."""
        return self.mean - _Z80 * self.error, self.mean + _Z80 * self.error


def simulated_spread(
    graph: Csr,
    seeds: Ints,
    runs: int,
    seed: int,
    *,
    goal: Objective | None = None,
    threads: int = 1,
) -> Spread:
    """What these seeds set in motion together, themselves counted, in forward cascades.

    ``graph`` is an out-graph. The judge of ``graph.seeds``: it shares no drawn number with
    it. Deterministic for a seed. O(runs × people reached).

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32),
    ...             np.array([0.5, 0.5], np.float32))
    >>> round(simulated_spread(chain, np.array([0, 2]), 40_000, seed=1).mean, 1)
    2.5
    """
    goal = goal or Objective.people(graph.nodes)
    sizes, ceilings = np.empty(runs), graph.ceilings()

    def part(runs: tuple[int, int]) -> None:
        _sizes(
            graph.starts, graph.neighbour, ceilings, goal.value, goal.chance, seeds, seed,
            *runs, sizes,
        )  # fmt: skip

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, spans(runs, threads)))
    return Spread(float(sizes.mean()), float(sizes.std(ddof=1) / np.sqrt(runs)))


@njit(cache=True, nogil=True)
def _sizes(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    value: Floats,
    chance: Singles,
    seeds: Ints,
    seed: int,
    first: int,
    end: int,
    sizes: Floats,
) -> None:
    nodes = len(starts) - 1
    seen, queue = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    for run in range(first, end):
        state, last = stream(seed, run, 1), 0
        for node in seeds:
            luck, state = coin(state)
            if luck < chance[node] and seen[node] != run:
                queue[last], seen[node] = node, run
                last += 1
        last, state = onward(starts, neighbour, ceilings, last, run, seen, queue, state)
        sizes[run] = 0.0
        for place in range(last):
            sizes[run] += value[queue[place]]
