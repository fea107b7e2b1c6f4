"""How many people a post will still meet, from its author's reach and what it has met so far."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln, nbdtrik

from domain.experiences import Reach
from graph.actions import ActionLog
from graph.cascades import Cascades
from graph.columns import Floats
from graph.delays import Delays

_BOUNDS = (0.02, 50.0)
_MIDDLE, _SPREAD = 0.0, 1.0
"""A weak prior of ``log shape``: about 1, give or take a factor of e."""


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


def fit_shape(log: ActionLog, happened: Cascades, expected: Floats) -> float:
    """The gamma shape under which the log's cascade sizes are likeliest. O(posts).

    Sizes of an author's root posts are negative binomial with mean ``expected`` of that
    author; posts that met nobody count too. Small shapes mean that few posts fly high and
    most stay where they are. A weak prior holds it near 1 while there is little to go by.
    """
    author, size = happened.sizes()
    roots = _root_posts(log, happened)
    mean = np.maximum(expected, 1e-9)

    def surprise(log_shape: float) -> float:
        shape = np.exp(log_shape)
        each = gammaln(size + shape) - gammaln(shape)
        each += size * (np.log(mean[author]) - np.log(mean[author] + shape))
        none = roots * shape * np.log1p(mean / shape)
        prior = ((log_shape - _MIDDLE) / _SPREAD) ** 2 / 2
        return float(none.sum() - each.sum() + prior)

    found = minimize_scalar(surprise, bounds=np.log(_BOUNDS), method="bounded")
    return float(np.exp(found.x))


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
