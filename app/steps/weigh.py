"""Weigh each experience: how bad it is, whom it will still meet, and so how urgent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from alerts.priority import PrioritySettings, Told, prioritise, severity
from app.application import App
from app.readership import known_readers, silent
from app.steps.measure import PACE
from app.voices import official_voices
from domain.brands import ServiceStage
from domain.experiences import Answer, Experience, Factor, Reach, Reason
from domain.influence import EXPECTED_REACH, Influence
from domain.posts import Post
from domain.runs import Run, RunOutcome
from graph.forecast import Forecast
from graph.pace import Pace
from graph.readers import Readers
from storage.interactions import ANSWERS
from storage.unit import Unit

BATCH = 500

ANSWERED = {"answered_hour": 3_600.0, "answered_day": 86_400.0}
"""Factors that say what an answer by then (seconds from now) still averts."""

TOP = "top"
"""The name under which the top of the queue is kept, on which floors stand."""

_SETTLED = 0.02
"""By what share the top of the queue may move before floors are set anew."""

Acts = dict[int, list[tuple[int, float, str]]]
"""Post id → (actor id, epoch seconds, kind) of everyone it set in motion."""


def weigh(app: App, now: datetime) -> Run:
    """Weigh what was never weighed, and anew what was told lately, for reach to come wears off,
    or was answered.

    Serious cases are measured by the top of the queue as it is once all are weighed. Else a
    floor would rise a round late, and tell the same thing twice. The top is kept when all stand
    on it, so that whoever is stopped in between does it next time.
    """
    since = now - app.settings.grouping.horizon
    with app.store.reading() as unit:
        top = float((unit.learned.get(TOP) or {"reach": 0.0})["reach"])
    weighed = 0
    while True:
        with app.store.writing() as unit:
            batch = unit.experiences.due(since, now, BATCH) or unit.experiences.newly_answered(
                official_voices(app, unit), now, BATCH
            )
            if not batch:
                break
            _weighed(app, unit, batch, top, now)
        weighed += len(batch)
        app.progress("weigh", weighed)
    with app.store.reading() as unit:
        settled = unit.experiences.reach_at(app.settings.priority.floor_share, since)
    if abs(settled - top) > _SETTLED * top:
        _raise_floors(app, settled, since, now)
    return Run("weigh", now, app.clock(), RunOutcome.OK, {"experiences": weighed})


def _weighed(app: App, unit: Unit, batch: Sequence[Experience], top: float, now: datetime) -> None:
    scales = _Scales.set_up(app, unit, batch, top, now)
    unit.experiences.save([scales.weigh(one) for one in batch], now)


def _raise_floors(app: App, top: float, since: datetime, now: datetime) -> None:
    """Weigh serious cases by another top of the queue, on which their floors stand."""
    grave, last = app.settings.priority.serious_severity, 0
    while True:
        with app.store.writing() as unit:
            batch = unit.experiences.serious(grave, since, last, BATCH)
            if not batch:
                unit.learned.keep(TOP, {"reach": top}, now)
                break
            _weighed(app, unit, batch, top, now)
        last = batch[-1].id


@dataclass(frozen=True, slots=True)
class _Scales:
    """All that a batch of experiences is weighed by."""

    now: datetime
    settings: PrioritySettings
    top: float
    stages: dict[str, ServiceStage]
    told: dict[int, Told]
    acts: Acts
    influence: dict[int, Influence]
    usual: float
    pace: Pace
    readers: Readers
    official: frozenset[int]

    @classmethod
    def set_up(
        cls, app: App, unit: Unit, batch: Sequence[Experience], top: float, now: datetime
    ) -> _Scales:
        post_ids = [post_id for one in batch for post_id in one.post_ids]
        posts, analyses = unit.posts.get_many(post_ids), unit.analyses.get_many(post_ids)
        authors = {one.author_id for one in batch if one.author_id is not None}
        return cls(
            now=now,
            settings=app.settings.priority,
            top=top,
            stages={stage.id: stage for stage in app.stages},
            told={one: (posts[one], analyses[one]) for one in posts if one in analyses},
            acts=unit.interactions.cascades(post_ids),
            influence=unit.influence.many(EXPECTED_REACH, authors),
            usual=unit.influence.mean(EXPECTED_REACH) or 0.0,
            pace=Pace.decode(unit.learned.get(PACE)),
            readers=known_readers(unit),
            official=official_voices(app, unit),
        )

    def weigh(self, experience: Experience) -> Experience:
        """The experience with its severity, reach and priority as of now."""
        told = [self.told[one] for one in experience.post_ids if one in self.told]
        told.sort(key=lambda pair: pair[0].created_at)
        posts = [post for post, _ in told]
        if not told:
            return experience
        judged = severity(told, self.stages.get(experience.stage), self.settings)
        forecasts = self._forecasts(experience, posts)
        reach = self._reach(posts, forecasts)
        answer = self._answer(posts, experience.last_told_at)
        waiting = None if answer else max(self.now - experience.last_told_at, timedelta(0))
        factors = (
            *self._reach_factors(experience, reach),
            *_averted(forecasts),
            *self._silent(posts),
        )
        return replace(
            experience,
            score=sum(analysis.sentiment.score for _, analysis in told) / len(told),
            severity=judged.value,
            reach=reach,
            answer=answer,
            priority=prioritise(judged, reach, factors, waiting, self.top, self.settings),
        )

    def _forecasts(self, experience: Experience, posts: Sequence[Post]) -> list[Forecast]:
        expected, waits = self._expected(experience), tuple(ANSWERED.values())
        return [
            self.pace.forecast(self._delays(post), self._age(post), expected, waits)
            for post in posts
        ]

    def _reach(self, posts: Sequence[Post], forecasts: Sequence[Forecast]) -> Reach:
        """Each post has an audience of its own; whoever acted on several is met once."""
        people = {actor for post in posts for actor in self._people(post)}
        each = [forecast.reach for forecast in forecasts]
        return Reach(
            so_far=len(people),
            to_come=sum(reach.to_come for reach in each),
            low=sum(reach.low for reach in each),
            high=sum(reach.high for reach in each),
        )

    def _expected(self, experience: Experience) -> float:
        known = self.influence.get(experience.author_id or 0)
        return known.value if known else self.usual

    def _people(self, post: Post) -> set[int]:
        """Who acted on it: not its author, and not the brand that answers."""
        own = {post.author.id} if post.author else set()
        return {actor for actor, *_ in self.acts.get(post.id, ())} - own - self.official

    def _delays(self, post: Post) -> list[float]:
        """Seconds after the post at which each person first acted."""
        people, began = self._people(post), post.created_at.timestamp()
        first: dict[int, float] = {}
        for actor, at, _ in self.acts.get(post.id, ()):
            if actor in people:
                first[actor] = min(at, first.get(actor, at))
        return [max(at - began, 0.0) for at in first.values()]

    def _age(self, post: Post) -> float:
        return max((self.now - post.created_at).total_seconds(), 0.0)

    def _silent(self, posts: Sequence[Post]) -> tuple[Factor, ...]:
        """Who read without acting, where the place counts views: told, and not weighed."""
        found = [silent(self.readers, post, len(self._people(post)), self.now) for post in posts]
        known = [one for one in found if one is not None]
        value, low, high = (sum(one[i] for one in known) for i in range(3))
        if value < 1:
            return ()
        people = {"value": round(value, 1), "low": round(low, 1), "high": round(high, 1)}
        code = "reach.read" if low == high else "reach.silent"
        return (Factor("silent", value, Reason(code, people)),)

    def _answer(self, posts: Sequence[Post], told_at: datetime) -> Answer | None:
        """What the brand first said to any of these posts after the customer's last word."""
        acts = [act for post in posts for act in self.acts.get(post.id, ())]
        answers = [
            (at, actor)
            for actor, at, kind in acts
            if actor in self.official and kind in ANSWERS and at >= told_at.timestamp()
        ]
        if not answers:
            return None
        at, author_id = min(answers)
        return Answer(datetime.fromtimestamp(at, UTC), author_id)

    def _reach_factors(self, experience: Experience, reach: Reach) -> tuple[Factor, ...]:
        expected = self._expected(experience)
        known = (experience.author_id or 0) in self.influence
        code = "reach.author" if known else "reach.unknown_author"
        age = max((self.now - experience.last_told_at).total_seconds(), 0.0)
        later = float(self.pace.delays.survival([age])[0])
        remaining = {"percent": round(later, 3), "age": round(age / 3600, 1)}
        return (
            Factor("author", expected, Reason(code, {"value": round(expected, 1)})),
            Factor("acted", reach.so_far, Reason("reach.acted", {"count": reach.so_far})),
            Factor("remaining", later, Reason("reach.remaining", remaining)),
        )


def _averted(forecasts: Sequence[Forecast]) -> tuple[Factor, ...]:
    """How many people an answer within an hour, within a day, would still spare."""
    factors = []
    for place, name in enumerate(ANSWERED):
        people = sum(forecast.averted[place] for forecast in forecasts)
        reason = Reason(f"reach.{name}", {"value": round(people, 1)})
        factors.append(Factor(name, people, reason))
    return tuple(factors)
