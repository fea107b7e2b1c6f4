"""What people's own posts say, and what answers and silence do to those who complain."""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass
from typing import NamedTuple

from app.simulation.people import REVIEWS, People
from app.simulation.settings import STAGES, TownSettings
from app.simulation.speech import (
    GRAVE_STAGES,
    NEGATIVE,
    NEUTRAL,
    NO_BRAND,
    OWN_BRAND,
    POSITIVE,
    RELIEF_STAGES,
    RIVAL_BRAND,
    Saying,
    Speech,
)
from app.simulation.story import DAY, LOUD, Openings, failure_rate, stage_by_tenure

_CHATTER = 0.07
_HARM = (Speech.COMPLAINT, Speech.GRAVE)
_HOUR = 3600.0


class Seed(NamedTuple):
    """A post of one's own accord. ``answers`` is the recovery it belongs to, or -1."""

    author: int
    at: float
    saying: Saying
    incident: int = -1
    answers: int = -1


class Recovery(NamedTuple):
    """What became of one complaint: times in seconds, infinite where it never came.

    ``seed`` is the index of the complaint among the seeds.
    """

    seed: int
    answered_at: float
    satisfied_at: float
    churned_at: float


@dataclass(frozen=True, slots=True)
class Told:
    """All posts of people's own accord, ordered by time, and what became of complaints."""

    seeds: list[Seed]
    recoveries: list[Recovery]


def tell(settings: TownSettings, people: People, openings: Openings, rng: random.Random) -> Told:
    """Walk through the openings in time; answers and silence bring further posts."""
    return _Teller(settings, people, rng).told(openings)


class _Teller:
    """Keeps who has left while the time goes by."""

    def __init__(self, settings: TownSettings, people: People, rng: random.Random) -> None:
        self.settings, self.people, self.rng = settings, people, rng
        self.left: dict[int, float] = {}
        self.told_as: list[Seed] = []
        self.recoveries: list[Recovery] = []
        self.coming: list[tuple[float, int, Seed]] = []

    def told(self, openings: Openings) -> Told:
        columns = (openings.author, openings.at, openings.stage, openings.incident, openings.staged)
        for author, at, stage, incident, staged in zip(*(c.tolist() for c in columns), strict=True):
            self._catch_up(at)
            saying = self._saying(author, at, stage, incident, staged)
            hit = incident if saying.brand == OWN_BRAND else -1
            self._say(Seed(author, at, saying, hit))
        self._catch_up(self.settings.seconds)
        return Told(self.told_as, self.recoveries)

    def _catch_up(self, now: float) -> None:
        while self.coming and self.coming[0][0] < now:
            seed = heapq.heappop(self.coming)[2]
            person = int(self.people.person[seed.author])
            if seed.saying.speech is Speech.RELIEF or self.left[person] == seed.at:
                self.told_as.append(seed)

    def _say(self, seed: Seed) -> None:
        self.told_as.append(seed)
        if seed.saying.brand == OWN_BRAND and seed.saying.speech in _HARM:
            self._consequences(len(self.told_as) - 1, seed)

    def _saying(self, author: int, at: float, stage: int, incident: int, staged: int) -> Saying:
        person = int(self.people.person[author])
        gone = self.left.get(person, at) < at
        if staged and not gone:
            speech = Speech.COMPLAINT if staged == LOUD else Speech.GRAVE
            return Saying(speech, NEGATIVE, OWN_BRAND, STAGES[stage])
        if stage < 0 and self.people.source[author] != REVIEWS and self.rng.random() < _CHATTER:
            return Saying(Speech.CHATTER, NEUTRAL, NO_BRAND, "")
        rival = gone or bool(self.people.rival[person])
        since = self.left[person] if gone else float(self.people.adopted[person]) * DAY
        tenure = (at - since) / DAY
        theme = STAGES[stage] if stage >= 0 else stage_by_tenure(tenure, self.rng.random())
        brand = RIVAL_BRAND if rival else OWN_BRAND
        return self._opinion(brand, theme, at, broken=incident >= 0 and not rival, new=tenure < 0)

    def _opinion(self, brand: str, theme: str, at: float, broken: bool, new: bool) -> Saying:
        failing = failure_rate(theme, at / self.settings.seconds, brand == RIVAL_BRAND)
        draw = self.rng.random()
        if new and draw < 0.65:
            return Saying(Speech.QUESTION, NEUTRAL, brand, theme)
        if draw < (0.94 if broken else 0.16):
            return self._broken(brand, theme) if broken else self._neutral(brand, theme)
        if self.rng.random() < failing:
            return self._broken(brand, theme)
        if self.rng.random() < 0.25:
            return Saying(Speech.RECOMMENDATION, POSITIVE, brand, theme, told=False)
        return Saying(Speech.PRAISE, POSITIVE, brand, theme)

    def _broken(self, brand: str, theme: str) -> Saying:
        grave = brand == OWN_BRAND and theme in GRAVE_STAGES and self.rng.random() < 0.02
        return Saying(Speech.GRAVE if grave else Speech.COMPLAINT, NEGATIVE, brand, theme)

    def _neutral(self, brand: str, theme: str) -> Saying:
        speech = Speech.QUESTION if self.rng.random() < 0.45 else Speech.REMARK
        return Saying(speech, NEUTRAL, brand, theme)

    def _consequences(self, index: int, seed: Seed) -> None:
        """Answer or silence; then content, or gone, or neither."""
        plan, rng = self.settings.recovery, self.rng
        never = float("inf")
        answered = seed.at + rng.lognormvariate(1.5, 0.7) * _HOUR
        if rng.random() >= plan.answered:
            answered, satisfied, leaves = never, never, plan.churn_unanswered
        elif rng.random() < plan.satisfied:
            satisfied = answered + rng.lognormvariate(2.6, 0.8) * _HOUR
            leaves = plan.churn_satisfied
        else:
            satisfied, leaves = never, plan.churn_unsatisfied
        churned = never
        if rng.random() < leaves:
            churned = max(seed.at, satisfied if satisfied < never else 0) + (
                rng.lognormvariate(1.8, 0.5) * DAY
            )
        self._follow(seed, Recovery(index, answered, satisfied, churned))

    def _follow(self, seed: Seed, recovery: Recovery) -> None:
        person = int(self.people.person[seed.author])
        theme = seed.saying.theme
        self.recoveries.append(recovery)
        mine = len(self.recoveries) - 1
        if recovery.satisfied_at < float("inf"):
            saying = Saying(Speech.RELIEF, POSITIVE, OWN_BRAND, theme, theme in RELIEF_STAGES)
            self._expect(Seed(seed.author, recovery.satisfied_at, saying, -1, mine))
        if recovery.churned_at < self.left.get(person, float("inf")):
            self.left[person] = recovery.churned_at
            joined = float(self.people.adopted[person]) * DAY < recovery.churned_at
            if joined and self.rng.random() < self.settings.recovery.tells_churn:
                saying = Saying(Speech.FAREWELL, NEGATIVE, OWN_BRAND, "cancellation")
                self._expect(Seed(seed.author, recovery.churned_at, saying))

    def _expect(self, seed: Seed) -> None:
        heapq.heappush(self.coming, (seed.at, len(self.recoveries), seed))
