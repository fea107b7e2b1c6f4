"""The pace of a source: what is learned from finished cascades in order to forecast new ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graph.columns import Floats
from graph.delays import Delays, learn_delays, usual_delays
from graph.forecast import Examples, Forecast, from_alike, from_kernel, looks, rounded
from graph.histories import Histories

_FEWEST = 10
"""With fewer finished cascades than this, the self-exciting formula speaks alone."""

_MOST = 3_000
_FINISHED = 0.95
"""A cascade has finished when it is so old that normally this share of its acts has come."""

_MISSED = 0.2
_NARROWEST = 0.45
_AGES = np.array([60.0, 600.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0])
"""Ages (seconds) for which the interval is calibrated; between them by their logarithm."""

Tails = tuple[float, ...]


@dataclass(frozen=True)
class Pace:
    """How a source's cascades grow: delays of acts, finished cascades, calibrated tails."""

    delays: Delays
    finished: Histories
    tails: Tails = (0.1,) * len(_AGES)
    _tables: dict[float, Examples] = field(default_factory=dict, repr=False, compare=False)

    def forecast(
        self,
        delays: Sequence[float] | Floats,
        age: float,
        expected: float,
        waits: tuple[float, ...] = (),
    ) -> Forecast:
        """What a post of this age (seconds) has met and will still meet.

        ``delays`` are the seconds after which each person so far first acted on it or down
        the line, ``expected`` its author's expected reach, ``waits`` (seconds) the times until
        an answer whose averted reach is asked for.

        >>> young = Pace.decode(None).forecast([30.0, 90.0], 600.0, 1.0, waits=(3600.0,))
        >>> young.so_far, young.low <= young.to_come <= young.high, len(young.averted)
        (2, True, 1)
        """
        looked = looks(Histories.of([(delays, age, expected)]), age, self.delays)
        if not len(self.finished):
            seen = np.array([one for one in (0.0, *delays) if one <= age])
            later = (float(self.delays.survival(age + wait - seen).sum()) for wait in waits)
            return from_kernel(looked, tuple(later))
        known = self._table(rounded(age))
        tail = float(np.interp(np.log(max(age, 1.0)), np.log(_AGES), self.tails))
        yet = tuple(self._yet(known, age + wait) for wait in waits)
        return from_alike(looked, known.alike(looked.place[0]), tail, yet)

    def _table(self, age: float) -> Examples:
        """How the finished cascades looked at this age, and what they grew to."""
        if age not in self._tables:
            self._tables[age] = Examples.of(self.finished, age, self.delays)
        return self._tables[age]

    def _yet(self, known: Examples, age: float) -> Floats:
        """How many came later than this age, for each person (the author too) there was by now."""
        later = self._table(rounded(age))
        share: Floats = (later.sizes - later.looks.met) / (known.looks.met + 1.0)
        return share

    def encode(self) -> dict[str, Any]:
        """As plain numbers, to be kept; delays in whole seconds."""
        kept = self.finished
        return {
            "seconds": self.delays.seconds.tolist(),
            "share": self.delays.share.tolist(),
            "sizes": kept.sizes().tolist(),
            "delays": np.rint(kept.delay).astype(int).tolist(),
            "ages": np.rint(kept.age).astype(int).tolist(),
            "expected": kept.expected.round(4).tolist(),
            "tails": list(self.tails),
        }

    @classmethod
    def decode(cls, kept: Mapping[str, Any] | None) -> Pace:
        """What ``encode`` gave; the usual pace where nothing was learned yet."""
        if kept is None or "tails" not in kept:
            return cls(usual_delays(), Histories.of([]))
        delays = Delays(np.asarray(kept["seconds"]), np.asarray(kept["share"]))
        finished = Histories(
            np.concatenate([[0], np.cumsum(kept["sizes"], dtype=np.int64)]),
            np.asarray(kept["delays"], float),
            np.asarray(kept["ages"], float),
            np.asarray(kept["expected"], float),
        )
        return cls(delays, finished, tuple(kept["tails"]))


def learn_pace(watched: Histories) -> Pace:
    """The pace of these cascades; those still growing only tell the delays. O(acts).

    **Calibration** (conformal: Vovk, Gammerman, Shafer 2005; by conditional quantiles: Romano,
    Patterson, Candès 2019; Chernozhukov, Wüthrich, Zhu 2021). The score of a cascade is the
    widest tail at which its interval, made from other ones, holds the size that it came to.
    If the next cascade is exchangeable with these n, its score is as likely to have any rank among
    the n + 1; so the tail that is the k-th smallest score, k = floor(0.2 (n + 1)), misses with
    a probability of at most k / (n + 1) ≤ 20 %, for any n and any law of growth. That is exact
    where scores come from a part split off; here each is left out by itself, so that none is
    lost as an example, and one neighbour in a hundred more or less makes the difference
    (jackknife: Barber, Candès, Ramdas, Tibshirani 2021 prove 60 % at the worst and 80 % where
    leaving one out hardly matters). The promise is for all cascades together, at each of six
    ages, not for each kind of them, nor where the source changes its ways.
    """
    return _leaving_out(_learned(watched))


def _leaving_out(pace: Pace) -> Pace:
    if not len(pace.finished):
        return pace
    examples = (Examples.of(pace.finished, age, pace.delays) for age in _AGES.tolist())
    return replace(pace, tails=tuple(_tail(one.left_out()) for one in examples))


def learn_apart(watched: Histories, parts: Iterable[tuple[Histories, Histories]]) -> Pace:
    """The same with each part's scores by what was learned without that part (cross-conformal).

    For cascades that know of each other, as where what is expected of one is learned from its
    seed's others: leaving one out is not enough then. ``parts`` are pairs: the rest, which
    knows nothing of the part, and the part as the rest expects it.
    """
    pace, scores = _learned(watched), list[list[Floats]]()
    for rest, part in parts if len(pace.finished) else ():
        apart = _learned(rest)
        if len(apart.finished):
            scores.append([_scored(apart, part, age) for age in _AGES.tolist()])
    if not scores:
        return _leaving_out(pace)
    return replace(pace, tails=tuple(_tail(np.concatenate(at)) for at in zip(*scores, strict=True)))


def _scored(pace: Pace, part: Histories, age: float) -> Floats:
    known = Examples.of(pace.finished, age, pace.delays)
    return known.scores(looks(part, age, pace.delays), part.sizes())


def _learned(watched: Histories) -> Pace:
    """Delays and finished cascades."""
    delays = learn_delays(watched)
    old = watched.age >= delays.by(_FINISHED)
    chosen = np.flatnonzero(old)[:: 1 + int(old.sum()) // _MOST]
    if len(chosen) < _FEWEST:
        return Pace(delays, Histories.of([]))
    return Pace(delays, watched.keeping(np.isin(np.arange(len(watched)), chosen)))


def _tail(scores: Floats) -> float:
    """The tail that at least 80 % of scores, and of those to come, reach."""
    worst = int(_MISSED * (len(scores) + 1))
    tail = float(np.sort(scores)[worst - 1]) if worst else 0.0
    return min(max(tail - 1e-9, 0.0), _NARROWEST)
