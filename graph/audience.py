"""How audiences behave in a source as a whole: the prior that a single edge starts from.

The model. Someone in a speaker's audience acts on each of the speaker's posts with a
probability p of their own. Over the audience of speaker u the p are spread with density
``alpha_u · p^(s-1) (1-p)^(b-1) / B(1+s, b)``: a beta-binomial whose size is free, so that
``alpha_u`` is the number of distinct people that act on a first post. For s → 0 the
audience is unbounded (a beta process; Hjort 1990). ``s`` and ``b`` are fitted to the counts
of all edges that were seen, which is a beta-binomial cut off at zero; ``alpha_u`` follows a
gamma distribution over speakers, fitted to the sizes of the audiences seen, which are then
negative binomial. Both fits are empirical Bayes (Robbins 1956; Efron 2010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, expm1, gammaln

from graph.columns import Floats
from graph.evidence import Evidence

_MOST = 50_000
"""How many edges, and how many speakers, a fit looks at (evenly picked)."""

_START = np.log([0.5, 8.0])
_SPREAD = np.array([1.5, 1.5])
"""A weak prior of ``log s`` and ``log b``, so that ten posts in all still give a number."""


@dataclass(frozen=True, slots=True)
class Audience:
    """The prior of a source: ``s`` and ``b`` of an edge, gamma shape and mean of ``alpha``."""

    s: float
    b: float
    shape: float
    mean: float

    def unseen(self, posts: Floats) -> Floats:
        """Share of a post's effect that is due to people who ignored all posts before it.

        ``B(1+s, b+n) / B(1+s, b)``: 1 at first, falling towards 0.

        >>> Audience(s=1e-9, b=4.0, shape=1.0, mean=1.0).unseen(np.array([0.0, 4.0])).round(3)
        array([1. , 0.5])
        """
        share: Floats = np.exp(betaln(1 + self.s, self.b + posts) - betaln(1 + self.s, self.b))
        return share

    def seen(self, posts: Floats) -> Floats:
        """Distinct people seen after n posts, for ``alpha`` = 1: the sum of ``unseen``.

        ``(s+b)/s · (1 - r)`` with ``r = B(s, b+n) / B(s, b)``.

        >>> Audience(s=1e-9, b=4.0, shape=1.0, mean=1.0).seen(np.array([1.0, 2.0])).round(3)
        array([1. , 1.8])
        """
        s, b = self.s, self.b
        log_r = gammaln(b + posts) - gammaln(s + b + posts) + gammaln(s + b) - gammaln(b)
        people: Floats = -(s + b) / s * expm1(log_r)
        return people


def fit_audience(counted: Evidence) -> Audience:
    """The prior that makes what was seen most likely. O(edges) to pick, then constant."""
    s, b = _fit_edges(*_edge_counts(counted))
    edge = Audience(s, b, 1.0, 1.0)
    speakers = np.flatnonzero(counted.posts)
    speakers = speakers[:: 1 + len(speakers) // _MOST]
    exposure = edge.seen(counted.posts[speakers].astype(np.float64))
    shape, mean = _fit_speakers(counted.audience[speakers].astype(np.float64), exposure)
    return Audience(s, b, shape, mean)


def _edge_counts(counted: Evidence) -> tuple[Floats, Floats, Floats]:
    """Distinct ``(posts, acts)`` of edges and how many edges have each."""
    step = 1 + len(counted.acts) // _MOST
    pairs = np.stack([counted.posts[counted.rows()[::step]], counted.acts[::step]], axis=1)
    pairs, times = np.unique(pairs, axis=0, return_counts=True)
    posts, acts = pairs.astype(np.float64).T
    return posts, acts, times.astype(np.float64) * step


def _fit_edges(posts: Floats, acts: Floats, times: Floats) -> tuple[float, float]:
    """``s`` and ``b`` at the maximum of the truncated beta-binomial × the weak prior."""

    def surprise(logs: Floats) -> float:
        s, b = np.exp(logs)
        likelihood = betaln(acts + s, b + posts - acts) - betaln(1 + s, b)
        likelihood -= np.log(Audience(s, b, 1.0, 1.0).seen(posts))
        return float(-(times * likelihood).sum() + (((logs - _START) / _SPREAD) ** 2).sum() / 2)

    s, b = np.exp(_lowest(surprise, _START, (1e-3, 1e-1), (50.0, 1e4)))
    return float(s), float(b)


def _fit_speakers(people: Floats, exposure: Floats) -> tuple[float, float]:
    """Shape and mean of ``alpha`` at the maximum of the negative binomial × a weak prior."""
    middle = np.log([1.0, (people.sum() + 0.5) / (exposure.sum() + 1.0)])

    def surprise(logs: Floats) -> float:
        shape, mean = np.exp(logs)
        expected = mean * exposure
        likelihood = gammaln(people + shape) - gammaln(shape) + people * np.log(mean / shape)
        likelihood -= (people + shape) * np.log1p(expected / shape)
        return float(-likelihood.sum() + ((logs - middle) ** 2).sum() / 2)

    shape, mean = np.exp(_lowest(surprise, middle, (1e-2, 1e-6), (1e3, 1e6)))
    return float(shape), float(mean)


def _lowest(
    surprise: Callable[[Floats], float],
    start: Floats,
    least: tuple[float, float],
    most: tuple[float, float],
) -> Floats:
    """Where the surprise is least, within the bounds, in logs."""
    bounds = np.log(np.stack([least, most], axis=1))
    found = minimize(
        surprise, start, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-3, "fatol": 1e-3}
    )
    best: Floats = found.x
    return best
