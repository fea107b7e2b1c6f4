"""How audiences behave in a source as a whole: the prior that a single edge starts from.

The model. Someone in a speaker's audience acts on each of the speaker's posts with a
probability p of their own. Over the audience of speaker u the p are spread with density
``alpha_u · b · p^-1 (1-p)^(b-1)``: many who hardly ever act, few who often do, and always
someone who has not acted yet (a beta process: Hjort 1990; Thibaux and Jordan, AISTATS
2007). ``alpha_u`` is the number of distinct people that act on a first post, ``b``, in
posts, how long one must listen before believing a count. ``b`` is fitted to the counts of
all edges seen, and a gamma distribution of ``alpha_u`` over speakers to the sizes of their
audiences, which are then negative binomial: empirical Bayes (Robbins 1956; Efron 2010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import betaln, digamma, gammaln

from graph.columns import Floats
from graph.evidence import Evidence

_MOST = 50_000
"""How many edges, and how many speakers, a fit looks at (evenly picked)."""

_DOUBT, _SPREAD, _BOUNDS = np.log(8.0), 1.5, np.log([1.0, 1e4])
"""A weak prior of ``log b``, so that ten posts in all still give a number."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The prior of a source: ``doubt`` is b, ``shape`` and ``mean`` the gamma of ``alpha``."""

    doubt: float
    shape: float
    mean: float

    def unseen(self, posts: Floats) -> Floats:
        """Share of people, of those acting on the next post, who ignored all before it.

        ``b / (b + n)`` after n posts.

        >>> Audience(doubt=4.0, shape=1.0, mean=1.0).unseen(np.array([0.0, 4.0]))
        array([1. , 0.5])
        """
        return self.doubt / (self.doubt + posts)

    def seen(self, posts: Floats) -> Floats:
        """Distinct people that acted on n posts, for ``alpha`` = 1: the sum of ``unseen``.

        >>> Audience(doubt=4.0, shape=1.0, mean=1.0).seen(np.array([1.0, 2.0])).round(3)
        array([1. , 1.8])
        """
        people: Floats = self.doubt * (digamma(self.doubt + posts) - digamma(self.doubt))
        return people


def fit_audience(counted: Evidence) -> Audience:
    """The prior that makes what was seen most likely. O(edges) to pick, then constant."""
    doubt = _fit_doubt(*_edge_counts(counted))
    speakers = np.flatnonzero(counted.posts)
    speakers = speakers[:: 1 + len(speakers) // _MOST]
    exposure = Audience(doubt, 1.0, 1.0).seen(counted.posts[speakers].astype(np.float64))
    return Audience(doubt, *_fit_speakers(counted.audience[speakers].astype(float), exposure))


def _edge_counts(counted: Evidence) -> tuple[Floats, Floats, Floats]:
    """Distinct ``(posts, acts)`` of edges and how many edges have each."""
    step = 1 + len(counted.acts) // _MOST
    pairs = np.stack([counted.posts[counted.rows()[::step]], counted.acts[::step]], axis=1)
    pairs, times = np.unique(pairs, axis=0, return_counts=True)
    posts, acts = pairs.astype(np.float64).T
    return posts, acts, times.astype(np.float64) * step


def _fit_doubt(posts: Floats, acts: Floats, times: Floats) -> float:
    """``b`` at the maximum of the beta-binomial cut off at zero × the weak prior."""

    def surprise(log_doubt: float) -> float:
        doubt = float(np.exp(log_doubt))
        likelihood = log_doubt + betaln(acts, doubt + posts - acts)
        likelihood -= np.log(Audience(doubt, 1.0, 1.0).seen(posts))
        return float(((log_doubt - _DOUBT) / _SPREAD) ** 2 / 2 - (times * likelihood).sum())

    found = minimize_scalar(surprise, bounds=_BOUNDS, method="bounded", options={"xatol": 1e-3})
    return float(np.exp(found.x))


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
