"""How audiences behave in a source as a whole: the prior that a single edge starts from.

The model. Someone in a speaker's audience acts on each of the speaker's posts with a
probability p of their own. Over the audience of speaker u the p are spread with density
``alpha_u · b · p^-1 (1-p)^(b-1)``: many who hardly ever act, few who often do, and always
someone who has not acted yet (a beta process: Hjort 1990; Thibaux and Jordan, AISTATS
2007). ``alpha_u`` is the number of distinct people that act on a first post, ``b``, in
posts, how long one must listen before believing a count. The distribution of ``b`` over
speakers is fitted to the counts of all edges seen, and a gamma distribution of ``alpha_u`` to the
sizes of their audiences, which are then negative binomial: empirical Bayes (Robbins 1956;
Efron 2010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from graph.columns import Floats
from graph.doubts import fit_doubts
from graph.evidence import Evidence
from graph.homes import Homes, rates_at_home

_MOST = 50_000
"""How many speakers a fit looks at (evenly picked)."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The prior of a source, and what each speaker's own edges made of it.

    ``doubt`` is b, ``mean`` that of the gamma of ``alpha``, one for each speaker (or one for
    all); ``shape`` is that of the gamma.
    """

    doubt: Floats
    shape: float
    mean: Floats

    def unseen(self, posts: Floats) -> Floats:
        """Share of people, of those acting on the next post, who ignored all before it.

        ``b / (b + n)`` after n posts.

        >>> Audience(np.array(4.0), 1.0, np.array(1.0)).unseen(np.array([0.0, 4.0]))
        array([1. , 0.5])
        """
        return self.doubt / (self.doubt + posts)

    def seen(self, posts: Floats) -> Floats:
        """Distinct people that acted on n posts, for ``alpha`` = 1: the sum of ``unseen``.

        >>> Audience(np.array(4.0), 1.0, np.array(1.0)).seen(np.array([1.0, 2.0])).round(3)
        array([1. , 1.8])
        """
        people: Floats = self.doubt * (digamma(self.doubt + posts) - digamma(self.doubt))
        return people


def fit_audience(counted: Evidence, homes: Homes = ()) -> Audience:
    """The prior that makes what was seen most likely. O(acts) with a constant of ~20.

    With ``homes`` it is a prior of everyone's own: that of their community, shrunk to that of
    their source (``graph.homes``).
    """
    doubt, people = fit_doubts(counted, homes), counted.audience.astype(np.float64)
    exposure = Audience(doubt, 1.0, np.ones(1)).seen(counted.posts.astype(np.float64))
    some = np.flatnonzero(counted.posts)
    some = some[:: 1 + len(some) // _MOST]
    shape, rate = _fit_speakers(people[some], exposure[some])
    mean = np.full(len(doubt), rate)
    for group in homes:
        mean *= rates_at_home(people, mean * exposure, shape, group)
    if len(homes):
        shape, rate = _fit_speakers(people[some], (mean * exposure)[some])
        mean *= rate
    return Audience(doubt, shape, mean)


def _fit_speakers(people: Floats, exposure: Floats) -> tuple[float, float]:
    """Shape and mean of ``alpha`` at the maximum of the negative binomial × a weak prior."""
    middle = np.log([1.0, (people.sum() + 0.5) / (exposure.sum() + 1.0)])

    def surprise(logs: Floats) -> float:
        shape, mean = np.exp(logs)
        likelihood = gammaln(people + shape) - gammaln(shape) + people * np.log(mean / shape)
        likelihood -= (people + shape) * np.log1p(mean * exposure / shape)
        return float(((logs - middle) ** 2).sum() / 2 - likelihood.sum())

    shape, mean = np.exp(_lowest(surprise, middle))
    return float(shape), float(mean)


def _lowest(surprise: Callable[[Floats], float], start: Floats) -> Floats:
    """Where the surprise of log shape and log mean is least, within reason."""
    bounds = np.log([[1e-2, 1e3], [1e-6, 1e6]])
    options = {"xatol": 1e-3, "fatol": 1e-3}
    found = minimize(surprise, start, method="Nelder-Mead", bounds=bounds, options=options)
    best: Floats = found.x
    return best
