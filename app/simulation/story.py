"""What happens to people, and what they say about it of their own accord."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.simulation.people import Floats, Ints, People
from app.simulation.settings import STAGES, IncidentPlan, TownSettings

DAY = 86_400.0
LOUD, QUIET = 1, 2
_HOURS = np.array(
    [3, 2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 9, 8, 8, 9, 10, 11, 12, 13, 13, 10, 6], dtype=float
)
_UTC_OFFSET = -3
_JOURNEY = (("discovery", 0.4, -25.0, -1.0), ("purchase", 0.45, 0.0, 2.0))
_JOURNEY_AFTER = (("delivery", 0.6, 1.0, 14.0), ("onboarding", 0.45, 6.0, 24.0))
_SETTLED = np.array([0.02, 0.02, 0.03, 0.05, 0.42, 0.2, 0.2, 0.06])
FAILURE = {
    "discovery": (0.15, 0.15),
    "purchase": (0.22, 0.22),
    "delivery": (0.35, 0.35),
    "onboarding": (0.35, 0.25),
    "use": (0.35, 0.35),
    "support": (0.6, 0.45),
    "billing": (0.4, 0.65),
    "cancellation": (0.8, 0.8),
}
"""The chance that a stage of our service fails one, at the town's start and at its end."""
RIVAL_FAILURE = 0.4


@dataclass(frozen=True, slots=True)
class Openings:
    """What people will say unasked, as columns ordered by time.

    ``stage`` is an index into STAGES, -1 to let the person's tenure decide;
    ``incident`` an index into the settings' incidents, -1 for none; ``staged`` marks
    today's cases: LOUD a loud person's complaint, QUIET a quiet person's grave one.
    """

    author: Ints
    at: Floats
    stage: Ints
    incident: Ints
    staged: Ints


def openings(
    settings: TownSettings, people: People, audience: Ints, rng: np.random.Generator
) -> Openings:
    """Everyday talk, the journeys of new customers, incidents, and today's cases."""
    daily = settings.intensity * len(people) / 30
    parts = [_everyday(settings, people, daily, rng), _journeys(settings, people, rng)]
    for index, plan in enumerate(settings.incidents):
        parts.append(_incident(settings, people, index, plan, daily, rng))
    parts.append(_today(settings, people, audience, rng))
    author, at, stage, incident, staged = _stacked(parts)
    inside = (at >= 0) & (at < settings.seconds)
    order = np.flatnonzero(inside)[np.argsort(at[inside], kind="stable")]
    return Openings(author[order], at[order], stage[order], incident[order], staged[order])


_Columns = tuple[Ints, Floats, Ints, Ints, Ints]


def _columns(author: Ints, at: Floats, stage: int, incident: int = -1) -> _Columns:
    blank = np.zeros(len(author), dtype=np.int64)
    return author, at, blank + stage, blank + incident, blank


def _everyday(
    settings: TownSettings, people: People, daily: float, rng: np.random.Generator
) -> _Columns:
    count = int(rng.poisson(daily * settings.days))
    author = rng.choice(len(people), count, p=people.activity / people.activity.sum())
    return _columns(author, _moments(settings, count, rng), -1)


def _moments(settings: TownSettings, count: int, rng: np.random.Generator) -> Floats:
    """Seconds after the start: busier evenings, quieter weekends, a little growth."""
    day = np.arange(settings.days + 1)
    weekday = (settings.starts_at.weekday() + day) % 7
    weight = np.where(weekday < 5, 1.0, 0.75) * (1 + 0.3 * day / settings.days)
    midnight = settings.starts_at.hour * 3600 + settings.starts_at.minute * 60
    which = rng.choice(len(day), count, p=weight / weight.sum())
    hour = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    within = ((hour - _UTC_OFFSET) % 24 + rng.random(count)) * 3600
    moments = which * DAY + within - midnight
    return np.where(moments < 0, moments + settings.seconds, moments) % settings.seconds


def _journeys(settings: TownSettings, people: People, rng: np.random.Generator) -> _Columns:
    """New customers tell of the steps they go through around their adoption."""
    parts = []
    for name, chance, earliest, latest in _JOURNEY + _JOURNEY_AFTER:
        teller = np.flatnonzero(
            np.isfinite(people.adopted) & (rng.random(len(people.adopted)) < chance)
        )
        at = people.adopted[teller] + rng.uniform(earliest, latest, len(teller))
        parts.append(_columns(teller, at * DAY, STAGES.index(name)))
    return _stacked(parts)


def _stacked(parts: list[_Columns]) -> _Columns:
    author, at, stage, incident, staged = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return author, at, stage, incident, staged


def _incident(
    settings: TownSettings,
    people: People,
    index: int,
    plan: IncidentPlan,
    daily: float,
    rng: np.random.Generator,
) -> _Columns:
    """Those whom a breakdown hits speak up, most of them early in it."""
    start = settings.seconds - plan.starts_before_end_hours * 3600
    hit = ~people.rival[people.person] & (people.adopted[people.person] * DAY < start)
    weight = np.where(hit, people.activity, 0.0)
    count = int(rng.poisson(daily * plan.strength * plan.hours / 24)) if hit.any() else 0
    author = rng.choice(len(people), count, p=weight / weight.sum()) if count else np.arange(0)
    at = start + rng.beta(1.1, 1.6, count) * plan.hours * 3600
    return _columns(author, at, STAGES.index(plan.stage), index)


def _today(
    settings: TownSettings, people: People, audience: Ints, rng: np.random.Generator
) -> _Columns:
    """Complaints of today: of some of the loudest, and a grave one of somebody quiet."""
    count = len(people.adopted)
    long_here = ~people.rival & (people.adopted < settings.days - 60)
    customers = np.flatnonzero(long_here & (people.source[:count] != 2))
    loud = customers[np.argsort(-audience[customers], kind="stable")][:5]
    quiet = customers[np.argsort(audience[customers], kind="stable")][:3]
    author = np.concatenate([loud, quiet])
    at = settings.seconds - rng.uniform(0.4, 9, len(author)) * 3600
    stage = np.resize([STAGES.index(one) for one in ("billing", "support", "use")], len(author))
    staged = np.array([LOUD] * len(loud) + [QUIET] * len(quiet), dtype=np.int64)
    return author, at, stage, np.full(len(author), -1), staged


def stage_by_tenure(tenure: float, draw: float) -> str:
    """The stage one speaks of after this many days as a customer; ``draw`` in [0, 1)."""
    if tenure < 0:
        return "discovery"
    if tenure < 2:
        return "purchase" if draw < 0.7 else "discovery"
    if tenure < 12:
        return "delivery" if draw < 0.7 else "purchase"
    if tenure < 25:
        return "onboarding" if draw < 0.6 else "delivery"
    return STAGES[int(np.searchsorted(np.cumsum(_SETTLED), draw))]


def failure_rate(stage: str, share_of_time: float, rival: bool = False) -> float:
    """The chance that this stage fails one at this share of the town's time."""
    if rival:
        return RIVAL_FAILURE
    first, last = FAILURE[stage]
    return first + (last - first) * share_of_time
