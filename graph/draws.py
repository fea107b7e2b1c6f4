"""Reverse cascades drawn from every author, summed up so that they can be kept and added to.

Reverse-reachable sampling (Borgs, Brautbar, Chayes, Lucier, SODA 2014), stratified: in each
replicate every author is the root of exactly one set, so that the choice of roots adds no
variance. What direct neighbours weigh is known exactly, so only those are counted who reach a
root without a live edge to it. Live paths of two steps, whose expectation is known too, are the
control variate for those counts; its coefficient is fitted for each author and starts from 1 (no
overlaps), which biases by no more than a share of 1/replicates of the sampling error.

Sums of replicates can be kept. Whoever goes on from them draws some (a thirty-second) on the graph
as it is now and lets those of before count as much less: as many count in all. What paths of one
and two steps are worth is always today's, exactly; only what goes further is remembered, in
proportion to the paths of two steps.
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

SHARE = 32
"""One of so many replicates is drawn anew for a day's work. After nine days with 16
and with 32 the top decile was as near to 1,500 replicates (median 0.28 %, 95 % within 3.4 %; a
simulated log of 20,000 authors)."""

_HELD = 2.0
"""How many replicates' worth of belief in "no overlaps" the control variate starts with."""

_LIKE = 2.0
"""An author whose paths of two steps grew or shrank by more than this is remembered no more."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A graph of influence whose people are counted in m ways, from the same draws.

    ``weight`` is what each counts (m × nodes); ``once`` and ``twice`` what live paths of one
    step, and of two, are worth in expectation: exactly.
    """

    graph: Csr
    backwards: Csr
    weight: Floats
    once: Floats
    twice: Floats

    @classmethod
    def of(cls, graph: Csr, backwards: Csr, *weights: Floats) -> Weighed:
        """Rows of the graph are speakers, those of the same ``backwards`` actors.

        O(edges × weights).
        """
        once = [graph.times(weight) for weight in weights]
        twice = [graph.times(one) for one in once]
        return cls(graph, backwards, np.stack(weights), np.stack(once), np.stack(twice))


@dataclass(frozen=True, slots=True)
class Draws:
    """Sums over replicates for each author (float64).

    ``count`` replicates were ever drawn; ``weight`` of them count for an author, ``squares`` is
    the sum of their squared weights (both of nodes). ``sums`` (6 × m × nodes) has for each of
    m ways to count people: what was reached but not directly, what by paths of two steps, the
    squares and product of the two, and the known mean of the second.
    """

    count: int
    weight: Floats
    squares: Floats
    sums: Floats

    @classmethod
    def of(cls, people: Weighed, numbers: range, seed: int, threads: int) -> Draws:
        """The replicates of these numbers. O(replicates × people reached).

        About 110 bytes a node, and 190 more for each way to count.
        """
        backwards = people.backwards
        ceilings, gains = backwards.ceilings(), np.ascontiguousarray(people.weight.T)
        lanes = [_Lane(backwards, ceilings, gains, seed) for _ in range(min(LANES, len(numbers)))]
        sums = np.zeros((6, *people.weight.shape))
        with ThreadPoolExecutor(threads) as pool:
            for first in range(0, len(numbers), LANES):
                drawn = numbers[first : first + LANES]
                for beyond, twice in pool.map(_Lane.draw, lanes, drawn):
                    _add_moments(sums, beyond, twice)
        sums[5] = people.twice * len(numbers)
        each = np.full(people.graph.nodes, float(len(numbers)))
        return cls(numbers.stop, each, each.copy(), sums)

    def beyond(self, known: Floats, way: int = 0) -> tuple[Floats, Floats]:
        """The mean of what is reached but not directly, and the variance of that mean.

        By one ``way`` to count people; ``known`` is what paths of two steps are worth now: how
        far ``twice`` came out from its known mean corrects ``beyond``, which follows ``known``
        where that has moved since.
        """
        beyond, twice, spread, both, own, then = self.sums[:, way] / self.weight
        spread, both, own = spread - beyond**2, both - beyond * twice, own - twice**2
        held = then * _HELD / self.weight
        share = np.divide(both + held, own + held, out=np.ones_like(then), where=own + held > 0)
        effective = self.weight**2 / self.squares
        variance = (spread - 2 * share * both + share**2 * own).clip(min=0) / (effective - 1)
        moved = np.divide(known, then, out=np.ones_like(then), where=then > 0)
        mean: Floats = (beyond - share * (twice - then)).clip(min=0) * moved
        return mean, variance * moved**2

    def grown(self, people: Weighed, place: Ints, samples: int, seed: int, threads: int) -> Draws:
        """With a few of the samples drawn anew; ``place`` is where its authors stand now.

        Whose paths of two steps more than doubled or halved, by the first way to count, is
        remembered no more.
        """
        number = max(samples // SHARE, 2)
        fresh = Draws.of(people, range(self.count, self.count + number), seed, threads)
        old = self._moved(place, people.graph.nodes)
        now, then = fresh.sums[5, 0] * old.weight, old.sums[5, 0] * number
        alike = (now <= _LIKE * then) & (then <= _LIKE * now)
        kept = np.where(alike, 1 - number / samples, 0.0)
        return Draws(
            fresh.count,
            fresh.weight + old.weight * kept,
            fresh.squares + old.squares * kept * (1 - number / samples),
            fresh.sums + old.sums * kept,
        )

    def _moved(self, place: Ints, nodes: int) -> Draws:
        """The same sums where the authors stand now; new ones have none."""
        if nodes == len(self.weight):
            return self
        old = np.zeros((2, nodes))
        old[:, place] = self.weight, self.squares
        sums = np.zeros((*self.sums.shape[:-1], nodes))
        sums[..., place] = self.sums
        return Draws(self.count, old[0], old[1], sums)


class _Lane:
    """Room for one replicate at a time."""

    def __init__(self, backwards: Csr, ceilings: Singles, gains: Floats, seed: int) -> None:
        self._graph, self._ceilings, self._gains, self._seed = backwards, ceilings, gains, seed
        self._seen = np.empty(backwards.nodes, np.int32)
        self._queue = np.empty(backwards.nodes, np.int32)
        self._beyond, self._twice = np.empty_like(gains), np.empty_like(gains)

    def draw(self, replicate: int) -> tuple[Floats, Floats]:
        """What each author reaches but not directly, and by paths of two steps, once."""
        _replicate(
            self._graph.starts, self._graph.neighbour, self._ceilings, self._gains, self._seed,
            replicate, self._seen, self._queue, self._beyond, self._twice,
        )  # fmt: skip
        return self._beyond, self._twice


@dataclass(frozen=True, slots=True)
class Memory:
    """What was drawn before, where its authors stand now, and how far actors carried on."""

    draws: Draws
    place: Ints
    onward: float


def drawn(people: Weighed, settings: GraphSettings, before: Memory | None) -> Draws:
    """All samples drawn anew, or a few of them beside what is remembered."""
    samples, seed, threads = settings.samples, settings.seed, settings.threads
    if before is None:
        return Draws.of(people, range(samples), seed, threads)
    return before.draws.grown(people, before.place, samples, seed, threads)


@njit(cache=True, nogil=True)
def _replicate(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    gains: Floats,
    seed: int,
    replicate: int,
    seen: Nodes,
    queue: Nodes,
    beyond: Floats,
    twice: Floats,
) -> None:
    seen[:] = -1
    beyond[:] = 0.0
    twice[:] = 0.0
    for root in range(len(starts) - 1):
        if starts[root] == starts[root + 1]:
            continue
        gain, state = gains[root], stream(seed, replicate, root)
        direct, last, _ = cascade(
            starts, neighbour, ceilings, root, root, seen, queue, twice, gain, state
        )
        for place in range(direct, last):
            for i in range(len(gain)):
                beyond[queue[place], i] += gain[i]


@njit(cache=True, nogil=True)
def _add_moments(sums: Floats, beyond: Floats, twice: Floats) -> None:
    nodes, ways = beyond.shape
    for i in range(ways):
        for u in range(nodes):
            b, t = beyond[u, i], twice[u, i]
            sums[0, i, u] += b
            sums[1, i, u] += t
            sums[2, i, u] += b * b
            sums[3, i, u] += b * t
            sums[4, i, u] += t * t
