"""How strange an hour is for a brand that has its own ups and downs.

Counts of mentions are bursty: their tail is far heavier than a normal law allows, so a
threshold of k standard deviations either floods or sleeps. Instead:

1. *Contextual.* Mentions of the last few hours are compared, as log ratios, with the
   median of the same hours of the day over the 14 days before.
2. *Robust and discrete.* Ratios are divided by ``sqrt(mad² + 1 / (usual + 1))``: the
   delta-method deviation of a log negative-binomial count whose dispersion is measured by
   the median absolute deviation. Small brands are noisy, and so forgiven.
3. *Rare.* What lies above the 90 % quantile of the brand's last 28 days is given an
   exponential tail (peaks over threshold: Siffer et al., "Anomaly Detection in Streams with
   Extreme Value Theory", KDD 2017, with shape 0), shrunk towards a prior while history is
   short. The result is a return period: an hour like this comes once in so many hours.
4. *Large.* A burst that comes every night is rare for its hour and no news at all. So
   mentions are also set against ``top``, the level of the brand's highest 0.5 % of hours.

``surprise`` weighs 3 and 4 together. Every hour is judged by what came before it only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SEASON_DAYS = 14
TAIL_DAYS = 28
_WARM_UP_HOURS = 48
_TAIL_SHARE = 0.1
_TOP_SHARE = 0.005
_RARITY_WEIGHT = 0.2
_PRIOR_EXCESS = 1.0
_PRIOR_WEIGHT = 5.0
_SCALE_UNKNOWN = 0.5
_ENOUGH = 24
_MAD_TO_SIGMA = 1.4826
_ROUNDED = 1e-9


@dataclass(frozen=True, slots=True)
class Strangeness:
    """For each hour: mentions in the span that ends with it, what is usual, how rare.

    ``times`` is the ratio of mentions to the usual, ``top`` the level of the highest 0.5 %
    of hours before, ``log_rarity`` the natural logarithm of the return period in hours.
    All but ``mentions`` are NaN where history is too short to tell.
    """

    mentions: Floats
    usual: Floats
    times: Floats
    top: Floats
    log_rarity: Floats

    def surprise(self, once_in_hours: float) -> Floats:
        """How far an hour exceeds the top, in logarithms, made easier by rarity.

        ``ln(mentions / top) + 0.2 log10(rarity / once_in)``; at 0 it is worth an alert:
        as many as ever at the rarity asked for, a little fewer if rarer. -inf: cannot tell.
        """
        excess = np.log1p(self.mentions) - np.log1p(self.top)
        rarer = (self.log_rarity - np.log(once_in_hours)) / np.log(10)
        surprise: Floats = excess + _RARITY_WEIGHT * rarer
        return np.nan_to_num(surprise, nan=-np.inf)


def strangeness(counts: NDArray[np.int64], span: int) -> Strangeness:
    """Judge each hour of consecutive hourly ``counts``, ``span`` hours taken together.

    Shapes: every array has the length of ``counts``. Cost: O(hours × 28 × 24).
    """
    mentions = _trailing_sum(counts, span)
    logs = np.log1p(mentions)
    usual = _usual(logs)
    ratios = logs - usual
    scores = ratios / np.sqrt(_scale(ratios) ** 2 + np.exp(-usual))
    return Strangeness(
        mentions=mentions,
        usual=np.expm1(usual),
        times=np.exp(ratios),
        top=np.expm1(_top(logs)),
        log_rarity=_log_return_period(scores),
    )


def episodes(opens: Flags, stays: Flags, rest: int) -> list[int]:
    """The first hour of each episode: it ends after ``rest`` hours without ``stays``."""
    firsts: list[int] = []
    calm = rest
    for hour in range(len(opens)):
        if calm >= rest and opens[hour]:
            firsts.append(hour)
            calm = 0
        elif calm < rest:
            calm = 0 if stays[hour] else calm + 1
    return firsts


def _trailing_sum(counts: NDArray[np.int64], span: int) -> Floats:
    sums: Floats = np.concatenate(([0.0], np.cumsum(counts)))
    ends = np.arange(1, len(counts) + 1)
    return sums[ends] - sums[np.maximum(ends - span, 0)]


def _usual(logs: Floats) -> Floats:
    """The median of the same hour of the day over the days before; NaN in the warm-up."""
    days = np.full((SEASON_DAYS, len(logs)), np.nan)
    for day in range(1, SEASON_DAYS + 1):
        days[day - 1, 24 * day :] = logs[: -24 * day]
    usual = np.full(len(logs), np.nan)
    usual[_WARM_UP_HOURS:] = _quantile(days[:, _WARM_UP_HOURS:].T, 0.5)
    return usual


def _top(logs: Floats) -> Floats:
    """The level that only the highest 0.5 % of the hours before have reached."""
    top = np.full(len(logs), np.nan)
    past = _past(logs, 24 * TAIL_DAYS)[_WARM_UP_HOURS:]
    if len(past):
        top[_WARM_UP_HOURS:] = _quantile(past, 1 - _TOP_SHARE)
    return top


def _past(values: Floats, hours: int) -> Floats:
    """Row t: the ``hours`` values before hour t, NaN where there were none."""
    padded = np.concatenate((np.full(hours, np.nan), values))
    past: Floats = sliding_window_view(padded, hours)[: len(values)]
    return past


def _quantile(rows: Floats, share: float) -> Floats:
    """The quantile of each row's numbers, NaN left out; one in each row at least.

    numpy's own ``nanquantile`` says the same, a row at a time and twenty times slower.
    """
    ordered = np.sort(rows, axis=1)
    places = share * (np.count_nonzero(~np.isnan(rows), axis=1) - 1)
    low = np.floor(places).astype(np.int64)
    ends = np.stack((low, np.ceil(places).astype(np.int64)), axis=1)
    below, above = np.take_along_axis(ordered, ends, axis=1).T
    between: Floats = below + (above - below) * (places - low)
    return between


def _scale(ratios: Floats) -> Floats:
    """The robust standard deviation of the ratios before each hour."""
    past = _past(ratios, 24 * SEASON_DAYS)
    known = np.count_nonzero(~np.isnan(past), axis=1) >= _ENOUGH
    scale = np.full(len(ratios), _SCALE_UNKNOWN)
    seen = past[known]
    middle = _quantile(seen, 0.5)[:, None]
    scale[known] = _MAD_TO_SIGMA * _quantile(np.abs(seen - middle), 0.5)
    # A silent history has no spread at all; the count's own noise stays in the divisor.
    floored: Floats = np.maximum(scale, _ROUNDED)
    return floored


def _log_return_period(scores: Floats) -> Floats:
    """ln of the hours between two scores as high, by an exponential tail over the past."""
    past = _past(scores, 24 * TAIL_DAYS)
    known = np.count_nonzero(~np.isnan(past), axis=1) >= _ENOUGH
    start = np.full(len(scores), 1.5)
    excess, peaks = np.zeros(len(scores)), np.zeros(len(scores))
    seen = past[known]
    start[known] = _quantile(seen, 1 - _TAIL_SHARE)
    over = np.nan_to_num(np.maximum(seen - start[known, None], 0.0))
    excess[known], peaks[known] = over.sum(axis=1), (over > 0).sum(axis=1)
    mean_excess = (excess + _PRIOR_EXCESS * _PRIOR_WEIGHT) / (peaks + _PRIOR_WEIGHT)
    log_hours: Floats = (scores - start) / mean_excess - np.log(_TAIL_SHARE)
    return log_hours
