"""Write one person's digest of one brand's day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from app import addresses
from app.digest.facts import Facts, gather
from app.digest.lines import Narrator
from app.languages import Tongue
from app.letters.letter import Letter, compose
from app.tallies import DayCount
from app.wording import stage_names
from domain.brands import Brand, ServiceStage
from domain.people import Person
from storage import Unit

_BAR_HEIGHT, _BAR_WIDTH = 90, 100


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the letter's first chart: heights in pixels of a bar's parts, top first."""

    day: DayCount
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One stage of the second chart: widths in percent of its negative and other posts."""

    stage: str
    total: int
    negative: int
    width_negative: int
    width_other: int


def write_digest(
    unit: Unit,
    *,
    person: Person,
    brand: Brand,
    stages: Sequence[ServiceStage],
    day: date,
    now: datetime,
    base_url: str,
) -> Letter:
    """The digest of the local day ``day`` that has just ended in the person's zone."""
    facts = gather(unit, person, brand.id, day)
    tongue = Tongue.of(person.language, person.zone)
    names = stage_names(stages, tongue)
    narrator = Narrator(facts, brand, tongue, names)
    site = base_url.rstrip("/")
    return compose(
        "digest",
        narrator.headline(),
        site + addresses.overview(brand.id, day),
        tongue=tongue,
        now=now,
        stage_names=names,
        person=person,
        brand=brand,
        facts=facts,
        sections=narrator.sections(),
        columns=_columns(facts),
        rows=_rows(facts),
        base_url=site,
    )


def _columns(facts: Facts) -> list[Column]:
    most = max(one.total for one in facts.days)
    return [Column(one, _parts(one, most)) for one in facts.days] if most else []


def _parts(day: DayCount, most: int) -> tuple[tuple[str, int], ...]:
    counts = (("positive", day.positive), ("neutral", day.neutral), ("negative", day.negative))
    return tuple((kind, ceil(_BAR_HEIGHT * count / most)) for kind, count in counts if count)


def _rows(facts: Facts) -> list[Row]:
    busiest = sorted(facts.stages, key=lambda one: (-one.negative, -one.total))[:6]
    most = max((one.total for one in busiest), default=0)
    return [
        Row(
            stage=one.stage,
            total=one.total,
            negative=one.negative,
            width_negative=round(_BAR_WIDTH * one.negative / most),
            width_other=round(_BAR_WIDTH * (one.total - one.negative) / most),
        )
        for one in busiest
    ]
