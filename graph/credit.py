"""Credit for what others did: who carried the cascades that happened, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.optimize import minimize
from scipy.special import gammaincinv, gammaln

from graph.cascadefiles import CascadeRow
from graph.columns import Floats, Ints, Nodes

_MOST = 50_000
"""How many people a fit looks at (evenly picked)."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit of each person with an 80 % interval, in people set in motion.

    ``total`` is expected over as many cascades as were seen, all that one takes part in;
    ``each`` for a single cascade that one takes part in. ``taken`` counts those seen.
    """

    total: Floats
    total_low: Floats
    total_high: Floats
    each: Floats
    each_low: Floats
    each_high: Floats
    taken: Ints


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Who may set whom in motion: each person's neighbours, in either direction, as rows."""

    starts: Ints
    neighbour: Nodes

    @classmethod
    def of(cls, source: Nodes, target: Nodes, people: int) -> Acquaintance:
        """From directed pairs; parallel pairs and loops count once and not at all."""
        both = np.stack([np.append(source, target), np.append(target, source)]).astype(np.int64)
        pairs = np.unique(both[0] * people + both[1])
        row, other = pairs // people, pairs % people
        row, other = row[row != other], other[row != other].astype(np.int32)
        counts = np.bincount(row, minlength=people)
        return cls(np.concatenate([[0], counts.cumsum()]), other)


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of cascades in order of time: ``person[starts[i]:starts[i + 1]]``, seed first."""

    starts: Ints
    person: Nodes
    at: Floats

    @classmethod
    def of(cls, rows: Iterable[CascadeRow], index: Mapping[str, int]) -> Cast:
        """From a file's cascades; people who are not in the index are left out."""
        sizes, person, at = [0], list[int](), list[float]()
        for row in rows:
            known = [(index[row.seed], 0.0)] if row.seed in index else []
            met = zip(row.people, row.delay.tolist(), strict=True)
            known += [(index[one], delay) for one, delay in met if one in index]
            person += [one for one, _ in known]
            at += [delay for _, delay in known]
            sizes.append(len(person))
        return cls(np.array(sizes), np.array(person, np.int32), np.array(at, float))


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

    >>> chain = Acquaintance.of(np.array([0, 1], np.int32), np.array([1, 2], np.int32), 3)
    >>> seen = Cast(np.array([0, 3]), np.array([0, 1, 2], np.int32), np.array([0.0, 5.0, 9.0]))
    >>> credited(seen, chain).tolist()
    [2.0, 1.0, 0.0]
    """
    people = len(met.starts) - 1
    earned = credited(cast, met)
    taken = np.bincount(cast.person, minlength=people)
    known = np.diff(met.starts).astype(float)
    total = _expected(earned, np.ones(people), known)
    each = _expected(earned, taken.astype(float), known)
    return Credit(*total, *each, taken)


def credited(cast: Cast, met: Acquaintance) -> Floats:
    """The credit as it was earned, in people."""
    room, earned = np.full(len(met.starts) - 1, -1, np.int64), np.zeros(len(met.starts) - 1)
    _distribute(
        cast.starts, cast.person, cast.at, met.starts, met.neighbour, room,
        patience(cast, met), earned,
    )  # fmt: skip
    return earned


def patience(cast: Cast, met: Acquaintance) -> float:
    """τ, the mean gap (seconds) between neighbours in the same cascade."""
    room = np.full(len(met.starts) - 1, -1, np.int64)
    gaps, count = _sum_gaps(cast.starts, cast.person, cast.at, met.starts, met.neighbour, room)
    return max(gaps / max(count, 1.0), 1e-9)


def _expected(earned: Floats, chances: Floats, known: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, 10 % and 90 % quantile of the gamma posterior of each person's rate of credit."""
    shape, scale, power = _fit_prior(earned, chances, np.log(known + 1.0))
    mean = scale * (known + 1.0) ** power
    strength, rate = shape + earned, shape / mean + chances
    low, high = (gammaincinv(strength, share) / rate for share in (0.1, 0.9))
    return strength / rate, low, high


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
