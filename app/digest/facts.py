"""What a digest says, read from one snapshot of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import sqrt
from statistics import median

from app.hearing import Hearing, hearing
from app.picks import of_today
from app.tallies import DayCount
from app.telling import telling_posts
from app.voices import answered_by
from domain.alerts import Incident, IncidentState
from domain.analyses import Analysis, Polarity
from domain.experiences import Experience
from domain.people import Person
from domain.posts import Post
from domain.windows import Window, local_day
from storage import Unit

_USUAL_DAYS, _SHOWN_DAYS, _TOP, _KEPT = 28, 14, 5, 3
_FEWEST, _CERTAIN = 5, 1.96
"""A stage's change is told from so many posts on, and beyond so many standard errors."""


@dataclass(frozen=True, slots=True)
class StageChange:
    """How a stage fared on the day and in the weeks before."""

    stage: str
    total: int
    negative: int
    usual_total: int
    usual_negative: int

    @property
    def share(self) -> float:
        """The day's share of negative posts."""
        return self.negative / self.total if self.total else 0.0

    @property
    def usual(self) -> float:
        """The usual share of negative posts."""
        return self.usual_negative / self.usual_total if self.usual_total else 0.0

    @property
    def certain(self) -> bool:
        """Whether the two shares differ beyond chance (a two-proportion z-test)."""
        if self.total < _FEWEST or self.usual_total < 2 * _FEWEST:
            return False
        pooled = (self.negative + self.usual_negative) / (self.total + self.usual_total)
        spread = sqrt(pooled * (1 - pooled) * (1 / self.total + 1 / self.usual_total))
        return spread > 0 and abs(self.share - self.usual) > _CERTAIN * spread


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a digest can tell of one brand and one local day.

    ``kept`` are serious cases of quiet people, ``posts`` the words to quote by experience,
    ``picked`` the experiences chosen to be handled today, ``answered_by`` the account that
    answered, by experience.
    """

    day: date
    days: tuple[DayCount, ...]
    usual: float | None
    usual_negative: float | None
    stages: tuple[StageChange, ...]
    travelling: tuple[Experience, ...]
    kept: tuple[Experience, ...]
    resolved: tuple[Incident, ...]
    came_round: tuple[Experience, ...]
    voices: tuple[Experience, ...]
    sources: tuple[Hearing, ...]
    window: Window
    posts: Mapping[int, Post]
    picked: frozenset[int] = frozenset()
    answered_by: Mapping[int, str] = field(default_factory=dict)

    @property
    def today(self) -> DayCount:
        """The day told of."""
        return self.days[-1]


def gather(unit: Unit, person: Person, brand: str, day: date) -> Facts:
    """Read the facts of the day as this person's zone and stages cut them out."""
    window = local_day(day, person.zone)
    days = _days(unit, brand, day, person)
    usual, usual_negative = _usual(days[:-1])
    lived = _lived(unit, person, brand, window)
    happy = [one for one in lived if one.severity == 0 and one.score > 0]
    travelling, kept = _travelling(unit, person, brand, window)
    came_round = tuple(_came_round(unit, lived, window))
    voices = tuple(sorted(happy, key=_reached, reverse=True)[:3])
    return Facts(
        day=day,
        days=tuple(days[-_SHOWN_DAYS:]),
        usual=usual,
        usual_negative=usual_negative,
        stages=tuple(_stages(unit, person, brand, window)),
        travelling=travelling,
        kept=kept,
        resolved=tuple(_resolved(unit, person, brand, window)),
        came_round=came_round,
        voices=voices,
        sources=tuple(hearing(unit, window, window.end)),
        window=window,
        posts=telling_posts(unit, (*travelling, *kept, *came_round, *voices)),
        picked=frozenset(one.id for one in of_today(unit, brand)),
        answered_by=answered_by(unit, (*travelling, *kept)),
    )


def _days(unit: Unit, brand: str, day: date, person: Person) -> list[DayCount]:
    first = local_day(day - timedelta(days=_USUAL_DAYS), person.zone)
    window = Window(first.start, local_day(day, person.zone).end)
    return [DayCount(*row) for row in unit.overview.days(brand, window, person.zone)]


def _usual(days: list[DayCount]) -> tuple[float | None, float | None]:
    """The median day since the brand was first heard, and its share of negative posts."""
    heard = next((place for place, one in enumerate(days) if one.total), len(days))
    known = days[heard:]
    if len(known) < 3:
        return None, None
    total = sum(one.total for one in known)
    return float(median(one.total for one in known)), sum(one.negative for one in known) / total


def _stages(unit: Unit, person: Person, brand: str, window: Window) -> Iterator[StageChange]:
    weeks = Window(window.start - timedelta(days=_USUAL_DAYS), window.start)
    before = _by_stage(unit, brand, weeks, person)
    for stage, (total, negative) in sorted(_by_stage(unit, brand, window, person).items()):
        yield StageChange(stage, total, negative, *before.get(stage, (0, 0)))


def _by_stage(unit: Unit, brand: str, window: Window, person: Person) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for stage, _, total, negative in unit.overview.stages_by_week(brand, window, person.zone):
        if _answers_for(person, stage):
            known = found.get(stage, (0, 0))
            found[stage] = (known[0] + total, known[1] + negative)
    return found


def _travelling(
    unit: Unit, person: Person, brand: str, window: Window
) -> tuple[tuple[Experience, ...], tuple[Experience, ...]]:
    """The most pressing of the day (on a quiet day, of the week), and those kept in sight."""
    week = window.start - timedelta(days=6)
    told = _pressing(unit, person, brand, week, window.end)
    far = [one for one in told if not one.priority.floored]
    of_day = [one for one in far if one.last_told_at >= window.start]
    kept = [one for one in told if one.priority.floored]
    return tuple((of_day or far)[:_TOP]), tuple(kept[:_KEPT])


def _pressing(
    unit: Unit, person: Person, brand: str, since: datetime, end: datetime
) -> list[Experience]:
    queued = unit.experiences.queue(brand=brand, since=since, limit=500)
    return [one for one in queued if one.told_at < end and _answers_for(person, one.stage)]


def _lived(unit: Unit, person: Person, brand: str, window: Window) -> list[Experience]:
    return [
        one
        for batch in unit.experiences.active(window.start)
        for one in batch
        if one.brand == brand and one.told_at < window.end and _answers_for(person, one.stage)
    ]


def _came_round(unit: Unit, lived: list[Experience], window: Window) -> Iterator[Experience]:
    """Those whose customer was unhappy before and spoke well of it on this day."""
    several = [one for one in lived if len(one.post_ids) > 1]
    ids = [id for one in several for id in one.post_ids]
    posts, analyses = unit.posts.get_many(ids), unit.analyses.get_many(ids)
    for one in several:
        told = [(posts[id], analyses[id]) for id in one.post_ids if id in posts and id in analyses]
        if _turned(sorted(told, key=lambda pair: pair[0].created_at), window):
            yield one


def _turned(told: list[tuple[Post, Analysis]], window: Window) -> bool:
    if len(told) < 2 or told[-1][0].created_at not in window:
        return False
    unhappy = any(said.sentiment.polarity is Polarity.NEGATIVE for _, said in told[:-1])
    return unhappy and told[-1][1].sentiment.polarity is Polarity.POSITIVE


def _resolved(unit: Unit, person: Person, brand: str, window: Window) -> Iterator[Incident]:
    for one in unit.incidents.list(state=IncidentState.RESOLVED, brand=brand, limit=200):
        if one.resolved_at and one.resolved_at in window and _answers_for(person, one.stage):
            yield one


def _answers_for(person: Person, stage: str | None) -> bool:
    return not person.stages or stage is None or stage in person.stages


def _reached(experience: Experience) -> float:
    return experience.reach.so_far + experience.reach.to_come
