"""Credit for what others did: who carried the cascades that happened, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.optimize import minimize
from scipy.special import gammaincinv, gammaln

from graph.casts import Acquaintance, Cast
from graph.columns import Floats, Ints, Nodes

_SURE = 0.05

_MOST = 50_000
"""How many people a fit looks at (evenly picked)."""


Values = tuple[Floats, Floats, Floats]
"""Mean, low and high of each person, with an 80 % interval."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit of each person, in people set in motion.

    ``each`` is expected of one cascade that one takes part in, ``total`` of as many cascades as
    were seen. ``sure`` is what one can be counted on for in one: in 19 cases of 20 the true mean
    is higher. ``balanced`` is the geometric mean of ``total`` and ``sure``: who carries much of
    everything *and* far each time. ``taken`` counts the cascades that each person took part in.
    """

    balanced: Floats
    sure: Floats
    each: Values
    total: Values
    taken: Ints


def credit(cast: Cast, met: Acquaintance) -> Credit:
    """The credit of everyone for the cascades in ``cast``, and what it lets expect.

    Credit distribution (Goyal, Bonchi, Lakshmanan, VLDB 2011): whoever acts gives one unit of
    credit to those neighbours who acted before, in shares ``γ ∝ exp(-gap / τ)`` with τ the mean
    gap, and they pass it on in turn: ``S(u) = 1 + Σ_v γ(v, u) S(v)``, the credit being
    ``S(u) - 1`` summed over cascades. One reverse sweep a cascade: O(Σ neighbours of its people).

    What was credited is luck as well. Credit is taken for a Poisson count with a gamma
    prior around ``c · degree^β`` (all three fitted by maximum likelihood, negative binomial), in
    ``total`` over all cascades, in ``each`` over those one took part in. So someone with one
    great cascade falls back, and someone who was in none is judged by who knows them.

    Credit of one person varies more from cascade to cascade than a Poisson count: φ times
    (Pearson's χ² of each person's cascades around their mean). For ``each`` both counts are
    divided by φ (quasi-likelihood: Wedderburn 1974): one's own evidence weighs that much less.
    ``sure``, the 5 % quantile of that posterior, ranks by quality *and* evidence: one great
    cascade makes nobody sure.

    >>> chain = Acquaintance.of(np.array([0, 1], np.int32), np.array([1, 2], np.int32), 3)
    >>> seen = Cast(np.array([0, 3]), np.array([0, 1, 2], np.int32), np.array([0.0, 5.0, 9.0]))
    >>> credited(seen, chain).tolist()
    [2.0, 1.0, 0.0]
    """
    earned, squares = _earnings(cast, met)
    taken = np.bincount(cast.person, minlength=len(earned))
    known = np.diff(met.starts).astype(float)
    overall = _posterior(earned, np.ones(len(earned)), known)
    varies = _dispersion(earned, squares, taken)
    one = _posterior(earned / varies, taken / varies, known)
    each, total, sure = one.values(), overall.values(), one.quantile(_SURE)
    return Credit(np.sqrt(total[0] * sure), sure, each, total, taken)


def credited(cast: Cast, met: Acquaintance) -> Floats:
    """The credit as it was earned, in people."""
    return _earnings(cast, met)[0]


def _earnings(cast: Cast, met: Acquaintance) -> tuple[Floats, Floats]:
    """Of each person: the credit of all cascades, and the sum of the squares of each one's."""
    people = len(met.starts) - 1
    room, earned, squares = np.full(people, -1, np.int64), np.zeros(people), np.zeros(people)
    _distribute(
        cast.starts, cast.person, cast.at, met.starts, met.neighbour, room,
        patience(cast, met), earned, squares,
    )  # fmt: skip
    return earned, squares


def _dispersion(earned: Floats, squares: Floats, taken: Ints) -> float:
    """φ by Pearson's χ² over its degrees of freedom; 1 or more."""
    often = np.flatnonzero((taken > 1) & (earned > 0))
    mean = earned[often] / taken[often]
    within = (squares[often] / mean - earned[often]).sum()
    return max(float(within / max((taken[often] - 1).sum(), 1)), 1.0)


def patience(cast: Cast, met: Acquaintance) -> float:
    """τ, the mean gap (seconds) between neighbours in the same cascade."""
    room = np.full(len(met.starts) - 1, -1, np.int64)
    gaps, count = _sum_gaps(cast.starts, cast.person, cast.at, met.starts, met.neighbour, room)
    return max(gaps / max(count, 1.0), 1e-9)


@dataclass(frozen=True, slots=True)
class _Gamma:
    """A posterior for each person's rate."""

    shape: Floats
    rate: Floats

    def values(self) -> Values:
        return self.shape / self.rate, self.quantile(0.1), self.quantile(0.9)

    def quantile(self, share: float) -> Floats:
        found: Floats = gammaincinv(self.shape, share) / self.rate
        return found


def _posterior(earned: Floats, chances: Floats, known: Floats) -> _Gamma:
    """The gamma posterior of each person's rate of credit."""
    shape, scale, power = _fit_prior(earned, chances, np.log(known + 1.0))
    mean = scale * (known + 1.0) ** power
    return _Gamma(shape + earned, shape / mean + chances)


def _fit_prior(earned: Floats, chances: Floats, known: Floats) -> tuple[float, float, float]:
    """Shape, scale and power of the prior at the maximum of the negative binomial × a weak one."""
    had = np.flatnonzero(chances)
    had = had[:: 1 + len(had) // _MOST]
    earned, chances, known = earned[had], chances[had], known[had]
    usual = (earned.sum() + 0.5) / (chances.sum() + 1.0)
    middle = np.array([0.0, np.log(usual), 0.0])

    def surprise(point: Floats) -> float:
        shape, mean = np.exp(point[0]), np.exp(point[1] + point[2] * known) * chances
        likelihood = gammaln(earned + shape) - gammaln(shape) + earned * np.log(mean / shape)
        likelihood -= (earned + shape) * np.log1p(mean / shape)
        return float(((point - middle) ** 2 / [2.0, 50.0, 8.0]).sum() - likelihood.sum())

    bounds = [(-5.0, 5.0), (middle[1] - 20, middle[1] + 5), (-2.0, 5.0)]
    found = minimize(surprise, middle, method="Nelder-Mead", bounds=bounds)
    shape, scale, power = found.x
    return float(np.exp(shape)), float(np.exp(scale)), float(power)


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
        for i in range(first, last):
            place[person[i]] = i
        for i in range(last - 1, first - 1, -1):
            _pass_on(i, first, person[i], at, rows, neighbour, place, patience, carried)
            earned[person[i]] += carried[i - first] - 1.0
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
