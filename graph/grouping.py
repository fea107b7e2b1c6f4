"""Loose edges grouped into rows, on several threads: a counting sort that never compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numba import njit

from graph.columns import Ints, Nodes, Singles
from graph.csr import Csr

_Result = TypeVar("_Result")

Span = tuple[int, int]
"""A half-open range of places."""


def spans(size: int, parts: int) -> list[Span]:
    """``size`` places cut into so many ranges of nearly equal length."""
    cuts = [size * part // parts for part in range(parts + 1)]
    return list(pairwise(cuts))


def row_spans(starts: Ints, parts: int) -> list[Span]:
    """Rows cut into so many ranges of nearly equal work: an edge costs one, a row two."""
    work = starts + 2 * np.arange(len(starts))
    cuts = np.searchsorted(work, work[-1] * np.arange(parts + 1) / parts).tolist()
    return list(pairwise(cuts))


def together(
    pool: ThreadPoolExecutor, kernel: Callable[..., _Result], calls: Sequence[tuple[Any, ...]]
) -> list[_Result]:
    """What a kernel gives for each of these arguments, called side by side."""
    return list(pool.map(lambda given: kernel(*given), calls))


def grouped(row: Nodes, neighbour: Nodes, weight: Singles, nodes: int, threads: int = 1) -> Csr:
    """The graph of these edges (int32, int32, float32 of equal length), in their order.

    Edges that occur twice stay two. The result does not depend on the threads.
    O(nodes × threads + edges); 8 bytes an edge and 8 a node for each thread on top.

    >>> made = grouped(np.array([1, 0, 1], np.int32), np.array([0, 2, 2], np.int32),
    ...                np.array([.5, .25, 1], np.float32), nodes=3)
    >>> made.starts.tolist(), made.neighbour.tolist(), made.probability.tolist()
    ([0, 1, 3, 3], [2, 0, 2], [0.25, 0.5, 1.0])
    """
    parts = spans(len(row), threads)
    place = np.zeros((threads, nodes), np.int64)
    sorted_neighbour, sorted_weight = np.empty_like(neighbour), np.empty_like(weight)
    with ThreadPoolExecutor(threads) as pool:
        together(pool, _count, [(row, *part, place[i]) for i, part in enumerate(parts)])
        starts = _first_places(place)
        columns = row, neighbour, weight, sorted_neighbour, sorted_weight
        together(pool, _scatter, [(*columns, *part, place[i]) for i, part in enumerate(parts)])
    return Csr(starts, sorted_neighbour, sorted_weight)


@njit(cache=True, nogil=True)
def _count(row: Nodes, low: int, high: int, count: Ints) -> None:
    for edge in range(low, high):
        count[row[edge]] += 1


@njit(cache=True, nogil=True)
def _first_places(count: Ints) -> Ints:
    """Turns counts of (part, row) into the places where they begin, in order of row, part."""
    parts, rows = count.shape
    starts = np.empty(rows + 1, np.int64)
    total = 0
    for row in range(rows):
        starts[row] = total
        for part in range(parts):
            size = count[part, row]
            count[part, row] = total
            total += size
    starts[rows] = total
    return starts


@njit(cache=True, nogil=True)
def _scatter(
    row: Nodes,
    neighbour: Nodes,
    weight: Singles,
    sorted_neighbour: Nodes,
    sorted_weight: Singles,
    low: int,
    high: int,
    place: Ints,
) -> None:
    for edge in range(low, high):
        spot = place[row[edge]]
        place[row[edge]] = spot + 1
        sorted_neighbour[spot] = neighbour[edge]
        sorted_weight[spot] = weight[edge]
