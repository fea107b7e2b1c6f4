"""How many people a post will still meet, from its author's reach and what it has met so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, nbdtrik

from domain.experiences import Reach
from graph.actions import ActionLog
from graph.cascades import Cascades
from graph.columns import Floats
from graph.delays import Delays

_MOST = 20_000
"""How many authors a fit looks at (evenly picked)."""

_MIDDLE, _SPREAD = np.array([0.0, 0.0, 1.0]), np.array([1.0, 2.0, 0.5])
_BOUNDS = ((-4.0, 4.0), (-7.0, 7.0), (0.0, 2.0))
"""Log shape, log lift and trust: what is believed of them before, and within which bounds."""


def forecast(expected: float, so_far: int, age: float, delays: Delays, shape: float) -> Reach:
    """What a post of this age (seconds) has met and will still meet, with an 80 % interval.

    >>> from graph.delays import usual_delays
    >>> young = forecast(expected=8.0, so_far=2, age=600.0, delays=usual_delays(), shape=1.0)
    >>> round(young.to_come, 1), young.low, young.high
    (4.2, 1.0, 8.0)
    """
    come = delays.come([age])
    to_come, low, high = to_come_of(np.array([expected]), np.array([so_far]), come, shape)
    return Reach(so_far, float(to_come[0]), float(low[0]), float(high[0]))


def to_come_of(
    expected: Floats, so_far: Floats, come: Floats, shape: float
) -> tuple[Floats, Floats, Floats]:
    """People still to come for many posts at once: mean, and 10 % and 90 % quantiles.

    A cascade's final size is Poisson with a mean λ that varies from post to post, a priori
    ``λ ~ Gamma(shape, mean expected)``. If n people came by an age at which the share F
    normally has, then ``λ | n ~ Gamma(shape + n, rate shape/expected + F)`` (conjugacy;
    Gelman and others: Bayesian Data Analysis, §2.6), and those still to come are negative
    binomial with mean ``(1 - F) (shape + n) / (shape/expected + F)``. Reinforcement by
    those who come late is inside F, which is learned from whole cascades. Where the mean
    lies above the 90 % quantile (most posts meet nobody), the interval is stretched to it.
    """
    strength = shape + so_far
    rate = shape / np.maximum(expected, 1e-9) + come
    left = 1.0 - come
    mean = left * strength / rate
    low, high = (_quantile(q, strength, rate / (rate + left)) for q in (0.1, 0.9))
    return mean, np.minimum(low, mean), np.maximum(high, mean)


def _quantile(share: float, strength: Floats, chance: Floats) -> Floats:
    """Least count that a negative binomial stays at or below with this probability."""
    count = np.ceil(nbdtrik(share, strength, chance)).clip(min=0)
    return np.where(chance < 1, count, 0.0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How a source's cascades vary in size around ``lift · expected ** trust``.

    ``shape`` of the gamma distribution of their means: small where few posts fly high and
    most stay where they are. ``trust`` is 1 where who speaks decides how far it goes, 0
    where it does not matter; ``lift`` is what a post that starts a thread reaches over
    what an average one does, answers included, of an author who reaches one person.
    """

    shape: float
    lift: float
    trust: float

    def mean(self, expected: Floats) -> Floats:
        """The mean size of the cascades of authors with this expected reach."""
        size: Floats = self.lift * np.maximum(expected, 1e-9) ** self.trust
        return size


def fit_sizes(log: ActionLog, happened: Cascades, expected: Floats) -> Sizes:
    """The sizes' law under which the log's cascades are likeliest. O(posts) once.

    Sizes of an author's root posts are negative binomial; posts that met nobody count too.
    ``expected`` must not be learned from these cascades, or it is trusted too much. A weak
    prior holds all three numbers near 1 while there is little to go by.
    """
    author, size = happened.sizes()
    step = 1 + log.authors // _MOST
    roots, expected = _root_posts(log, happened)[::step], expected[::step]
    author, size = author[author % step == 0] // step, size[author % step == 0]

    def surprise(point: Floats) -> float:
        shape, mean = np.exp(point[0]), Sizes(1.0, np.exp(point[1]), point[2]).mean(expected)
        each = gammaln(size + shape) - gammaln(shape)
        each += size * (np.log(mean[author]) - np.log(mean[author] + shape))
        none = roots * shape * np.log1p(mean / shape)
        prior = (((point - _MIDDLE) / _SPREAD) ** 2).sum() / 2
        return float(none.sum() - each.sum() + prior)

    found = minimize(surprise, _MIDDLE, method="Nelder-Mead", bounds=_BOUNDS)
    shape, lift, trust = found.x
    return Sizes(float(np.exp(shape)), float(np.exp(lift)), float(trust))


def _root_posts(log: ActionLog, happened: Cascades) -> Floats:
    """How many posts of each author were not acts on someone else's."""
    acting = np.flatnonzero((log.on_post != 0) & (log.post != 0))
    _, first = np.unique(log.post[acting], return_index=True)
    said = np.bincount(log.said_by, minlength=log.authors)
    answers = np.bincount(log.actor[acting[first]], minlength=log.authors)
    author, _ = happened.sizes()
    known = np.bincount(author, minlength=log.authors)
    roots: Floats = np.maximum(said - answers, known).astype(np.float64)
    return roots
