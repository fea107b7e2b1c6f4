"""Who will carry the next cascades: credit earned, one's position, and how cascades go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

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
    part in; ``onward`` are the people who come after, once this person has joined a cascade.
    ``carried`` ranks: see ``credit``.
    """

    carried: Floats
    each: Values
    total: Values
    onward: Floats


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

    ``carried`` is the mean of ``total`` and ``onward``, weighted so that both count alike for
    those who begin cascades: who carries much in all comes first, and among the many of whom
    little was seen those whose cascades go on.

    **Bound.** Positions and all that is fitted given, a fake that joins a cascade adds to
    anyone's ``total`` at most ``m / (k + m) < 1``, and to their ``onward`` at most ½ of a person:
    so to ``carried`` less than one, and no more than a real follower who does the same.

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
    further = onward(cast, ties.nodes)
    return Credit(_evened(total[0], further, cast.begun()), each, total, further)


def onward(cast: Cast, people: int) -> Floats:
    """How many come after, once each person has joined a cascade; in people.

    The k-th to join bears 1/k of the witness, as k were there to set the next one in motion.
    Those after count up to the mean size of a cascade, so that one huge cascade makes no
    star; and one average witness is added (credibility: Bühlmann 1967), so that nobody is judged
    by one cascade for more than half. O(people of the cascades).

    >>> onward(Cast(np.array([0, 4]), np.arange(4, dtype=np.int32), np.arange(4.0)), 5).round(2)
    array([2.54, 2.05, 1.81, 1.66, 2.08])
    """
    size = np.diff(cast.starts)
    place = np.arange(len(cast.person)) - np.repeat(cast.starts[:-1], size)
    after = np.repeat(size, size) - 1 - place
    witness = 1 / (1 + place)
    most = len(cast.person) / max(int((size > 0).sum()), 1) - 1
    seen = witness * np.minimum(after, most)
    usually = seen.sum() / max(witness.sum(), 1)
    summed, borne = (np.bincount(cast.person, one, people) for one in (seen, witness))
    result: Floats = (usually + summed) / (1 + borne)
    return result


def _evened(total: Floats, further: Floats, began: Ints) -> Floats:
    """The mean of both, weighted so that they count alike for those who began cascades."""
    if not further.any():
        return total
    one, other = total[began].mean(), further[began].mean()
    result: Floats = (other * total + one * further) / (one + other)
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
