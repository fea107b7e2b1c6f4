"""Reverse-reachable sets of random people: who could have set each of them in motion."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.columns import Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.grouping import spans
from graph.spread import coin, onward, stream

_ROOM = 1 << 16


@dataclass(frozen=True, slots=True)
class Backwards:
    """An out-graph turned round, ready for walks from the reached to those who reach."""

    starts: Ints
    neighbour: Nodes
    ceilings: Singles

    @classmethod
    def of(cls, graph: Csr) -> Backwards:
        """The in-edges of a graph speaker → actor. O(nodes + edges)."""
        turned = graph.turned()
        return cls(turned.starts, turned.neighbour, turned.ceilings())

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Objective:
    """What a set of seeds is worth: the value of the people it sets in motion.

    ``value`` (float64 of nodes) is what each person counts, ``chance`` (float32) how
    likely each seed acts at all: 0 for those who cannot be chosen, the share still to
    come for those whose cascade is partly over. The best set is known to be worth ``least``.
    """

    value: Floats
    chance: Singles
    least: float = 0.0

    @classmethod
    def people(cls, nodes: int) -> Objective:
        """Everyone counts 1 and can be chosen."""
        return cls(np.ones(nodes), np.ones(nodes, np.float32))

    @property
    def total(self) -> float:
        """The value of everyone together."""
        return float(self.value.sum())


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sets ``i`` = ``member[starts[i]:starts[i + 1]]`` of nodes, in no order."""

    starts: Ints
    member: Nodes

    @property
    def count(self) -> int:
        """How many sets there are."""
        return len(self.starts) - 1

    @classmethod
    def joined(cls, parts: Sequence[Sketches]) -> Sketches:
        """Several collections one after another."""
        sizes = np.concatenate([np.diff(one.starts) for one in parts])
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(starts, np.concatenate([one.member for one in parts]))


class Sketcher:
    """Draws sets by their number: the same number and seed give the same set.

    The root is a person drawn by ``value``, the members those from whom live edges lead to
    it (Borgs, Brautbar, Chayes, Lucier: Maximizing social influence in nearly optimal time,
    SODA 2014), each kept with its ``chance``. The share of sets that seeds hit × the
    ``total`` value is, in expectation, what they set in motion.
    """

    def __init__(self, backwards: Backwards, goal: Objective, seed: int, threads: int) -> None:
        self._backwards, self._chance, self._seed = backwards, goal.chance, seed
        self._until = goal.value.cumsum()
        self._lanes = [
            (np.full(backwards.nodes, -1, np.int32), np.empty(backwards.nodes, np.int32))
            for _ in range(threads)
        ]

    def draw(self, first: int, last: int) -> Sketches:
        """The sets with these numbers."""
        ranges = spans(last - first, len(self._lanes))
        with ThreadPoolExecutor(len(self._lanes)) as pool:
            parts = list(
                pool.map(self._part, self._lanes, [(first + a, first + b) for a, b in ranges])
            )
        return Sketches.joined(parts)

    def _part(self, lane: tuple[Nodes, Nodes], numbers: tuple[int, int]) -> Sketches:
        back = self._backwards
        edges = back.starts, back.neighbour, back.ceilings
        return Sketches(*_draw(*edges, self._until, self._chance, *numbers, self._seed, *lane))


@njit(cache=True, nogil=True)
def _draw(
    starts: Ints,
    neighbour: Nodes,
    ceilings: Singles,
    until: Floats,
    chance: Singles,
    first: int,
    last: int,
    seed: int,
    seen: Nodes,
    queue: Nodes,
) -> tuple[Ints, Nodes]:
    begins, member = np.zeros(last - first + 1, np.int64), np.empty(_ROOM, np.int32)
    full = 0
    for number in range(first, last):
        state = stream(seed, number, 0)
        place, state = coin(state)
        root = min(np.searchsorted(until, place * until[-1], "right"), len(until) - 1)
        queue[0], seen[root] = root, number
        size, state = onward(starts, neighbour, ceilings, 1, number, seen, queue, state)
        if full + size > len(member):
            member = np.concatenate((member, np.empty(full + size, np.int32)))
        for i in range(size):
            likely = chance[queue[i]]
            luck, state = coin(state) if 0 < likely < 1 else (0.0, state)
            if luck < likely:
                member[full] = queue[i]
                full += 1
        begins[number - first + 1] = full
    return begins, member[:full].copy()
