"""How soon acts come: the share of a cascade that is normally there at a given age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from graph.columns import Floats
from graph.histories import Histories

_POINTS = 256
_FEWEST = 50
"""With fewer delays than this in the log, the usual ones are believed."""


@dataclass(frozen=True, slots=True)
class Delays:
    """A step function: ``share[i]`` of the acts have come by ``seconds[i]`` after the post."""

    seconds: Floats
    share: Floats

    def come(self, age: ArrayLike) -> Floats:
        """The share of acts that normally come within this age (seconds), in [0, 1].

        >>> Delays(np.array([60.0, 600.0]), np.array([0.5, 1.0])).come([0, 60, 599, 600])
        array([0. , 0.5, 0.5, 1. ])
        """
        steps = np.concatenate([[0.0], self.share])
        share: Floats = steps[np.searchsorted(self.seconds, np.asarray(age, float), side="right")]
        return share

    def survival(self, age: ArrayLike) -> Floats:
        """The share of acts that normally come later than this age (seconds)."""
        return 1.0 - self.come(age)

    def by(self, share: float) -> float:
        """The age (seconds) by which this share of the acts has normally come."""
        place = np.searchsorted(self.share, share).clip(max=len(self.seconds) - 1)
        return float(self.seconds[place])


def usual_delays() -> Delays:
    """What to believe where a log says too little: the memory kernel of SEISMIC.

    Constant for five minutes, then a power law of exponent 1 + 0.242 (Zhao, Erdogdu, He,
    Rajaraman, Leskovec: SEISMIC, KDD 2015, fitted to Twitter), cut off at 30 days.

    >>> usual_delays().come([300.0, 3600.0, 86400.0]).round(2)
    array([0.21, 0.61, 0.87])
    """
    flat, theta, end = 300.0, 0.242, 30 * 86_400.0
    seconds = np.geomspace(10.0, end, _POINTS)
    early = seconds / flat * theta / (1 + theta)
    late = 1 - (seconds / flat) ** -theta / (1 + theta)
    share = np.where(seconds < flat, early, late)
    return Delays(seconds, share / share[-1])


def learn_delays(watched: Histories) -> Delays:
    """The delays of cascades, each person's first act after the root post.

    A young post can only have shown short delays, so plain shares would be too quick: the
    product-limit estimator for right truncation corrects for it (Lynden-Bell 1971;
    Lagakos, Barraj, De Gruttola 1988): ``F(t) = Π_{d > t} (1 - deaths(d) / at risk(d))``,
    at risk at d being the acts with delay ≤ d whose post is at least d old. All cascades
    weigh the same, however large, so that a few great ones do not set the pace. Falls back to
    ``usual_delays`` where there are few. O(acts log acts).
    """
    if len(watched.delay) < _FEWEST:
        return usual_delays()
    sizes = watched.sizes()
    age = np.maximum(np.repeat(watched.age, sizes), watched.delay)
    return _product_limit(watched.delay, age, np.repeat(1.0 / np.maximum(sizes, 1), sizes))


def _product_limit(delay: Floats, age: Floats, weight: Floats) -> Delays:
    seconds, place = np.unique(delay, return_inverse=True)
    deaths = np.bincount(place, weight)
    by_age = np.argsort(age)
    older = np.concatenate([[0.0], np.cumsum(weight[by_age])])
    at_risk = np.cumsum(deaths) - older[np.searchsorted(age[by_age], seconds)]
    stay = 1 - deaths / np.maximum(at_risk, deaths)
    stay[0] = 1.0  # everything that is ever seen comes at the first delay or later
    later = np.append(np.cumprod(stay[:0:-1])[::-1], 1.0)
    kept = np.unique(np.linspace(0, len(seconds) - 1, _POINTS).astype(int))
    return Delays(seconds[kept], later[kept])
