"""The Bass model of how something new is taken up, fitted to adoption times."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import minimize

from graph.columns import Floats

LEAST = 10
"""Adopters from which a curve is fitted."""
_GRID = [(p, q) for p in (0.003, 0.03, 0.3) for q in (0.03, 0.4, 3.0, 10.0)]
_MOST_TIMES = 20.0
"""A market more than so many times the adopters seen is a guess, not an estimate."""
_CRITICAL = 1.36
"""Of Kolmogorov's distance × √n at 5 %; parameters fitted to the data make it lenient."""


class Category(StrEnum):
    """How early someone takes up something new (Rogers, Diffusion of Innovations, 1962)."""

    INNOVATOR = "innovator"
    EARLY_ADOPTER = "early_adopter"
    EARLY_MAJORITY = "early_majority"
    LATE_MAJORITY = "late_majority"
    LAGGARD = "laggard"


_SHARES = (0.025, 0.16, 0.5, 0.84)


@dataclass(frozen=True, slots=True)
class Bass:
    """A fitted curve: ``innovation`` p and ``imitation`` q per day, and the ``market`` m.

    ``distance`` is the greatest gap between the curve and the adoptions (Kolmogorov), in
    [0, 1]; ``fits`` says whether it is one that chance would leave, and whether the market
    is more than a guess.
    """

    innovation: float
    imitation: float
    market: float
    distance: float
    fits: bool

    def share(self, days: Floats) -> Floats:
        """The share of the market that has adopted after so many days."""
        return _cumulative(np.asarray(days, np.float64), self.innovation, self.imitation)


def fit(times: Floats, until: float) -> Bass | None:
    """The curve of these adoption times (epoch seconds), seen up to ``until``.

    ``F(t) = (1 - e^-(p+q)t) / (1 + (q/p) e^-(p+q)t)`` (Bass, Management Science 15, 1969),
    by maximum likelihood given that each was seen to adopt by ``until`` (Schmittlein and
    Mahajan, Marketing Science 1, 1982), the clock starting at the first adoption; then
    ``m = n / F(until)``. None with fewer than ``LEAST`` adopters or less than a second
    between them. O(n) for each of some hundred steps.

    >>> days = np.sort(np.random.default_rng(1).gamma(9.0, 3.0, 400))
    >>> curve = fit(days * 86_400, 60 * 86_400.0)
    >>> curve is not None and curve.imitation > curve.innovation
    True
    """
    days = (np.sort(times) - np.min(times, initial=until)) / 86_400
    horizon = (until - np.min(times, initial=until)) / 86_400
    if len(times) < LEAST or horizon <= 0 or days[-1] * 86_400 < 1:
        return None
    scale = horizon / 10  # so that one grid of starts suits hours and years
    found = min((_sought(days / scale, horizon / scale, start) for start in _GRID), key=_worst)
    innovation, imitation = np.exp(found[0]) / scale
    reached = float(_cumulative(np.array([horizon]), innovation, imitation)[0])
    market = len(days) / max(reached, 1e-9)
    distance = _distance(days, _cumulative(days, innovation, imitation) / max(reached, 1e-9))
    fits = distance * np.sqrt(len(days)) < _CRITICAL and market < _MOST_TIMES * len(days)
    return Bass(float(innovation), float(imitation), market, distance, bool(fits))


def categories(times: Floats, curve: Bass | None) -> list[Category]:
    """Rogers' category of each adopter, by rank among all who will ever adopt.

    The first 2.5 % are innovators, then 13.5 % early adopters, 34 % early and 34 % late
    majority, 16 % laggards: of the market that the curve expects where it fits, else of
    those seen. Those who adopted together share a rank.
    """
    market = max(curve.market, len(times)) if curve and curve.fits else len(times)
    order = np.searchsorted(np.sort(times), times, side="left")
    places = np.searchsorted(np.array(_SHARES), (order + 0.5) / max(market, 1), side="right")
    return [tuple(Category)[place] for place in places.tolist()]


def _sought(days: Floats, horizon: float, start: tuple[float, float]) -> tuple[Floats, float]:
    found = minimize(
        _unlikelihood,
        np.log(start),
        args=(days, horizon),
        method="Nelder-Mead",
        options={"maxiter": 400, "xatol": 1e-4, "fatol": 1e-6},
    )
    return found.x, float(found.fun)


def _worst(found: tuple[Floats, float]) -> float:
    return found[1]


def _unlikelihood(logs: Floats, days: Floats, horizon: float) -> float:
    """Minus the mean log-density of the adoptions, given that all came by the horizon."""
    p, q = np.exp(np.clip(logs, -15, 5))
    decay = np.exp(-np.minimum((p + q) * days, 700))
    density = np.log(p) + 2 * np.log(p + q) - (p + q) * days - 2 * np.log(p + q * decay)
    reached = float(_cumulative(np.array([horizon]), p, q)[0])
    return float(-density.mean() + np.log(max(reached, 1e-300)))


def _cumulative(days: Floats, p: float, q: float) -> Floats:
    decay = np.exp(-np.minimum((p + q) * np.maximum(days, 0), 700))
    return np.asarray((1 - decay) / (1 + q / p * decay))


def _distance(days: Floats, expected: Floats) -> float:
    steps = np.arange(1, len(days) + 1) / len(days)
    return float(
        np.maximum(np.abs(steps - expected), np.abs(steps - 1 / len(days) - expected)).max()
    )
