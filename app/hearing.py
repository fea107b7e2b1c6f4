"""What we listen to, and how well: the health of each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from domain.posts import CrawlOutcome, CrawlReport
from domain.sources import HISTORY, Habit, IdGap, Visit, habit_of, id_gaps
from domain.windows import Window
from storage import Unit

_NOTHING: tuple[int, datetime | None] = (0, None)
_LATELY = timedelta(days=7)
_SHOWN_GAPS = 5
_SHOWN_DAYS = 28
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source: its last visit, what it gave lately, and what was refused of it.

    ``report`` is None where files are imported rather than a site visited.
    """

    name: str
    report: CrawlReport | None
    posts: int
    last_post_at: datetime | None
    rejected: Mapping[str, int]

    @property
    def well(self) -> bool:
        """Whether its last visit read all that it meant to."""
        return self.report is None or self.report.outcome is CrawlOutcome.OK

    def missed(self, window: Window) -> bool:
        """Whether it is a site that nobody visited in the window or since."""
        return self.report is not None and self.report.finished_at < window.start


@dataclass(frozen=True, slots=True)
class Hearing(SourceHealth):
    """A source's health in full: its habit, errors of a week, its threads, and its gaps.

    ``days`` are the new posts of each of the last 28 days, today last, without those of the
    first visit; ``found_first`` are these, if it was in the last seven days.
    ``threads`` were alive lately and followed, ``whole`` of them have every part;
    ``awaited`` posts are spoken of and not here; ``unvisited`` are stretches longer than
    a day in which nobody could read it.
    """

    habit: Habit = field(kw_only=True)
    days: tuple[int, ...] = field(kw_only=True)
    found_first: int = field(kw_only=True)
    errors: Mapping[str, int] = field(kw_only=True)
    threads: int = field(kw_only=True)
    whole: int = field(kw_only=True)
    awaited: int = field(kw_only=True)
    unvisited: tuple[Window, ...] = field(kw_only=True)
    id_gaps: tuple[IdGap, ...] = field(kw_only=True)

    @property
    def week(self) -> int:
        """How many posts the last seven days brought, those of a first visit among them."""
        return self.habit.week + self.found_first

    @property
    def complete(self) -> float | None:
        """The share of threads that are whole; None where none is followed."""
        return self.whole / self.threads if self.threads else None

    @property
    def ailing(self) -> bool:
        """Whether a person should look at it."""
        return not self.well or self.habit.quiet or self.habit.faint


def source_health(unit: Unit, window: Window) -> list[SourceHealth]:
    """Every source that was ever visited, gave a post in the window, or had one refused."""
    visits = unit.sources.last_crawls()
    gave: dict[str, tuple[int, datetime | None]] = {
        source: (posts, last) for source, posts, last in unit.overview.sources(window)
    }
    refused: dict[str, dict[str, int]] = {}
    for (source, code), count in unit.quarantine.counts().items():
        refused.setdefault(source, {})[code] = count
    return [
        SourceHealth(name, visits.get(name), *gave.get(name, _NOTHING), refused.get(name, {}))
        for name in sorted({*visits, *gave, *refused})
    ]


def hearing(unit: Unit, window: Window, now: datetime) -> list[Hearing]:
    """The health of every source in full, as of ``now``."""
    visits, errors = unit.sources.visits(now - HISTORY), unit.sources.errors(now - _LATELY)
    threads, awaited = unit.sources.completeness(now - HISTORY), unit.sources.awaited()
    found = []
    for health in source_health(unit, window):
        seen = [one for one in visits.get(health.name, []) if one.at <= now]
        total, whole = threads.get(health.name, (0, 0))
        one = Hearing(
            health.name,
            health.report,
            health.posts,
            health.last_post_at,
            health.rejected,
            habit=habit_of(seen, now),
            days=_days(seen[1:], now),
            found_first=sum(one.posts_new for one in seen[:1] if now - one.at < _LATELY),
            errors=errors.get(health.name, {}),
            threads=total,
            whole=whole,
            awaited=awaited.get(health.name, 0),
            unvisited=tuple(_unvisited([v.at for v in seen if v.heard], window)),
            id_gaps=tuple(
                id_gaps(unit.sources.latest_ids(health.name, now - _LATELY))[:_SHOWN_GAPS]
            ),
        )
        found.append(one)
    return found


def _days(visits: list[Visit], now: datetime) -> tuple[int, ...]:
    counts = [0] * _SHOWN_DAYS
    for one in visits:
        ago = (now - one.at) // _DAY
        if ago < _SHOWN_DAYS:
            counts[-1 - ago] += one.posts_new
    return tuple(counts)


def _unvisited(heard: list[datetime], window: Window) -> list[Window]:
    """The stretches of over a day, within the window, between two visits that could read it."""
    pairs = pairwise(heard)
    long = [Window(a, b) for a, b in pairs if b - a > _DAY and b > window.start]
    return long[-_SHOWN_GAPS:]
