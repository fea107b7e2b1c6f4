"""Early adopters: who took something up when, and whom later ones had listened to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.actions import ActionLog
from graph.bass import Bass, Category, categories, fit
from graph.columns import Floats, Ints


@dataclass(frozen=True, slots=True)
class Adopting:
    """One adopter: when, how early, and how many later adopters they led.

    ``rank`` counts from 1. ``led`` adds up shares of later adopters: one who had acted on
    three earlier adopters before adopting counts a third for each.
    """

    author_id: int
    at: float
    rank: int
    category: Category
    led: float


@dataclass(frozen=True, slots=True)
class Adoption:
    """All who adopted, in order of adoption, and the curve they follow, if there is one."""

    adopters: tuple[Adopting, ...]
    curve: Bass | None

    def leaders(self, most: int) -> list[Adopting]:
        """Early and followed: those who led most, the earlier first among equals."""
        return sorted(self.adopters, key=lambda one: (-one.led, one.rank))[:most]


def adoption(log: ActionLog, adopted: Mapping[int, float], until: float) -> Adoption:
    """How the authors ``adopted`` (id → epoch seconds) took it up, seen up to ``until``.

    An earlier adopter is credited where a later one had acted on something of theirs
    (replied, quoted, shared, reacted) after the earlier had adopted and before adopting.
    The credit is shared among all such (as direct credit in Goyal, Bonchi and
    Lakshmanan, PVLDB 5, 2011). O(acts + adopters log adopters).

    >>> log = ActionLog.build([[(1, 2, 20.0, 9, 8, "reply")]], [[(1, 10.0), (2, 30.0)]])
    >>> [(one.author_id, one.led) for one in adoption(log, {1: 10.0, 2: 30.0}, 40.0).adopters]
    [(1, 1.0), (2, 0.0)]
    """
    ids = np.fromiter(adopted, np.int64, len(adopted))
    times = np.fromiter(adopted.values(), np.float64, len(adopted))
    order = np.lexsort((ids, times))
    ids, times = ids[order], times[order]
    curve = fit(times, until)
    led = _led(log, ids, times)
    told = zip(ids.tolist(), times.tolist(), categories(times, curve), led, strict=True)
    return Adoption(
        tuple(
            Adopting(author_id, at, rank, category, credit)
            for rank, (author_id, at, category, credit) in enumerate(told, 1)
        ),
        curve,
    )


def _led(log: ActionLog, ids: Ints, times: Floats) -> list[float]:
    when = np.full(log.authors, np.inf)
    place = np.full(log.authors, -1, np.int64)
    known = log.index(ids)
    there = known >= 0
    when[known[there]] = times[there]
    place[known[there]] = np.flatnonzero(there)
    counts = (
        (place[log.actor] >= 0)
        & (log.at > when[log.speaker])
        & (log.at <= when[log.actor])
        & (log.speaker != log.actor)
    )
    pairs = np.unique(np.stack([place[log.actor[counts]], place[log.speaker[counts]]]), axis=1)
    leaders = np.bincount(pairs[0], minlength=len(ids))
    credit = np.bincount(pairs[1], 1 / leaders[pairs[0]], minlength=len(ids))
    return [float(one) for one in credit]
