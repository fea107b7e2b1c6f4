"""The best set to begin with: k seeds that set most in motion together, with a guarantee."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil, exp, lgamma, log, log2, sqrt

import numpy as np

from graph.columns import Floats, Ints
from graph.cover import Cover, first_hits, greedy
from graph.sketches import Backwards, Objective, Sketcher, Sketches

_GREEDY = 1 - exp(-1)
_FEWEST = 1 << 14
"""Sets to begin with, in each half."""
_LUCK = 0.0125
"""How much of what the halves promise may be owed to having chosen by them."""
_MOST_MEMBERS = 1 << 24
"""Beyond so many members in a half (half a gigabyte in all) the guarantee must do."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Nodes in the order they were picked, and what is certain of them.

    ``spread[i]`` estimates what the first i + 1 set in motion together. ``at_least`` is, with
    probability 1 - delta, a lower bound of the whole set's spread as a share of the best
    possible one. ``sets`` were drawn in all.
    """

    nodes: Ints
    spread: Floats
    at_least: float
    sets: int


def choose_seeds(
    backwards: Backwards,
    count: int,
    *,
    epsilon: float = 0.1,
    delta: float | None = None,
    goal: Objective | None = None,
    seed: int = 1,
    threads: int = 1,
) -> Seeds:
    """Up to ``count`` seeds whose expected spread is ≥ (1 - 1/e - epsilon) × the best.

    That holds with probability 1 - delta (by default 1 / nodes). OPIM-C (Tang, Tang, Xiao,
    Yuan: Online processing algorithms for influence maximization, SIGMOD 2018): greedy
    cover of one half of the reverse-reachable sets, judged on the other half, doubling both
    until the bounds meet; live in-edges by skips, as in SUBSIM (Guo and others, SIGMOD 2020).
    The bounds often meet while the choice still follows luck (seeds came out 1 to 6 % worse
    than those of more sets), so both double on, at most to half a gigabyte, until luck is
    less than 1.25 % (``_Halves``). The bounds hold at each size: the guarantee stays.

    ``goal`` says what people count and who can be chosen; each person counts once however
    many seeds reach them. Expected time O((count + log nodes) nodes / epsilon²) at the very
    worst; memory 8 bytes a member of a set.

    >>> from graph.csr import Csr
    >>> star = Csr(np.array([0, 2, 2, 2, 3, 3]), np.array([1, 2, 4], np.int32),
    ...            np.full(3, 0.9, np.float32))
    >>> chosen = choose_seeds(Backwards.of(star), 2, epsilon=0.05)
    >>> chosen.nodes.tolist(), chosen.spread.round(1).tolist(), chosen.at_least > 0.58
    ([0, 3], [2.8, 4.7], True)
    """
    goal = goal or Objective.people(backwards.nodes)
    count = min(count, int(np.count_nonzero(goal.chance)))
    plan = _Plan.of(goal, count, epsilon, delta or 1 / max(backwards.nodes, 2))
    drawers = [Sketcher(backwards, goal, seed + side, threads) for side in (0, 1)]
    drawn, size = [one.draw(0, plan.first) for one in drawers], plan.first
    while True:
        halves = _Halves.of(drawn, backwards.nodes, count, threads)
        hits = halves.hits[0]
        at_least = plan.lower(hits.sum(), size) / plan.upper(halves.covers[0].most, size)
        if size >= plan.last or (at_least >= _GREEDY - epsilon and halves.settled):
            spread = hits.cumsum() * goal.total / size
            return Seeds(halves.covers[0].nodes, spread, at_least, 2 * size)
        drawn = [
            Sketches.joined([half, drawer.draw(size, 2 * size)])
            for half, drawer in zip(drawn, drawers, strict=True)
        ]
        size *= 2


@dataclass(frozen=True, slots=True)
class _Halves:
    """The choice by each half of the sets, and the sets of the other half that it hits.

    ``members`` is how many members a half has.
    """

    covers: list[Cover]
    hits: list[Ints]
    members: int

    @classmethod
    def of(cls, drawn: list[Sketches], nodes: int, count: int, threads: int) -> _Halves:
        """Both choices at once where there are threads for it."""
        with ThreadPoolExecutor(min(threads, 2)) as pool:
            covers = list(pool.map(lambda half: greedy(half, nodes, count), drawn))
        others = zip(reversed(drawn), covers, strict=True)
        hits = [first_hits(half, nodes, cover.nodes) for half, cover in others]
        return cls(covers, hits, len(drawn[0].member))

    @property
    def luck(self) -> float:
        """What the halves promise less what comes true of it, as a share of the promise.

        Each half's own choice is compared with the other's on the same sets, so that how easily
        these are hit at all drops out: far less noise than in promise less outcome of one
        choice. Where this was 1.25 %, made-up graphs lost 0.8 % at most to many more sets.
        """
        promised = sum(one.covered for one in self.covers)
        return 1 - sum(int(one.sum()) for one in self.hits) / max(promised, 1)

    @property
    def settled(self) -> bool:
        """Whether more sets would hardly change the choice, or take too much memory."""
        return self.luck <= _LUCK or self.members > _MOST_MEMBERS


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many sets to draw at first and at most, and the bounds; all in OPIM-C's notation."""

    total: float
    first: int
    last: int
    doubt: float

    @classmethod
    def of(cls, goal: Objective, count: int, epsilon: float, delta: float) -> _Plan:
        """The worst case assumes that the best set is worth what is known of it."""
        ways = _log_ways(int(np.count_nonzero(goal.chance)), count)
        sure = log(6 / delta)
        root = _GREEDY * sqrt(sure) + sqrt(_GREEDY * (ways + sure))
        worth = max(np.sort(goal.value * goal.chance)[::-1][:count].sum(), goal.least)
        last = ceil(2 * goal.total * root**2 / (epsilon**2 * worth))
        first = min(_FEWEST, last)
        rounds = max(1, ceil(log2(last / first)))
        return cls(goal.total, first, last, log(3 * rounds / delta))

    def lower(self, hits: float, size: int) -> float:
        """What the judged sets prove of the seeds' spread."""
        doubt = self.doubt
        root = max(sqrt(hits + 2 * doubt / 9) - sqrt(doubt / 2), 0.0)
        return max(root**2 - doubt / 18, 0.0) * self.total / size

    def upper(self, most: float, size: int) -> float:
        """What the sets chosen from prove of the best possible spread."""
        doubt = self.doubt
        return float((sqrt(most + doubt / 2) + sqrt(doubt / 2)) ** 2 * self.total / size)


def _log_ways(candidates: int, count: int) -> float:
    """The logarithm of the number of sets of this size."""
    return lgamma(candidates + 1) - lgamma(count + 1) - lgamma(candidates - count + 1)
