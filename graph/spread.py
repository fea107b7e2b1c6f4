"""Independent cascades over rows of live edges, drawn exactly and without a coin per edge.

An edge with probability p is live if a Poisson process of rate ``-log(1 - p)`` has an
event in its stretch of time. Put the stretches of a node's edges end to end (``ceilings``)
and walk along with exponential steps: each step lands in the next live edge, and its own
stretch is then skipped. So a node costs one draw and one more for each live edge, whatever
its degree, and each edge is live with exactly its p, independently. (The skipping idea is
that of SUBSIM: Guo, Wang, Wei, Chen, SIGMOD 2020; here it needs no sorting by p.)

What such a walk costs is waiting for memory: each step lands anywhere. The queue tells where
the next steps go, so their rows are fetched ahead (some 40 % of the time on a million nodes).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from graph.ahead import fetch
from graph.columns import Floats, Ints, Nodes, Singles

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53


@njit(cache=True, nogil=True, inline="always")
def mixed(state: np.uint64) -> np.uint64:
    """The output function of SplitMix64 (Steele, Lea, Flood 2014)."""
    state = (state ^ (state >> np.uint64(30))) * _FIRST
    state = (state ^ (state >> np.uint64(27))) * _SECOND
    return state ^ (state >> np.uint64(31))


@njit(cache=True, nogil=True)
def stream(seed: int, first: int, second: int) -> np.uint64:
    """The start of a stream of its own for a pair of numbers, whoever draws it and when."""
    state = mixed(np.uint64(seed) + _GOLDEN)
    state = mixed(state + _GOLDEN * (np.uint64(first) + np.uint64(1)))
    return mixed(state + _GOLDEN * (np.uint64(second) + np.uint64(1)))


@njit(cache=True, nogil=True, inline="always")
def waiting(state: np.uint64) -> tuple[float, np.uint64]:
    """An exponential time of mean 1 (the first of the pair) and the state after it."""
    state += _GOLDEN
    unit = np.float64(mixed(state) >> np.uint64(11)) * _UNIT
    return -np.log1p(-unit), state


@njit(cache=True, nogil=True)
def _reached(ceilings: Singles, low: int, high: int, time: float) -> int:
    """The first place in [low, high) whose ceiling lies above the time."""
    while high - low > 8:
        middle = (low + high) >> 1
        if ceilings[middle] > time:
            high = middle + 1
        else:
            low = middle + 1
    while ceilings[low] <= time:
        low += 1
    return low


@njit(cache=True, nogil=True, inline="always")
def _fetch_next(
    starts: Ints, neighbour: Nodes, ceilings: Singles, queue: Nodes, head: int, last: int
) -> None:
    """Asks for the row of the node that comes next in the queue, if there is one."""
    if head < last:
        first = starts[queue[head]]
        fetch(ceilings, first)
        fetch(neighbour, first)


@njit(cache=True, nogil=True)
def cascade(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    root: int,
    stamp: int,
    seen: Nodes,
    queue: Nodes,
    twice: Floats,
    gain: Floats,
    state: np.uint64,
) -> tuple[int, int, np.uint64]:
    """One cascade from the root, breadth first.

    Writes everyone reached into ``queue[:last]``, the root first and its direct neighbours
    in ``[1, direct)``; marks them in ``seen`` with the stamp. Adds each ``gain`` to a node's row
    of ``twice`` for each live path of two steps to it. Returns (direct, last, state).
    """
    queue[0] = root
    seen[root] = stamp
    head, last, direct = 0, 1, 1
    while head < last:
        low, high = starts[queue[head]], starts[queue[head] + 1]
        _fetch_next(starts, neighbour, ceilings, queue, head + 1, last)
        end = ceilings[high - 1] if high > low else 0.0
        time, state = waiting(state) if high > low else (0.0, state)
        while time < end:
            low = _reached(ceilings, low, high, time)
            other = neighbour[low]
            if seen[other] != stamp:
                fetch(starts, other)
                seen[other] = stamp
                queue[last] = other
                last += 1
            if 0 < head < direct:
                for i in range(len(gain)):
                    twice[other, i] += gain[i]
            step, state = waiting(state)
            time = ceilings[low] + step
            low += 1
        if head == 0:
            direct = last
        head += 1
    return direct, last, state


@njit(cache=True, nogil=True)
def onward(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    last: int,
    stamp: int,
    seen: Nodes,
    queue: Nodes,
    state: np.uint64,
) -> tuple[int, np.uint64]:
    """One cascade, breadth first, from the nodes in ``queue[:last]``, marked in ``seen``.

    Writes everyone reached behind them, marks them with the stamp, and returns where the
    queue ends and the state of the stream.
    """
    head = 0
    while head < last:
        low, high = starts[queue[head]], starts[queue[head] + 1]
        head += 1
        _fetch_next(starts, neighbour, ceilings, queue, head, last)
        if low == high:
            continue
        end = ceilings[high - 1]
        time, state = waiting(state)
        while time < end:
            low = _reached(ceilings, low, high, time)
            other = neighbour[low]
            if seen[other] != stamp:
                fetch(starts, other)
                seen[other] = stamp
                queue[last] = other
                last += 1
            step, state = waiting(state)
            time = ceilings[low] + step
            low += 1
    return last, state


@njit(cache=True, nogil=True, inline="always")
def coin(state: np.uint64) -> tuple[float, np.uint64]:
    """A number in [0, 1) (the first of the pair) and the state after it."""
    state += _GOLDEN
    return np.float64(mixed(state) >> np.uint64(11)) * _UNIT, state
