"""Whether a topic rises: two counts, and how sure one can be of their ratio."""

from __future__ import annotations

import numpy as np

from domain.topics import Movement

_DRAWS = 4_000
_CLEARLY = 1.25


def ratio(recent: int, before: int, all_recent: int, all_before: int) -> tuple[float, float, float]:
    """How many times its former share of all posts a topic has now, with an 80 % interval.

    Both counts are Poisson, with a Gamma(½) prior on each rate (Jeffreys); the interval is
    that of the ratio of the posteriors, drawn with a fixed seed. Shares, not counts, are
    compared: a source added yesterday makes no topic rise.

    >>> middle, low, high = ratio(30, 30, 100, 400)
    >>> low < middle < high and 3 < middle < 5
    True
    """
    draw = np.random.default_rng(0)
    now = draw.gamma(recent + 0.5, size=_DRAWS) / max(all_recent, 1)
    then = draw.gamma(before + 0.5, size=_DRAWS) / max(all_before, 1)
    low, middle, high = np.quantile(now / then, [0.1, 0.5, 0.9])
    return float(middle), float(low), float(high)


def movement(before: int, all_before: int, low: float, high: float) -> Movement:
    """Where it goes, as far as the interval says so.

    New is what nobody spoke of before, where one would have been heard; while nothing
    was heard before, nothing is new.
    """
    if not all_before:
        return Movement.STEADY
    if not before and low > _CLEARLY:
        return Movement.NEW
    if low > _CLEARLY:
        return Movement.RISING
    return Movement.FALLING if high < 1 / _CLEARLY else Movement.STEADY
