"""Reverse cascades drawn from every author, summed up so that they can be kept and added to.

Reverse-reachable sampling (Borgs, Brautbar, Chayes, Lucier, SODA 2014), stratified: in each
replicate every author is the root of exactly one set, so that the choice of roots adds no
variance. What direct neighbours weigh is known exactly, so only those are counted who reach a
root without a live edge to it. Live paths of two steps, whose expectation is known too, are the
control variate for those counts; its coefficient is fitted for each author and starts from 1 (no
overlaps), which biases by no more than a share of 1/replicates of the sampling error.

Sums of replicates can be kept. Whoever goes on from them draws a sixteenth on the graph as it is
now and lets those of before count a sixteenth less: as many count in all, fifteen measurings old
on the average. What paths of one and two steps are worth is always today's, exactly; only what
goes further is remembered, in proportion to the paths of two steps.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.settings import GraphSettings
from graph.spread import cascade, stream

LANES = 8
"""Replicates drawn side by side; fixed, so that sums do not depend on the threads."""

SHARE = 16
"""One of so many replicates is drawn anew for a day's work."""

_HELD = 2.0
"""How many replicates' worth of belief in "no overlaps" the control variate starts with."""

_LIKE = 2.0
"""An author whose paths of two steps grew or shrank by more than this is remembered no more."""


@dataclass(frozen=True, slots=True)
class Draws:
    """Sums over replicates for each author (float64 of nodes, or of rows × nodes).

    ``count`` replicates were ever drawn; ``weight`` of them count for an author, ``squares`` is
    the sum of their squared weights. ``sums`` has rows: what was reached but not directly, what
    by paths of two steps, the squares and product of the two, and the known mean of the second.
    """

    count: int
    weight: Floats
    squares: Floats
    sums: Floats

    @classmethod
    def of(cls, graph: Csr, weight: Floats, numbers: range, seed: int, threads: int) -> Draws:
        """The replicates of these numbers on an out-graph; people count their ``weight``.

        O(replicates × people reached); about 240 bytes a node.
        """
        backwards = graph.turned()
        ceilings = backwards.ceilings()
        lanes = [_Lane(backwards, ceilings, weight, seed) for _ in range(min(LANES, len(numbers)))]
        sums = np.zeros((6, graph.nodes))
        with ThreadPoolExecutor(threads) as pool:
            for first in range(0, len(numbers), LANES):
                drawn = numbers[first : first + LANES]
                for beyond, twice in pool.map(_Lane.draw, lanes, drawn):
                    _add_moments(sums, beyond, twice)
        sums[5] = graph.times(graph.times(weight)) * len(numbers)
        each = np.full(graph.nodes, float(len(numbers)))
        return cls(numbers.stop, each, each.copy(), sums)

    def beyond(self, known: Floats) -> tuple[Floats, Floats]:
        """The mean of what is reached but not directly, and the variance of that mean.

        ``known`` is what paths of two steps are worth now: how far ``twice`` came out from its
        known mean corrects ``beyond``, which follows ``known`` where that has moved since.
        """
        beyond, twice, then = (
            self.sums[0] / self.weight,
            self.sums[1] / self.weight,
            self.sums[5] / self.weight,
        )
        squares = self.sums[2:5] / self.weight
        spread, both, own = squares - np.stack([beyond**2, beyond * twice, twice**2])
        held = then * _HELD / self.weight
        share = np.divide(both + held, own + held, out=np.ones_like(then), where=own + held > 0)
        effective = self.weight**2 / self.squares
        variance = (spread - 2 * share * both + share**2 * own).clip(min=0) / (effective - 1)
        moved = np.divide(known, then, out=np.ones_like(then), where=then > 0)
        mean: Floats = (beyond - share * (twice - then)).clip(min=0) * moved
        return mean, variance * moved**2

    def grown(
        self, graph: Csr, weight: Floats, place: Ints, samples: int, seed: int, threads: int
    ) -> Draws:
        """With a sixteenth of the samples drawn anew; ``place`` is where its authors stand now."""
        number = max(samples // SHARE, 2)
        fresh = Draws.of(graph, weight, range(self.count, self.count + number), seed, threads)
        old = np.zeros((8, graph.nodes))
        old[:, place] = np.vstack([self.weight, self.squares, self.sums])
        now, then = fresh.sums[5] * old[0], old[7] * number
        alike = (now <= _LIKE * then) & (then <= _LIKE * now)
        old *= np.where(alike, 1 - number / samples, 0.0)
        old[1] *= 1 - number / samples
        return Draws(
            fresh.count, fresh.weight + old[0], fresh.squares + old[1], fresh.sums + old[2:]
        )


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


@dataclass(frozen=True, slots=True)
class Memory:
    """What was drawn before, and where its authors stand now."""

    draws: Draws
    place: Ints


def drawn(graph: Csr, weight: Floats, settings: GraphSettings, before: Memory | None) -> Draws:
    """All samples drawn anew, or a sixteenth of them beside what is remembered."""
    samples, seed, threads = settings.samples, settings.seed, settings.threads
    if before is None:
        return Draws.of(graph, weight, range(samples), seed, threads)
    return before.draws.grown(graph, weight, before.place, samples, seed, threads)


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
