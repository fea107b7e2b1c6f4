"""What to handle today, and whom to invite: sets in which nobody counts twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from app.application import App
from app.steps.measure import customers_log
from app.voices import official_voices
from domain.experiences import Experience
from domain.influence import EXPECTED_REACH
from graph.actions import ActionLog
from graph.columns import Floats
from graph.evidence import evidence
from graph.overlap import Cases, Chosen, choose_cases
from graph.probabilities import Learned, learn
from graph.simulate import Spread
from storage.unit import Unit

TODAY = "today"
"""The name under which the experiences to handle today are kept."""

ADVOCATES = "advocates"
"""The name under which those worth inviting are kept, by brand."""

AMONG = 300
"""How many of the queue's first, or of the furthest voices, are chosen among."""

_LATELY = timedelta(days=180)
"""Whoever spoke well of a brand in this time may be its advocate."""

Range = tuple[float, float, float]
"""A mean, and the low and high end of its 80 % interval."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A set chosen together beside the naive pick, the first ones of the list as it stands.

    ``ids`` in the order they were picked. ``harm`` weighs each person by how bad the thing is
    (1 for advocates), ``people`` counts them; each is counted once, by simulation. ``at_least``
    is the proven share of the best possible pick of ``among``.
    """

    ids: tuple[int, ...]
    naive: tuple[int, ...]
    harm: Range
    naive_harm: Range
    people: Range
    naive_people: Range
    at_least: float
    among: int
    at: datetime

    def encode(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def decode(cls, kept: Mapping[str, Any]) -> Pick:
        """What ``encode`` gave."""
        told: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()
        }
        return cls(**told | {"at": datetime.fromisoformat(kept["at"])})


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
        """The unanswered experiences by which, answered within a day, most harm is averted.

        What a floor adds to a serious case of a quiet person counts in the choice.
        """
        since = self.now - self.app.settings.grouping.horizon
        queue = self.unit.experiences.queue(since=since, limit=AMONG)
        waiting = list(self._unanswered(queue))
        averted = np.array([_averted(one) for one in waiting])
        severity = np.array([one.severity for one in waiting])
        floored = np.array([one.priority.value * one.priority.floored for one in waiting])
        cases = self._cases(
            [one.author_id or 0 for one in waiting],
            averted,
            severity,
            (floored - severity * averted).clip(min=0),
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
        cases = self._cases(first, reach, np.ones(len(first)), np.zeros(len(first)))
        return self._pick(first, cases, count)

    def _unanswered(self, queue: Sequence[Experience]) -> Iterable[Experience]:
        """Those whose customer's last word waits for the brand's answer."""
        official = official_voices(self.app, self.unit)
        acts = self.unit.interactions.cascades([post for one in queue for post in one.post_ids])
        for one in queue:
            told = one.last_told_at.timestamp()
            done = (act for post in one.post_ids for act in acts.get(post, ()))
            if not any(actor in official and at >= told for actor, at in done):
                yield one

    def _cases(
        self, author_ids: Sequence[int], people: Floats, weight: Floats, bonus: Floats
    ) -> Cases:
        known = self.unit.influence.many(EXPECTED_REACH, author_ids)
        reach = np.array([known[one].value if one in known else 0.0 for one in author_ids])
        return Cases(self.log.index(author_ids), reach, people, weight, bonus)

    def _pick(self, ids: Sequence[int], cases: Cases, count: int) -> Pick:
        first = np.arange(min(count, len(ids)))
        found = choose_cases(self.learned, cases, count, first, self.app.settings.graph)
        return _told(found, ids, count, self.now)


def _averted(one: Experience) -> float:
    """The people whom an answer within a day still spares."""
    told = {factor.name: factor.value for factor in one.priority.factors}
    return float(told.get("answered_day", one.reach.to_come))


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


def todays(unit: Unit) -> Pick | None:
    """The experiences to handle today, as they were last chosen."""
    kept = unit.learned.get(TODAY)
    return Pick.decode(kept) if kept else None


def advocates(unit: Unit) -> dict[str, Pick]:
    """Those worth inviting, by brand, as they were last chosen."""
    kept = unit.learned.get(ADVOCATES) or {}
    return {brand: Pick.decode(one) for brand, one in kept.items()}
