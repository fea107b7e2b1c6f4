"""Greedy cover: the nodes that hit most sets, and a bound of how many any could hit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.columns import Ints, Nodes
from graph.csr import sorted_by
from graph.sketches import Sketches


@dataclass(frozen=True, slots=True)
class Cover:
    """Nodes in the order they were picked, how many sets they hit, and the most any could."""

    nodes: Ints
    covered: int
    most: int


def greedy(sets: Sketches, nodes: int, count: int) -> Cover:
    """So many nodes, each the one that hits most of the sets not hit yet.

    O(nodes + members + count × nodes) at the very worst, far less where few nodes hit many.
    """
    hits = _held(sets.member, nodes)
    most = int(hits.max(initial=0))
    order, _ = sorted_by(most - hits, np.arange(nodes), most + 1)
    inside = np.concatenate([[0], np.cumsum(hits, dtype=np.int64)])
    holders = _holders(sets.starts, sets.member, inside[:-1].copy())
    return Cover(*_cover(sets.starts, sets.member, inside, holders, order, hits, count))


def first_hits(sets: Sketches, nodes: int, picked: Ints) -> Ints:
    """For each node picked how many sets it is the first of all to hit. O(nodes + members)."""
    hits: Ints = _hits(sets.starts, sets.member, picked, nodes)
    return hits


@njit(cache=True, nogil=True)
def _held(member: Nodes, nodes: int) -> Nodes:
    """How many sets hold each node."""
    count = np.zeros(nodes, np.int32)
    for node in member:
        count[node] += 1
    return count


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
