"""The best set to begin with: k seeds that set most in motion together, with a guarantee."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, lgamma, log, log2, sqrt

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes
from graph.sketches import Backwards, Objective, Sketcher, Sketches

_GREEDY = 1 - exp(-1)
_FEWEST = 1 << 16
"""Sets to begin with: cheap, and the choice is then better than the guarantee asks for."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """Nodes in the order they were picked, and what is certain of them.

    ``spread[i]`` estimates, without bias, what the first i + 1 set in motion together.
    ``at_least`` is, with probability 1 - delta, a lower bound of the whole set's spread as
    a share of the best possible one. ``sets`` were drawn in all.
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
    until the bounds meet and the judged half bears out what the first seems to promise, to
    within epsilon (OPIM-C alone stops at seeds up to 6 % worse); live in-edges by skips, as
    in SUBSIM (Guo and others, SIGMOD 2020). ``goal`` says what people count and who can be
    chosen; each person counts once however many seeds reach them. Expected time O((count +
    log nodes) nodes / epsilon²) at the very worst; memory 8 bytes a member of a set.

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
    choose, judge = (Sketcher(backwards, goal, seed + side, threads) for side in (0, 1))
    size, chosen, judged = plan.first, choose.draw(0, plan.first), judge.draw(0, plan.first)
    while True:
        picked, covered, most = _greedy(chosen, backwards.nodes, count)
        hits = _hits(judged.starts, judged.member, picked, backwards.nodes)
        at_least = plan.lower(hits.sum(), size) / plan.upper(most, size)
        borne_out = at_least >= _GREEDY - epsilon and hits.sum() >= (1 - epsilon) * covered
        if borne_out or size >= plan.last:
            return Seeds(picked, hits.cumsum() * goal.total / size, at_least, 2 * size)
        chosen, judged = (
            Sketches.joined([drawn, drawer.draw(size, 2 * size)])
            for drawn, drawer in ((chosen, choose), (judged, judge))
        )
        size *= 2


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


def _greedy(sets: Sketches, nodes: int, count: int) -> tuple[Ints, int, int]:
    """Seeds that hit most sets, how many they hit, and a bound of how many any could hit."""
    hits = np.bincount(sets.member, minlength=nodes).astype(np.int32)
    order = np.argsort(-hits, kind="stable")
    inside = np.concatenate([[0], np.cumsum(hits, dtype=np.int64)])
    holders = _holders(sets.starts, sets.member, inside[:-1].copy())
    return _cover(sets.starts, sets.member, inside, holders, order, hits, count)


@njit(cache=True, nogil=True)
def _holders(starts: Ints, member: Nodes, place: Ints) -> Nodes:
    """The sets that hold each node, node by node; ``place`` is where each one's begin."""
    holders = np.empty(len(member), np.int32)
    for one in range(len(starts) - 1):
        for i in range(starts[one], starts[one + 1]):
            holders[place[member[i]]] = one
            place[member[i]] += 1
    return holders


@njit(cache=True, nogil=True)
def _cover(
    starts: Ints,
    member: Nodes,
    inside: Ints,
    holders: Nodes,
    order: Ints,
    hits: Nodes,
    count: int,
) -> tuple[Ints, int, int]:
    """Greedy cover. ``hits`` is how many sets each node would hit, and shrinks as it goes.

    The bound is the least, over the steps, of what is hit and the ``count`` greatest gains
    left (Tang and others 2018, Lemma 5.1).
    """
    first, hit = hits.copy(), np.zeros(len(starts) - 1, np.bool_)
    picked, greatest = np.empty(count, np.int64), np.zeros(count, np.int32)
    covered, most = 0, len(starts) - 1
    for step in range(count):
        best = _greatest(order, first, hits, greatest)
        most = min(most, covered + greatest.sum())
        picked[step] = best
        covered += hits[best]
        hits[best] = -1  # never picked again, even where nothing is left to gain
        for i in range(inside[best], inside[best + 1]):
            if not hit[holders[i]]:
                hit[holders[i]] = True
                for j in range(starts[holders[i]], starts[holders[i] + 1]):
                    if member[j] != best:
                        hits[member[j]] -= 1
    _greatest(order, first, hits, greatest)
    return picked, covered, min(most, covered + greatest.sum())


@njit(cache=True, nogil=True)
def _greatest(order: Ints, first: Nodes, hits: Nodes, greatest: Nodes) -> int:
    """The node with the greatest gain left; the greatest gains go into ``greatest``.

    ``order`` is by the gains at ``first``; they only shrink, so that the scan may stop early.
    """
    greatest[:] = 0
    best, last = -1, len(greatest) - 1
    for node in order:
        if first[node] <= greatest[last] and best >= 0:
            break
        gain = hits[node]
        if gain >= 0 and (best < 0 or gain > hits[best]):
            best = node
        i = last
        if gain > greatest[i]:
            while i > 0 and greatest[i - 1] < gain:
                greatest[i] = greatest[i - 1]
                i -= 1
            greatest[i] = gain
    return best


@njit(cache=True, nogil=True)
def _hits(starts: Ints, member: Nodes, picked: Ints, nodes: int) -> Ints:
    """For each seed how many sets it is the first of all to hit."""
    rank = np.full(nodes, len(picked), np.int32)
    for i in range(len(picked)):
        rank[picked[i]] = i
    result = np.zeros(len(picked) + 1, np.int64)
    for one in range(len(starts) - 1):
        earliest = len(picked)
        for i in range(starts[one], starts[one + 1]):
            earliest = min(earliest, rank[member[i]])
        result[earliest] += 1
    return result[:-1]
