"""A brand over time, and the health of what we listen to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from app.hearing import SourceHealth, source_health
from app.tallies import DayCount
from app.web.reading import Card, cards
from domain.experiences import Experience
from domain.windows import Window, local_day
from storage import Unit

_WEEKS, _TOP = 8, 5


@dataclass(frozen=True, slots=True)
class WeekCell:
    """The mentions of one stage in one week, and how many of them are negative."""

    total: int
    negative: int


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage over the weeks shown."""

    stage: str
    cells: tuple[WeekCell, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A brand over time."""

    brand: str
    days: tuple[DayCount, ...]
    totals: Mapping[str, int]
    before: Mapping[str, int]
    weeks: tuple[date, ...]
    stages: tuple[StageRow, ...]
    top: tuple[Card, ...]
    sources: tuple[SourceHealth, ...]

    @property
    def first(self) -> date:
        """The first day shown."""
        return self.days[0].day

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.days[-1].day

    def week(self, place: int) -> tuple[date, date]:
        """The first and the last day counted in a week shown."""
        monday = self.weeks[place]
        return monday, min(monday + timedelta(days=6), self.last)


def shown_window(until: date, days: int, zone: ZoneInfo) -> Window:
    """The ``days`` local days that end with ``until``."""
    first = local_day(until - timedelta(days=days - 1), zone)
    return Window(first.start, local_day(until, zone).end)


def overview(unit: Unit, brand: str, until: date, days: int, zone: ZoneInfo) -> Overview:
    """Everything the first page says of a brand."""
    window = shown_window(until, days, zone)
    weeks = _weeks(until)
    since = local_day(weeks[0], zone).start
    return Overview(
        brand=brand,
        days=tuple(DayCount(*row) for row in unit.overview.days(brand, window, zone)),
        totals=unit.overview.totals(brand, window),
        before=_sums(unit, brand, window.before(), zone),
        weeks=weeks,
        stages=_stage_rows(unit, brand, Window(since, window.end), weeks, zone),
        top=tuple(cards(unit, _top(unit, brand, window))),
        sources=tuple(source_health(unit, window)),
    )


def _sums(unit: Unit, brand: str, window: Window, zone: ZoneInfo) -> dict[str, int]:
    days = [DayCount(*row) for row in unit.overview.days(brand, window, zone)]
    return {"posts": sum(day.total for day in days), "negative": sum(day.negative for day in days)}


def _top(unit: Unit, brand: str, window: Window) -> list[Experience]:
    queued = unit.experiences.queue(brand=brand, since=window.start, limit=100)
    return [one for one in queued if one.told_at < window.end][:_TOP]


def _weeks(until: date) -> tuple[date, ...]:
    monday = until - timedelta(days=until.weekday())
    return tuple(monday - timedelta(weeks=back) for back in reversed(range(_WEEKS)))


def _stage_rows(
    unit: Unit, brand: str, window: Window, weeks: tuple[date, ...], zone: ZoneInfo
) -> tuple[StageRow, ...]:
    counted: dict[str, dict[date, WeekCell]] = {}
    for stage, monday, total, negative in unit.overview.stages_by_week(brand, window, zone):
        counted.setdefault(stage, {})[monday] = WeekCell(total, negative)
    nothing = WeekCell(0, 0)
    rows = [
        StageRow(stage, tuple(cells.get(week, nothing) for week in weeks))
        for stage, cells in counted.items()
    ]
    return tuple(sorted(rows, key=lambda row: -sum(cell.negative for cell in row.cells)))
