"""How much harm an experience can still do: severity × reach still to come.

Severity joins what the customer says (rating and sentiment), how much a failure of that
stage harms (the blueprint's weight), what the text tells of harm, money, time, repetition and
threats (``nlp``'s own judgement) and the owner's words of real danger. Reach still to come is a
forecast made by ``graph``; here it is only weighed. A floor keeps serious cases of quiet
people in sight: with waiting they are counted as if they met as many people as the top tenth of
the queue still does, as ageing works in a fair queue. So none starves, none crowds out what really
travels, and a case too old to be mended fades.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from domain.analyses import Analysis, Ground
from domain.brands import ServiceStage
from domain.experiences import Factor, Priority, Reach, Reason
from domain.posts import Post, Rating

Told = tuple[Post, Analysis]

_GRAVE_IN_ITSELF = 0.5


class PrioritySettings(BaseModel):
    """How severity is judged and when the floor holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    serious_words: tuple[str, ...] = Field(
        default=(), description="Words of danger (harm, fraud, court) that lift the severity."
    )
    serious_lift: float = Field(
        default=0.5, ge=0, le=1, description="Share of the way to 1 that a serious word lifts it."
    )
    grave_lift: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="Share of the way to 1 that a wholly grave text (harm, fraud, court) lifts it.",
    )
    serious_severity: float = Field(
        default=0.6, ge=0, le=1, description="From this severity on, the floor holds."
    )
    floor_share: float = Field(
        default=0.1, gt=0, lt=1, description="A waiting serious case rises to this top share."
    )
    daily_capacity: int = Field(
        default=10,
        ge=1,
        le=1_000,
        description="How many experiences your people can handle in a day: so many are chosen "
        "as today's set, and so many advocates to invite.",
    )
    floor_days: float = Field(
        default=7.0, gt=0, description="Days in which it rises; then it halves as often."
    )


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad it is, in [0, 1], and why."""

    value: float
    factors: tuple[Factor, ...]


def severity(
    told: Sequence[Told], stage: ServiceStage | None, settings: PrioritySettings
) -> Severity:
    """Judge what one customer told, oldest first.

    ``s = n·(½ + ½w)``, lifted to ``1 − (1 − s)(1 − g·t)(1 − l)``: *n* is the negativity, *w*
    the stage's weight, *t* how grave the gravest of the texts is and *g* its lift, *l* the
    lift of the owner's words of danger. A text grave in itself counts without displeasure.
    What was last said counts, but not for less than half of the worst: a calm follow-up does
    not undo a bad experience.
    """
    negativity, saying = _negativity(told)
    grave = max((analysis.severity for _, analysis in told), key=lambda one: one.value)
    if negativity == 0 and grave.value < _GRAVE_IN_ITSELF:
        return Severity(0.0, ())
    weight = stage.weight if stage else 0.5
    value = negativity * (0.5 + 0.5 * weight)
    factors = [Factor("negativity", negativity, saying)]
    if stage:
        why = Reason("severity.stage", {"stage": stage.id, "weight": weight})
        factors.append(Factor("stage", 0.5 + 0.5 * weight, why))
    value = 1 - (1 - value) * (1 - settings.grave_lift * grave.value)
    factors += [_told_factor(ground) for ground in grave.grounds]
    if words := _serious_words(told, settings.serious_words):
        value = 1 - (1 - value) * (1 - settings.serious_lift)
        why = Reason("severity.serious_words", {"words": ", ".join(words)})
        factors.append(Factor("serious_words", settings.serious_lift, why))
    return Severity(value, tuple(factors))


def _told_factor(ground: Ground) -> Factor:
    return Factor(ground.reason.code.rpartition(".")[2], ground.weight, ground.reason)


def _negativity(told: Sequence[Told]) -> tuple[float, Reason]:
    judged = [_negativity_of(post, analysis) for post, analysis in told]
    last, worst = judged[-1], max(judged, key=lambda one: one[0])
    return last if last[0] >= worst[0] / 2 else (worst[0] / 2, worst[1])


def _negativity_of(post: Post, analysis: Analysis) -> tuple[float, Reason]:
    """In [0, 1]: a rating says it plainly; else the sentiment of the words does."""
    if post.rating is not None:
        return _below_middle(post.rating), Reason(
            "severity.rating", {"rating": post.rating.value, "best": post.rating.best}
        )
    words = max(0.0, -analysis.sentiment.score)
    return words, Reason("severity.sentiment", {"percent": round(words, 2)})


def _below_middle(rating: Rating) -> float:
    """How far a grade lies below the middle of its scale, in [0, 1]."""
    return max(0.0, 1 - 2 * rating.share)


def _serious_words(told: Sequence[Told], words: Sequence[str]) -> list[str]:
    texts = [f" {' '.join(_words_of(post.content))} " for post, _ in told]
    return [word for word in words if any(f" {word.casefold()} " in text for text in texts)]


def _words_of(content: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in content.casefold()).split()


def prioritise(
    judged: Severity,
    reach: Reach,
    reach_factors: tuple[Factor, ...],
    waiting: timedelta | None,
    top: float,
    settings: PrioritySettings,
) -> Priority:
    """Severity × people still to be met, never below the floor of a serious case.

    ``waiting`` is how long the customer has gone unanswered, None once answered. ``top`` is
    how many people the experiences at the top ``floor_share`` of the queue will still meet.
    """
    value = judged.value * reach.to_come
    factors = (*judged.factors, *reach_factors)
    floor = _floor(judged.value, waiting, top, settings)
    if floor <= value:
        return Priority(value, factors)
    hours = round(waiting.total_seconds() / 3600) if waiting else 0
    why = Reason("floor.serious", {"hours": hours})
    return Priority(floor, (*factors, Factor("floor", floor, why)), floored=True)


def _floor(
    value: float, waiting: timedelta | None, top: float, settings: PrioritySettings
) -> float:
    """``severity × max(1, rising · top) × fading``, both by the days of waiting."""
    if waiting is None or value < settings.serious_severity:
        return 0.0
    waited = max(waiting / timedelta(days=settings.floor_days), 0.0)
    fading: float = 0.5 ** max(waited - 1, 0.0)
    return value * max(1.0, min(waited, 1.0) * top) * fading
