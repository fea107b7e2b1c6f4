"""How credit for what others did is shared out, step by step along each cascade."""

from __future__ import annotations

import numpy as np
from numba import njit

from graph.casts import Acquaintance, Cast
from graph.columns import Floats, Ints, Nodes


def patience(cast: Cast, met: Acquaintance) -> float:
    """τ, the mean gap (seconds) between neighbours in the same cascade."""
    room = np.full(len(met.starts) - 1, -1, np.int64)
    gaps, count = _sum_gaps(cast.starts, cast.person, cast.at, met.starts, met.neighbour, room)
    return max(gaps / max(count, 1.0), 1e-9)


def earnings(cast: Cast, met: Acquaintance, parts: int = 1) -> tuple[Floats, Floats]:
    """The credit of each person, and the sum of the squares of each cascade's.

    Whoever acts gives one unit to those neighbours who acted before, in shares ``exp(-gap / τ)``,
    and they pass it on. Every cascade falls into one of so many parts, in turn; credit has
    a row for each part. One reverse sweep a cascade: O(Σ neighbours of its people).

    >>> chain = Acquaintance.of(np.array([0, 1], np.int32), np.array([1, 2], np.int32), 3)
    >>> seen = Cast(np.array([0, 3]), np.array([0, 1, 2], np.int32), np.array([0.0, 5.0, 9.0]))
    >>> earnings(seen, chain)[0].tolist()
    [[2.0, 1.0, 0.0]]
    """
    people = len(met.starts) - 1
    room = np.full(people, -1, np.int64)
    earned, squares = np.zeros((parts, people)), np.zeros(people)
    _distribute(
        cast.starts, cast.person, cast.at, met.starts, met.neighbour, room,
        patience(cast, met), earned, squares,
    )  # fmt: skip
    return earned, squares


@njit(cache=True, nogil=True)
def _sum_gaps(
    starts: Ints, person: Nodes, at: Floats, rows: Ints, neighbour: Nodes, place: Ints
) -> tuple[float, float]:
    """Sum and number of the gaps between neighbours in the same cascade."""
    gaps, count = 0.0, 0.0
    for cascade in range(len(starts) - 1):
        first, last = starts[cascade], starts[cascade + 1]
        for i in range(first, last):
            v = person[i]
            for edge in range(rows[v], rows[v + 1]):
                before = place[neighbour[edge]]
                if before >= first and at[before] < at[i]:
                    gaps += at[i] - at[before]
                    count += 1.0
            place[v] = i
    return gaps, count


@njit(cache=True, nogil=True)
def _distribute(
    starts: Ints,
    person: Nodes,
    at: Floats,
    rows: Ints,
    neighbour: Nodes,
    place: Ints,
    patience: float,
    earned: Floats,
    squares: Floats,
) -> None:
    room = 0
    for cascade in range(len(starts) - 1):
        room = max(room, starts[cascade + 1] - starts[cascade])
    carried = np.empty(room)
    for cascade in range(len(starts) - 1):
        first, last = starts[cascade], starts[cascade + 1]
        carried[: last - first] = 1.0
        part = cascade % len(earned)
        for i in range(first, last):
            place[person[i]] = i
        for i in range(last - 1, first - 1, -1):
            _pass_on(i, first, person[i], at, rows, neighbour, place, patience, carried)
            earned[part, person[i]] += carried[i - first] - 1.0
            squares[person[i]] += (carried[i - first] - 1.0) ** 2


@njit(cache=True, nogil=True)
def _pass_on(
    i: int,
    first: int,
    v: int,
    at: Floats,
    rows: Ints,
    neighbour: Nodes,
    place: Ints,
    patience: float,
    carried: Floats,
) -> None:
    """Share out what ``v`` carries among the neighbours who acted before."""
    total = 0.0
    for edge in range(rows[v], rows[v + 1]):
        before = place[neighbour[edge]]
        if first <= before < i and at[before] < at[i]:
            total += np.exp((at[before] - at[i]) / patience)
    if total <= 0.0:
        return
    for edge in range(rows[v], rows[v + 1]):
        before = place[neighbour[edge]]
        if first <= before < i and at[before] < at[i]:
            share = np.exp((at[before] - at[i]) / patience) / total
            carried[before - first] += share * carried[i - first]
