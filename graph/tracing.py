"""Probabilities of edges from cascades that happened: who acted after whom, of how many chances."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numba import njit
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from graph.casts import Acquaintance, Cast
from graph.columns import Floats, Ints, Nodes
from graph.csr import Csr
from graph.sharing import patience

_MOST = 50_000
"""How many authors, or edges, a fit looks at (evenly picked)."""


def traced(graph: Csr, cast: Cast) -> Csr:
    """The same edges speaker → actor with probabilities learned from cascades.

    Whoever acts gives one unit of credit to those speakers of theirs who had acted before, in
    shares ``γ ∝ exp(-gap / τ)`` (partial credit; Goyal, Bonchi, Lakshmanan: Learning influence
    probabilities in social networks, WSDM 2010). An edge has a chance in every cascade its
    speaker takes part in, but for those in which the actor came first. Credit k of n chances
    is shrunk twice, to the speaker's rate and that to everyone's, each time by a gamma prior whose
    shape a has the greatest (negative binomial) likelihood: ``p = (a + k) / (a / rate + n)``. So
    an edge on which nothing was seen has its speaker's rate. O(Σ in-edges of those who acted).

    >>> from graph.csr import Csr
    >>> edge = Csr(np.array([0, 1, 1]), np.array([1], np.int32), np.ones(1, np.float32))
    >>> both = Cast(np.array([0, 2, 3]), np.array([0, 1, 0], np.int32), np.array([0.0, 5.0, 0.0]))
    >>> round(float(traced(edge, both).probability[0]), 2)
    0.41
    """
    speaker = np.repeat(np.arange(graph.nodes), np.diff(graph.starts))
    credit, before = _counted(graph, speaker.astype(np.int32), cast)
    taken = np.bincount(cast.person, minlength=graph.nodes)
    chances: Floats = taken[speaker] - before
    rate = np.full(graph.nodes, (credit.sum() + 1e-3) / (chances.sum() + 1.0))
    earned, had = (
        np.bincount(speaker, one, graph.nodes).astype(float) for one in (credit, chances)
    )
    rate = _shrunk(earned, had, rate)
    found = _shrunk(credit, chances, rate[speaker])
    return replace(graph, probability=found.clip(max=1.0).astype(np.float32))


def _counted(graph: Csr, speaker: Nodes, cast: Cast) -> tuple[Floats, Floats]:
    """Of each edge: the credit earned, and in how many cascades the actor came first."""
    met = Acquaintance.of(speaker, graph.neighbour, graph.nodes)
    order = np.argsort(graph.neighbour, kind="stable")
    counts = np.bincount(graph.neighbour, minlength=graph.nodes)
    credit, before = np.zeros(graph.edges), np.zeros(graph.edges)
    _trace(
        cast.starts, cast.person, cast.at, np.concatenate([[0], counts.cumsum()]), order,
        speaker, np.full(graph.nodes, -1, np.int64), patience(cast, met), credit, before,
    )  # fmt: skip
    return credit, before


def _shrunk(count: Floats, chances: Floats, rate: Floats) -> Floats:
    """Posterior means of rates, by a gamma prior around ``rate`` with the likeliest shape."""
    had = np.flatnonzero(chances)
    had = had[:: 1 + len(had) // _MOST]
    some, mean = count[had], rate[had] * chances[had]

    def surprise(log_shape: float) -> float:
        shape = np.exp(log_shape)
        likelihood = gammaln(some + shape) - gammaln(shape) + some * np.log(mean / shape)
        likelihood -= (some + shape) * np.log1p(mean / shape)
        return float(log_shape**2 / 8 - likelihood.sum())

    shape = float(np.exp(minimize_scalar(surprise, bounds=(-6.0, 6.0), method="bounded").x))
    found: Floats = (shape + count) / (shape / rate + chances)
    return found


@njit(cache=True, nogil=True)
def _trace(
    starts: Ints,
    person: Nodes,
    at: Floats,
    rows: Ints,
    edge: Ints,
    speaker: Nodes,
    place: Ints,
    patience: float,
    credit: Floats,
    before: Floats,
) -> None:
    """Go through the cascades; ``rows`` and ``edge`` name the edges into each person."""
    for cascade in range(len(starts) - 1):
        first, last = starts[cascade], starts[cascade + 1]
        for i in range(first, last):
            place[person[i]] = i
        for i in range(first, last):
            into = edge[rows[person[i]] : rows[person[i] + 1]]
            _give(into, first, at[i], at, speaker, place, patience, credit, before)


@njit(cache=True, nogil=True)
def _give(
    into: Ints,
    first: int,
    now: float,
    at: Floats,
    speaker: Nodes,
    place: Ints,
    patience: float,
    credit: Floats,
    before: Floats,
) -> None:
    """Share one unit of credit among the speakers who acted earlier in this cascade."""
    total = 0.0
    for one in into:
        spot = place[speaker[one]]
        if spot >= first and at[spot] < now:
            total += np.exp((at[spot] - now) / patience)
        elif spot >= first and at[spot] > now:
            before[one] += 1.0
    for one in into:
        spot = place[speaker[one]]
        if total > 0.0 and spot >= first and at[spot] < now:
            credit[one] += np.exp((at[spot] - now) / patience) / total
