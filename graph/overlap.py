"""The best k of several things that set people in motion, where those whom they meet overlap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from graph.columns import Flags, Floats, Ints, Nodes, Singles
from graph.csr import Csr
from graph.probabilities import Learned
from graph.reach import usual_onward
from graph.seeds import choose_seeds
from graph.settings import GraphSettings
from graph.simulate import Spread, simulated_spread
from graph.sketches import Backwards, Objective
from graph.spread import onward, stream

_PILOTS = 64
"""Cascades from each case that tell who belongs to the audiences at all."""
_SURELY = 0.5
"""The share of a case's worth that its audience, as far as the pilots met it, surely holds."""
_JUDGES = 20_000
"""Simulated cascades, which the choice has not seen, by which a pick is judged."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Things to choose among, in columns: each begins with an author's words.

    ``author`` is an index in the graph (-1: nobody known), ``reach`` what a post of theirs is
    expected to set in motion, ``people`` how many this one is worth alone (the part of its
    reach still to come, say), ``weight`` in [0, 1] how much each of them counts.
    """

    author: Ints
    reach: Floats
    people: Floats
    weight: Floats

    @property
    def heard(self) -> Flags:
        """Whether there is an audience that it still goes on to."""
        heard: Flags = (self.author >= 0) & (self.people > 0)
        return heard

    @property
    def share(self) -> Floats:
        """How likely its cascade goes on at all; 1 where it has no audience to go on in."""
        known = self.heard & (self.reach > 0)
        part = np.divide(self.people, self.reach, out=np.ones_like(self.people), where=known)
        share: Floats = part.clip(max=1)
        return share


@dataclass(frozen=True, slots=True)
class Worth:
    """What a pick is worth: weighted people, and people, each counted once; by simulation."""

    harm: Spread
    people: Spread


@dataclass(frozen=True, slots=True)
class Chosen:
    """Places of the cases picked, in order, what they are worth, and what a naive pick is worth.

    ``at_least`` is what is proven of the pick, with probability 1 - 1/nodes, as a share of the
    best possible one.
    """

    picked: Ints
    at_least: float
    together: Worth
    naive: Worth


def choose_cases(
    learned: Learned,
    cases: Cases,
    count: int,
    naive: Ints,
    settings: GraphSettings,
    epsilon: float = 0.1,
) -> Chosen:
    """Up to ``count`` cases that together are worth most, each person counted once.

    Each case is a node of its own with its author's out-edges, which acts with chance
    ``weight × share``; people whom nobody can name (newcomers, and what a forecast adds to the
    author's reach) are its own value, so that alone it is worth ``weight × people``. The
    pick is ≥ (1 - 1/e - epsilon) × the best with probability 1 - 1/nodes (greedy over
    reverse-reachable sets with OPIM-C's bounds, ``graph.seeds``), roots drawn among the
    people whom 64 cascades from each case met. It is judged, like the ``naive`` pick, by
    forward cascades that the choice has not seen.
    """
    cast = _Cast.of(learned, cases, usual_onward(learned, settings))
    goal = cast.goal(cases, settings.seed)
    picked, at_least = np.empty(0, np.int64), 1.0
    if goal.total > 0:
        backwards, seed, threads = Backwards.of(cast.graph), settings.seed, settings.threads
        found = choose_seeds(
            backwards, count, epsilon=epsilon, goal=goal, seed=seed, threads=threads
        )
        picked, at_least = found.nodes - cast.people, found.at_least
    return Chosen(
        picked, at_least, cast.judged(cases, picked, settings), cast.judged(cases, naive, settings)
    )


@dataclass(frozen=True, slots=True)
class _Cast:
    """The graph with a node for each case behind the people, and what reaching each is worth."""

    graph: Csr
    people: int
    value: Floats
    own: Floats

    @classmethod
    def of(cls, learned: Learned, cases: Cases, further: float) -> _Cast:
        brought = learned.newcomers * (1 + further)
        author = np.where(cases.heard, cases.author, -1)
        news = np.append(brought, 0.0)[author]
        beyond = np.where(cases.heard, (cases.people - cases.reach).clip(min=0), cases.people)
        graph = _extended(learned.graph, author)
        return cls(graph, learned.graph.nodes, 1 + brought, news + beyond / cases.share)

    def goal(self, cases: Cases, seed: int) -> Objective:
        """What is to be greatest: over the audiences only, so that few roots meet no case."""
        chance = cases.weight * cases.share
        graph, met = self.graph, np.zeros(self.graph.nodes, bool)
        _meet(graph.starts, graph.neighbour, graph.ceilings(), self.people, seed, met)
        chance = np.where(cases.people > 0, chance, 0.0)
        value = np.append(np.where(met[: self.people], self.value, 0.0), self.own)
        least = _SURELY * (cases.weight * cases.people).max(initial=0.0)
        return replace(self._objective(value, chance), least=float(least))

    def judged(self, cases: Cases, picked: Ints, settings: GraphSettings) -> Worth:
        """What these are worth."""
        value, seeds = np.append(self.value, self.own), self.people + picked
        spreads = [
            simulated_spread(
                self.graph, seeds, _JUDGES, settings.seed + 1,
                goal=self._objective(value, chance), threads=settings.threads,
            )
            for chance in (cases.weight * cases.share, cases.share)
        ]  # fmt: skip
        return Worth(*spreads)

    def _objective(self, value: Floats, chance: Floats) -> Objective:
        people = np.zeros(self.people, np.float32)
        return Objective(value, np.append(people, chance.astype(np.float32)))


def _extended(graph: Csr, author: Ints) -> Csr:
    """The graph and behind it a row for each case: its author's; none for nobody."""
    sizes = np.append(np.diff(graph.starts), 0)[author]
    first = np.repeat(graph.starts[author], sizes)
    place = first + np.arange(len(first)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    starts = np.append(graph.starts, graph.starts[-1] + np.cumsum(sizes))
    neighbour = np.append(graph.neighbour, graph.neighbour[place])
    return Csr(starts, neighbour, np.append(graph.probability, graph.probability[place]))


@njit(cache=True, nogil=True)
def _meet(
    starts: Ints, neighbour: Nodes, ceilings: Singles, first: int, seed: int, met: Flags
) -> None:
    """Mark everyone whom one of some cascades from each node behind the first ones reaches."""
    nodes = len(starts) - 1
    seen, queue = np.full(nodes, -1, np.int32), np.empty(nodes, np.int32)
    for case in range(first, nodes):
        for run in range(_PILOTS):
            stamp = (case - first) * _PILOTS + run
            queue[0], seen[case] = case, stamp
            state = stream(seed, case, 2 + run)
            last, state = onward(starts, neighbour, ceilings, 1, stamp, seen, queue, state)
            for place in range(last):
                met[queue[place]] = True
