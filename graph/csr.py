"""Graphs as arrays: for each node a row of neighbours (compressed sparse rows)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes, Singles

SUREST = 0.999_999
"""The greatest probability that is kept: a sure thing has no finite rate."""


@dataclass(frozen=True, slots=True)
class Csr:
    """A directed weighted graph: row ``i`` is ``[starts[i], starts[i + 1])``.

    ``starts`` is int64 of nodes + 1, ``neighbour`` int32 and ``probability`` float32 of
    edges. In an out-graph rows are speakers and neighbours actors; in an in-graph the
    other way round.
    """

    starts: Ints
    neighbour: Nodes
    probability: Singles

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.neighbour)

    def rows(self) -> Nodes:
        """The row of each edge."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.starts))

    def turned(self) -> Csr:
        """The same edges grouped by the other end. O(nodes + edges)."""
        return Csr(*_turned(self.starts, self.neighbour, self.probability))

    def ceilings(self) -> Singles:
        """Running sums within each row of the rates ``-log(1 - p)``; see ``graph.spread``."""
        result: Singles = _ceilings(self.starts, self.probability)
        return result

    def totals(self) -> Floats:
        """For each row the sum of its probabilities. O(edges), in order: far quicker than times."""
        result: Floats = _totals(self.starts, self.probability)
        return result

    def times(self, values: Floats) -> Floats:
        """For each row the sum of probability × the neighbour's value. O(edges)."""
        result: Floats = _weighted_sums(self.starts, self.neighbour, self.probability, values)
        return result


def sorted_by(key: Nodes, order: Ints, size: int) -> tuple[Ints, Ints]:
    """``order`` stably sorted by ``key[order]`` in [0, size), and where each key starts.

    A counting sort: O(len + size). Applied to one key after another it sorts by several.
    """
    sorted_order, starts = _counting_sort(key, order, size)
    return sorted_order, starts


@njit(cache=True, nogil=True)
def _counting_sort(key: Nodes, order: Ints, size: int) -> tuple[Ints, Ints]:
    starts = np.zeros(size + 1, np.int64)
    for row in order:
        starts[key[row] + 1] += 1
    for i in range(size):
        starts[i + 1] += starts[i]
    place = starts[:-1].copy()
    result = np.empty_like(order)
    for row in order:
        result[place[key[row]]] = row
        place[key[row]] += 1
    return result, starts


@njit(cache=True, nogil=True)
def _turned(starts: Ints, neighbour: Nodes, weight: Singles) -> tuple[Ints, Nodes, Singles]:
    """Rows by the other end, each with its ends ascending."""
    nodes, edges = len(starts) - 1, len(neighbour)
    turned = np.zeros(nodes + 1, np.int64)
    for edge in range(edges):
        turned[neighbour[edge] + 1] += 1
    turned = np.cumsum(turned)
    place, other, same = turned[:-1].copy(), np.empty(edges, np.int32), np.empty(edges, np.float32)
    for row in range(nodes):
        for edge in range(starts[row], starts[row + 1]):
            spot = place[neighbour[edge]]
            place[neighbour[edge]] = spot + 1
            other[spot], same[spot] = row, weight[edge]
    return turned, other, same


@njit(cache=True, nogil=True)
def _ceilings(starts: Ints, probability: Singles) -> Singles:
    result = np.empty(len(probability), np.float32)
    for row in range(len(starts) - 1):
        total = 0.0
        for edge in range(starts[row], starts[row + 1]):
            total -= np.log1p(-min(np.float64(probability[edge]), SUREST))
            result[edge] = total
    return result


@njit(cache=True, nogil=True)
def _totals(starts: Ints, weight: Singles) -> Floats:
    result = np.zeros(len(starts) - 1)
    for row in range(len(starts) - 1):
        for edge in range(starts[row], starts[row + 1]):
            result[row] += weight[edge]
    return result


@njit(cache=True, nogil=True)
def _weighted_sums(starts: Ints, neighbour: Nodes, weight: Singles, values: Floats) -> Floats:
    result = np.zeros(len(starts) - 1)
    for row in range(len(starts) - 1):
        total = 0.0
        for edge in range(starts[row], starts[row + 1]):
            total += weight[edge] * values[neighbour[edge]]
        result[row] = total
    return result
