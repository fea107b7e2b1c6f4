"""Communities of the day: who belongs to which, how each lives, who stands out in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from app.application import App
from domain.communities import Life, Role, Standing
from domain.influence import EXPECTED_REACH
from graph.actions import ActionLog
from graph.columns import Floats, Ints
from graph.communities import Communities, brokerage, communities, vitality
from graph.evidence import evidence
from storage.unit import Unit

LATELY = timedelta(days=30)
"""How far back the life of a community is looked at."""
_STANDING = 10
"""So many voices and brokers are told of each."""


@dataclass(frozen=True, slots=True)
class Found:
    """The communities of the day, ready to be kept; ``following`` numbers the next new one."""

    membership: dict[int, int]
    lives: dict[int, Life]
    standings: list[Standing]
    following: int


def divided(app: App, unit: Unit, log: ActionLog, following: int, now: datetime) -> Found:
    """Divide the authors of a log, under the ids that communities had before."""
    settings, moment = app.settings.graph, now.timestamp()
    found = communities(
        log,
        settings.half_life_days,
        moment,
        before=unit.communities.membership(),
        following=following,
        seed=settings.seed,
    )
    alive = vitality(log, found, moment - LATELY.total_seconds(), moment)
    lives = {
        one.community: Life(
            now, one.members, one.active, one.acts, one.inside, one.mutual, one.newcomers
        )
        for one in alive
    }
    belongs = found.member >= 0
    pairs = zip(log.author_ids[belongs].tolist(), found.member[belongs].tolist(), strict=True)
    counted = evidence(log, settings.half_life_days, moment)
    standings = [
        *_first(found, Role.VOICE, _reaches(unit, log)),
        *_first(found, Role.BROKER, brokerage(counted, found.member)),
    ]
    return Found(dict(pairs), lives, standings, max([following - 1, *lives]) + 1)


def homes(unit: Unit, log: ActionLog) -> tuple[Ints, Ints]:
    """The source and the community of everyone in a log, as dense numbers; -1 for none."""
    sources = [one for batch in unit.authors.sources() for one in batch]
    return _numbered(log, sources), _numbered(log, unit.communities.membership().items())


def _numbered(log: ActionLog, belongs: Iterable[tuple[int, object]]) -> Ints:
    names: dict[object, int] = {}
    group = np.full(log.authors, -1, np.int64)
    pairs = [(who, names.setdefault(name, len(names))) for who, name in belongs]
    if pairs:
        ids, numbers = np.array(pairs, np.int64).T
        place = log.index(ids)
        group[place[place >= 0]] = numbers[place >= 0]
    return group


def _reaches(unit: Unit, log: ActionLog) -> Floats:
    known = unit.influence.many(EXPECTED_REACH, log.author_ids.tolist())
    reaches = (known[one].value if one in known else 0.0 for one in log.author_ids.tolist())
    return np.fromiter(reaches, np.float64, log.authors)


def _first(found: Communities, role: Role, value: Floats) -> Iterator[Standing]:
    """The first of each community by a value; nobody with none of it."""
    places = np.flatnonzero((found.member >= 0) & (value > 0))
    ordered = places[np.lexsort((-value[places], found.member[places]))]
    homes = found.member[ordered]
    starts = np.searchsorted(homes, homes, side="left")
    for place in ordered[np.arange(len(ordered)) - starts < _STANDING].tolist():
        author_id = int(found.author_ids[place])
        yield Standing(int(found.member[place]), role, author_id, float(value[place]))
