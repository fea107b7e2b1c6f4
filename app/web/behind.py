"""The posts behind a number: what is asked for, and what answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Depends, HTTPException, Query
from pydantic import BeforeValidator, Field

from app import addresses
from app.web.desk import BrandId, Desk, Reader, StageId
from app.web.visitor import known_zone
from domain.analyses import Analysis, Polarity
from domain.brands import Brand
from domain.posts import Post
from domain.windows import Window, local_day
from storage import Unit

MOST_DAYS = 366
_USUAL_DAYS = 30
_Value = TypeVar("_Value")


def _blank_is_none(value: _Value) -> _Value | None:
    """A form sends its empty fields too."""
    return value or None


_Blank = BeforeValidator(_blank_is_none)
_Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
_From = Annotated[_Day | None, _Blank, Query(alias="from")]
_Until = Annotated[_Day | None, _Blank, Query()]
_Feeling = Annotated[Polarity | None, _Blank, Query()]
_Zone = Annotated[str | None, Query(max_length=64)]


@dataclass(frozen=True, slots=True)
class Question:
    """Which posts: of a brand or of all, between two local days of a zone, both included."""

    brand: Brand | None
    first: date
    last: date
    zone: ZoneInfo
    polarity: Polarity | None
    stage: str | None

    @property
    def window(self) -> Window:
        """The days as a stretch of time."""
        return Window(local_day(self.first, self.zone).start, local_day(self.last, self.zone).end)

    def address(self, polarity: str | None, before: int | None = None) -> str:
        """The page for this question, with another polarity, or further down."""
        return addresses.posts(
            self.brand.id if self.brand else None,
            self.first,
            self.last,
            zone=self.zone.key,
            polarity=polarity,
            stage=self.stage,
            before=before,
        )


@dataclass(frozen=True, slots=True)
class Behind:
    """Some of the posts behind a number; ``next_before`` leads on, None at the end.

    ``total`` is the number itself, ``polarities`` how all feelings share in it.
    """

    total: int
    polarities: Mapping[str, int]
    items: tuple[Post, ...]
    analyses: Mapping[int, Analysis]
    next_before: int | None


def question_of(
    desk: Reader,
    brand: BrandId = None,
    first: _From = None,
    until: _Until = None,
    polarity: _Feeling = None,
    stage: StageId = None,
    zone: _Zone = None,
) -> Question:
    """Read the question; days without an end go up to today, those without a start 30 back."""
    there = known_zone(zone) if zone else desk.tongue.zone
    if there is None:
        raise HTTPException(422, desk.tongue.say("There is no time zone of that name."))
    last = until or max(desk.now.astimezone(there).date(), first or date.min)
    start = first or last - timedelta(days=_USUAL_DAYS - 1)
    _check_days(desk, start, last)
    return Question(desk.brand(brand), start, last, there, polarity, stage or None)


def _check_days(desk: Desk, first: date, last: date) -> None:
    tongue = desk.tongue
    if first > last:
        raise HTTPException(422, tongue.say("The first day comes after the last one."))
    if (last - first).days >= MOST_DAYS:
        words = tongue.say(
            "These are too many days: ask for %(num)s at most.", num=tongue.number(MOST_DAYS)
        )
        raise HTTPException(422, words)


Asked = Annotated[Question, Depends(question_of)]


def behind(unit: Unit, asked: Question, limit: int, before: int | None) -> Behind:
    """The newest posts that answer the question, or those before a post."""
    brand = asked.brand.id if asked.brand else None
    felt = unit.overview.feelings(brand, asked.window, asked.stage)
    found = unit.overview.posts(brand, asked.window, asked.polarity, asked.stage, limit + 1, before)
    return Behind(
        total=felt[asked.polarity] if asked.polarity else sum(felt.values()),
        polarities={polarity.value: felt[polarity] for polarity in Polarity},
        items=tuple(found[:limit]),
        analyses=unit.analyses.get_many([post.id for post in found[:limit]]),
        next_before=found[limit - 1].id if len(found) > limit else None,
    )
