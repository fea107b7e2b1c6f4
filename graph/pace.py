"""The pace of a source: what is learned from finished cascades in order to forecast new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph.columns import Floats, Ints
from graph.delays import Delays, learn_delays, usual_delays
from graph.forecast import Forecast, Looks, alike, from_alike, from_kernel, looks, rounded
from graph.histories import Histories

_FEWEST = 100
"""With fewer finished cascades than this, the self-exciting formula speaks alone."""

_MOST = 3_000
_FINISHED = 0.95
"""A cascade has finished when it is so old that normally this share of its acts has come."""

_TAILS = np.linspace(0.08, 0.25, 18)
_TRIES = 500
_AGES = np.array([60.0, 600.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0])
"""Ages (seconds) for which the interval is calibrated; others go by the nearest."""

Tails = tuple[float, ...]


@dataclass(frozen=True)
class Pace:
    """How a source's cascades grow: delays of acts, finished cascades, calibrated tails."""

    delays: Delays
    finished: Histories
    tails: Tails = (0.1,) * len(_AGES)
    _tables: dict[float, tuple[Looks, Ints]] = field(
        default_factory=dict, repr=False, compare=False
    )

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
        known, sizes = self._table(rounded(age))
        like = alike(known, sizes, looked.place[0])
        tail = self.tails[int(np.argmin(np.abs(np.log(_AGES / max(age, 1.0)))))]
        return from_alike(looked, like, tail, tuple(self._yet(known, age + w) for w in waits))

    def _table(self, age: float) -> tuple[Looks, Ints]:
        """How the finished cascades looked at this age, and what they grew to."""
        if age not in self._tables:
            self._tables[age] = looks(self.finished, age, self.delays), self.finished.sizes()
        return self._tables[age]

    def _yet(self, known: Looks, age: float) -> Floats:
        """How many came later than this age, for each person (the author too) there was by now."""
        later, sizes = self._table(rounded(age))
        share: Floats = (sizes - later.met) / (known.met + 1.0)
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

    The tails of the interval are, for each age, those which would have held the final size
    of eight in ten, leaving out one cascade at a time (conformal).
    """
    delays = learn_delays(watched)
    old = watched.age >= delays.by(_FINISHED)
    chosen = np.flatnonzero(old)[:: 1 + int(old.sum()) // _MOST]
    if len(chosen) < _FEWEST:
        return Pace(delays, Histories.of([]))
    finished = watched.keeping(np.isin(np.arange(len(watched)), chosen))
    return Pace(delays, finished, _calibrated(finished, delays))


def _calibrated(finished: Histories, delays: Delays) -> Tails:
    """At each age the widest tail at which intervals of those left out hold 80 % of what came."""
    sizes, tried = finished.sizes(), np.arange(0, len(finished), 1 + len(finished) // _TRIES)
    tails = []
    for age in _AGES.tolist():
        known, held = looks(finished, age, delays), np.zeros(len(_TAILS))
        for row in tried.tolist():
            like = alike(known, sizes, known.place[row], without=row)
            low, high = like.bounds(known.met[row] + 1.0, _TAILS)
            held += (low <= sizes[row] + 1) & (sizes[row] + 1 <= high)
        tails.append(float(_TAILS[held >= 0.8 * len(tried)].max(initial=_TAILS[0])))
    return tuple(tails)
