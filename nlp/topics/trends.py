"""Whether a topic rises: two counts, and how sure one can be of their ratio."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np

from domain.topics import Movement

_DRAWS = 4_000
_CLEARLY = 1.25


def ratio(
    recent: int, before: int, days_recent: float, days_before: float
) -> tuple[float, float, float]:
    """How many times more posts a day than before, with an 80 % interval.

    Both rates are Poisson with a Gamma(½) prior (Jeffreys); the interval is that of the
    ratio of their posteriors, drawn with a fixed seed.

    >>> middle, low, high = ratio(30, 30, 7, 28)
    >>> low < middle < high and 3 < middle < 5
    True
    """
    draw = np.random.default_rng(0)
    now = draw.gamma(recent + 0.5, size=_DRAWS) / days_recent
    then = draw.gamma(before + 0.5, size=_DRAWS) / days_before
    low, middle, high = np.quantile(now / then, [0.1, 0.5, 0.9])
    return float(middle), float(low), float(high)


def movement(born_at: datetime, low: float, high: float, since: datetime) -> Movement:
    """New if it was born within the window; rising or falling if the interval says so."""
    if born_at >= since - timedelta(hours=1):
        return Movement.NEW
    if low > _CLEARLY:
        return Movement.RISING
    return Movement.FALLING if high < 1 / _CLEARLY else Movement.STEADY
