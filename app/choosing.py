"""What to handle today, and whom to invite: sets in which nobody counts twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from app.application import App
from app.picks import Pick, Range
from app.steps.measure import customers_log
from domain.experiences import Experience
from domain.influence import EXPECTED_REACH
from graph.actions import ActionLog
from graph.columns import Floats
from graph.evidence import evidence
from graph.overlap import Cases, Chosen, choose_cases
from graph.probabilities import Learned, learn
from graph.simulate import Spread
from storage.unit import Unit

AMONG = 300
"""How many of the queue's first, or of the furthest voices, are chosen among."""

_LATELY = timedelta(days=180)
"""Whoever spoke well of a brand in this time may be its advocate."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """The graph as it stands, from which sets are chosen."""

    app: App
    unit: Unit
    log: ActionLog
    learned: Learned
    now: datetime

    @classmethod
    def of(cls, app: App, unit: Unit, now: datetime) -> Chooser:
        """Learn the graph of influence as of now."""
        log = customers_log(app, unit)
        counted = evidence(log, app.settings.graph.half_life_days, now.timestamp())
        return cls(app, unit, log, learn(counted), now)

    def today(self, capacity: int) -> Pick:
        """The unanswered experiences by which, answered now, most harm is averted together.

        By people alone: floors, which keep serious cases of quiet people in sight, stand in the
        queue and do not count here.
        """
        since = self.now - self.app.settings.grouping.horizon
        queue = self.unit.experiences.queue(since=since, limit=AMONG, unanswered=True)
        waiting = sorted(queue, key=_harm, reverse=True)
        cases = self._cases(
            [one.author_id or 0 for one in waiting],
            np.array([one.reach.to_come for one in waiting]),
            np.array([one.severity for one in waiting]),
        )
        return self._pick([one.id for one in waiting], cases, capacity)

    def advocates(self, brand: str, count: int) -> Pick:
        """Those who spoke well of a brand and together set most people in motion."""
        happy = {
            one.author_id
            for batch in self.unit.experiences.active(self.now - _LATELY)
            for one in batch
            if one.brand == brand and one.severity == 0 and one.score > 0 and one.author_id
        }
        known = self.unit.influence.many(EXPECTED_REACH, happy)
        first = sorted(known, key=lambda one: (-known[one].value, one))[:AMONG]
        reach = np.array([known[one].value for one in first])
        cases = self._cases(first, reach, np.ones(len(first)))
        return self._pick(first, cases, count)

    def _cases(self, author_ids: Sequence[int], people: Floats, weight: Floats) -> Cases:
        known = self.unit.influence.many(EXPECTED_REACH, author_ids)
        reach = np.array([known[one].value if one in known else 0.0 for one in author_ids])
        return Cases(self.log.index(author_ids), reach, people, weight)

    def _pick(self, ids: Sequence[int], cases: Cases, count: int) -> Pick:
        first = np.arange(min(count, len(ids)))
        found = choose_cases(self.learned, cases, count, first, self.app.settings.graph)
        return _told(found, ids, count, self.now)


def _harm(one: Experience) -> float:
    """What it can still do alone: the queue's order without floors."""
    return one.severity * one.reach.to_come


def _told(found: Chosen, ids: Sequence[int], count: int, now: datetime) -> Pick:
    return Pick(
        ids=tuple(ids[place] for place in found.picked.tolist()),
        naive=tuple(ids[:count]),
        harm=_range(found.together.harm),
        naive_harm=_range(found.naive.harm),
        people=_range(found.together.people),
        naive_people=_range(found.naive.people),
        at_least=float(found.at_least),
        among=len(ids),
        at=now,
    )


def _range(spread: Spread) -> Range:
    low, high = spread.interval
    return spread.mean, max(low, 0.0), high
