"""Who will carry the next cascades: credit earned, one's position, and how far one's own went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv
from scipy.stats import rankdata

from graph.casts import Acquaintance, Cast
from graph.columns import Floats, Ints
from graph.csr import Csr
from graph.positions import believed, blended, positions, usual
from graph.sharing import earnings

_PARTS = 5
"""Into how many parts the cascades are cut to learn what evidence is worth."""
_LEAST = 1e-3
"""The least sum or variance that is divided by."""

Values = tuple[Floats, Floats, Floats]
"""Mean, low and high of each person, with an 80 % interval."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Credit of each person, in people set in motion.

    ``total`` is expected of as many cascades as were seen, ``each`` of one that one takes
    part in. ``standing`` (0 to 1) is the share of cascades that one begun by this person
    is expected to outgrow. ``carried`` ranks: see ``credit``.
    """

    carried: Floats
    each: Values
    total: Values
    standing: Floats


def credit(cast: Cast, ties: Csr, threads: int = 1) -> Credit:
    """The credit to expect of everyone, from the cascades seen and the ties speaker → actor.

    Credit distribution (Goyal, Bonchi, Lakshmanan, VLDB 2011): whoever acts gives one unit of
    credit to those neighbours who acted before, in shares ``γ ∝ exp(-gap / τ)`` with τ the mean
    gap, and they pass it on, to the root: ``S(u) = 1 + Σ_v γ(v, u) S(v)``, the credit being
    ``S(u) - 1`` summed over cascades. One reverse sweep a cascade: O(Σ neighbours of its people).

    What was earned is luck as well. By position alone (``graph.positions``: degree and
    PageRank, both ways) one would expect m; ``total = m (k + earned) / (k + m)``, with the k by
    which each fifth of the cascades is told best by the others. So where little was seen, or
    where it does not come again, position speaks. ``each`` is the mean of a gamma posterior
    around what position lets expect of one cascade. Credit comes in lumps: evidence of ``each``
    and of both intervals is divided by how many times more it varies than a Poisson count
    (quasi-likelihood: Wedderburn 1974). O(edges) a step of PageRank, O(people) one of a fit.

    ``carried = (total + each) · standing²``: all that is expected of someone, and one cascade
    more, times 0 to 1 (¼ is usual) for how far cascades go that they begin. A discount and no
    premium, so that what fakes add in number only counts once. The sum and the square were
    chosen on validation cascades.

    >>> chain = Csr(np.array([0, 1, 2, 2]), np.array([1, 2], np.int32), np.ones(2, np.float32))
    >>> seen = Cast(np.array([0, 3]), np.array([0, 1, 2], np.int32), np.array([0.0, 5.0, 9.0]))
    >>> np.argsort(-credit(seen, chain).carried).tolist()
    [0, 1, 2]
    """
    met = Acquaintance.of(ties.rows(), ties.neighbour, ties.nodes)
    parts, squares = earnings(cast, met, _PARTS)
    earned, taken = parts.sum(axis=0), np.bincount(cast.person, minlength=ties.nodes)
    where = positions(ties, threads)
    total = _total(parts, squares, where)
    varies = _dispersion(earned, squares, taken)
    prior = usual(earned / varies, taken / varies, where)
    each = _Gamma(prior.shape + earned / varies, prior.shape / prior.mean + taken / varies).values()
    rank = standing(cast, ties.nodes)
    return Credit((total[0] + each[0]) * rank**2, each, total, rank)


def standing(cast: Cast, people: int) -> Floats:
    """The share of cascades that one begun by each person is expected to outgrow.

    The mean of those that one's own did outgrow, as if κ more had been average ones:
    κ is the variance within people over that between them (Bühlmann's credibility, 1967),
    and at least 1: nobody is judged by one cascade for more than half.

    >>> two = Cast(np.array([0, 1, 3]), np.array([0, 1, 2], np.int32), np.zeros(3))
    >>> standing(two, 3).tolist()
    [0.5, 0.5, 0.5]
    """
    size = np.diff(cast.starts)
    begun = cast.person[cast.starts[:-1][size > 0]]
    outgrown = (rankdata(size[size > 0]) - 0.5) / max(len(begun), 1)
    count = np.bincount(begun, minlength=people)
    summed = np.bincount(begun, outgrown, people)
    spare = len(begun) - np.count_nonzero(count)
    if not spare:
        return np.full(people, 0.5)
    off = outgrown - (summed / np.maximum(count, 1))[begun]
    within = float((off**2).sum()) / spare
    usually = max(within / max(float(outgrown.var()) - within, _LEAST), 1.0)
    result: Floats = (usually / 2 + summed) / (usually + count)
    return result


def _total(parts: Floats, squares: Floats, where: Floats) -> Values:
    """The credit expected of as many cascades, by what was earned and by position."""
    earned = parts.sum(axis=0)
    lumps = max(float(squares.sum() / max(earned.sum(), _LEAST)), 1.0)
    prior = usual(earned / lumps, np.full(len(earned), 1 / lumps), where)
    value = blended(earned, prior.mean, believed(parts, prior.mean))
    shape = prior.shape + earned / lumps
    _, low, high = _Gamma(shape, shape / np.maximum(value, 1e-300)).values()
    return value, low, high


def _dispersion(earned: Floats, squares: Floats, taken: Ints) -> float:
    """φ by Pearson's χ² over its degrees of freedom; 1 or more."""
    often = np.flatnonzero((taken > 1) & (earned > 0))
    mean = earned[often] / taken[often]
    within = (squares[often] / mean - earned[often]).sum()
    return max(float(within / max((taken[often] - 1).sum(), 1)), 1.0)


@dataclass(frozen=True, slots=True)
class _Gamma:
    """A posterior for each person's rate."""

    shape: Floats
    rate: Floats

    def values(self) -> Values:
        low, high = (gammaincinv(self.shape, share) / self.rate for share in (0.1, 0.9))
        return self.shape / self.rate, low, high
