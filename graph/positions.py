"""What a place in the graph lets expect: rates by whom people know, and how far to believe it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import digamma, gammaln

from graph.columns import Floats
from graph.csr import Csr
from graph.pagerank import rank_flow

_MOST = 50_000
"""How many people a fit looks at (evenly picked)."""
_FAR = 30.0
"""Rates are kept within so many powers of e."""


def positions(ties: Csr, threads: int = 1) -> Floats:
    """Four numbers for each person, as logarithms less their mean; rows are people.

    How many act on them, on how many they act, PageRank (from those who act to those acted on)
    and reverse PageRank. ``ties`` has one edge speaker → actor for each pair; its weights
    do not matter. O(edges) a step of PageRank.

    >>> positions(Csr(np.array([0, 1, 1]), np.array([1], np.int32), np.ones(1, np.float32))).shape
    (2, 4)
    """
    alike = replace(ties, probability=np.ones(ties.edges, np.float32))
    turned = alike.turned()
    ranks = (rank_flow(one, threads=threads) * ties.nodes for one in (alike, turned))
    heard = (np.diff(one.starts) + 1.0 for one in (alike, turned))
    found = np.log(np.stack([*heard, *ranks], axis=1))
    result: Floats = found - found.mean(axis=0) if ties.nodes else found
    return result


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual where one stands: the mean rate of each person, and its gamma's shape."""

    mean: Floats
    shape: float


def usual(earned: Floats, chances: Floats, where: Floats) -> Usual:
    """Rates by position: ``mean = exp(a + where·b)``, counts negative binomial around it.

    All by maximum likelihood × weak priors, on those who had chances (Lawless: Negative
    binomial and mixed Poisson regression, 1987). O(people) a step, some fifty steps.

    >>> found = usual(np.array([2.0, 0.0]), np.ones(2), np.zeros((2, 4)))
    >>> found.mean.round(2).tolist()
    [0.99, 0.99]
    """
    had = np.flatnonzero(chances)
    had = had[:: 1 + len(had) // _MOST]
    rate = float(np.log((earned.sum() + 0.5) / (chances.sum() + 1.0)))
    middle = np.concatenate([[0.0, rate], np.zeros(where.shape[1])])
    width = np.concatenate([[1.0, 25.0], np.full(where.shape[1], 4.0)])
    bounds = [(-5.0, 5.0), (rate - 20, rate + 5), *[(-5.0, 5.0)] * where.shape[1]]
    given = (earned[had], chances[had], where[had], middle, width)
    found = minimize(_surprise, middle, given, method="L-BFGS-B", jac=True, bounds=bounds).x
    level = (found[1] + where @ found[2:]).clip(-_FAR, _FAR)
    return Usual(np.exp(level), float(np.exp(found[0])))


def _surprise(
    point: Floats,
    earned: Floats,
    chances: Floats,
    where: Floats,
    middle: Floats,
    width: Floats,
) -> tuple[float, Floats]:
    """Minus the logarithm of likelihood × prior, and its slopes."""
    shape, mean = np.exp(point[0]), np.exp((point[1] + where @ point[2:]).clip(-_FAR, _FAR))
    mean = mean * chances
    fits = gammaln(earned + shape) - gammaln(shape) + earned * np.log(mean / shape)
    fits -= (earned + shape) * np.log1p(mean / shape)
    missed = shape * (earned - mean) / (shape + mean)
    bent = digamma(earned + shape) - digamma(shape) - np.log1p(mean / shape)
    bent = shape * (bent + (mean - earned) / (shape + mean))
    off = (point - middle) / width
    slopes = off - np.concatenate([[bent.sum(), missed.sum()], where.T @ missed])
    return float((off**2 * width).sum() / 2 - fits.sum()), slopes


def believed(earned: Floats, mean: Floats) -> float:
    """How much credit one's position is worth: k in ``m (k + earned) / (k + m)``.

    ``earned`` has a row for each part of what was seen. k is chosen so that each part is told
    best (Poisson deviance) by all others: where evidence repeats itself k is small.
    O(parts × people) a step, some forty steps.

    >>> often = np.tile([9.0, 0.0, 0.0, 0.0], (5, 1))
    >>> believed(often, np.full(4, 11.0)) < 1 < believed(np.diag([9.0] * 4), np.full(4, 9.0))
    True
    """
    parts = len(earned)
    others = (earned.sum(axis=0) - earned) * parts / (parts - 1)

    def deviance(power: float) -> float:
        told = blended(others, mean, np.exp(power) * parts / (parts - 1)) / parts
        return float((told - earned * np.log(told + 1e-300)).sum())

    tried = np.linspace(-4.0, 14.0, 19)
    best = tried[np.argmin([deviance(power) for power in tried])]
    found = minimize_scalar(deviance, bounds=(best - 1, best + 1), method="bounded")
    return float(np.exp(found.x))


def blended(earned: Floats, mean: Floats, worth: float) -> Floats:
    """What is expected after what was earned, where a position is worth so much credit."""
    result: Floats = mean * (worth + earned) / (worth + mean)
    return result
