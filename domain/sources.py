"""How sources are listened to: when a thread is looked at again, and how well a place is heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What the robots.txt of an origin (``https://host:port``) said; it holds for a day."""

    origin: str
    fetched_at: datetime
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A ``feed`` or a ``sitemap`` that so many pages of a source name in their heads.

    No page: the site's robots.txt names it.
    """

    source: str
    url: str
    what: str
    title: str
    pages: int


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a thread is followed: soon while it grows, ever more rarely while it does not.

    The pause is ``share`` of the time since it last grew, so that pauses grow
    geometrically; never under ``soonest`` nor over ``rarest``. A thread that has not
    grown for ``give_up`` is left. A missing post is asked for ``tries`` times.
    """

    soonest: timedelta = timedelta(minutes=15)
    rarest: timedelta = timedelta(days=2)
    share: float = 0.5
    give_up: timedelta = timedelta(days=14)
    tries: int = 3

    def next_visit(self, grown_at: datetime, seen_at: datetime) -> datetime | None:
        """When a thread seen now is looked at again; None once it is given up."""
        quiet = max(seen_at - grown_at, timedelta(0))
        if quiet > self.give_up:
            return None
        return seen_at + min(max(quiet * self.share, self.soonest), self.rarest)

    def next_try(self, tries: int, at: datetime) -> datetime | None:
        """When a post that did not come is asked for again: 1, 4, 16 ... times ``soonest``."""
        return None if tries >= self.tries else at + self.soonest * 4 ** (tries - 1)


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a source: how many new posts it brought, and whether it could be read."""

    at: datetime
    posts_new: int
    heard: bool


_WEEK = timedelta(days=7)
_WEEKS, _FEWEST_WEEKS = 5, 3
_SURE, _MANY_GAPS, _LONG_HISTORY, _TWICE = 10, 20, timedelta(days=21), 2
_USUAL_WEEK, _FAINT = 30, 0.3
_LOOKS = 3
HISTORY = 10 * _WEEK
"""How much of its past a source is judged by."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What a source brings, against what it brought in the weeks before.

    ``silence`` is how long it has brought nothing new, in ``looks`` visits that could read
    it; ``expected`` the least that the very same hours of earlier weeks brought, so that
    nights and weekends are judged by nights and weekends; ``longest`` its longest silence
    before. ``week`` is what the last seven days brought, ``usual_week`` the median of the
    weeks before. ``failing`` is how long it could not be read at all.
    """

    week: int
    usual_week: float | None
    silence: timedelta
    looks: int
    expected: int | None
    longest: timedelta | None
    failing: timedelta
    last_success: datetime | None

    @property
    def quiet(self) -> bool:
        """Whether it is silent where it always spoke, or for far longer than ever before."""
        if self.looks < _LOOKS:
            return False
        unheard_of = self.longest is not None and self.silence > _TWICE * self.longest
        return unheard_of or (self.expected is not None and self.expected >= _SURE)

    @property
    def faint(self) -> bool:
        """Whether a busy source brings far less than in any week before."""
        usual = self.usual_week or 0.0
        return usual >= _USUAL_WEEK and self.week < _FAINT * usual


def habit_of(visits: Sequence[Visit], now: datetime) -> Habit:
    """The habit that visits show, oldest first; the first of all brings the past and is left out.

    >>> from datetime import UTC
    >>> habit_of([], datetime(2026, 1, 1, tzinfo=UTC)).quiet
    False
    """
    known = visits[1:]
    heard = [one for one in known if one.heard]
    brought = [one.at for one in heard if one.posts_new]
    first = visits[0].at if visits else now
    last = brought[-1] if brought else first
    good = [one.at for one in visits if one.heard]
    return Habit(
        week=_within(heard, now - _WEEK, now),
        usual_week=_usual_week(heard, first, now),
        silence=now - last,
        looks=sum(one.at > last for one in heard),
        expected=_expected(heard, first, last, now),
        longest=_longest(brought, first),
        failing=now - (good[-1] if good else first) if visits else timedelta(0),
        last_success=good[-1] if good else None,
    )


def _within(visits: Iterable[Visit], start: datetime, end: datetime) -> int:
    return sum(one.posts_new for one in visits if start < one.at <= end)


def _earlier_weeks(first: datetime, start: datetime) -> range:
    """By how many weeks a stretch that starts then can be moved back."""
    return range(1, min(_WEEKS, (start - first) // _WEEK + 1))


def _usual_week(heard: Sequence[Visit], first: datetime, now: datetime) -> float | None:
    back = _earlier_weeks(first, now - _WEEK)
    weeks = [_within(heard, now - (n + 1) * _WEEK, now - n * _WEEK) for n in back]
    return float(median(weeks)) if len(weeks) >= _FEWEST_WEEKS else None


def _expected(heard: Sequence[Visit], first: datetime, last: datetime, now: datetime) -> int | None:
    back = _earlier_weeks(first, last)
    same = [_within(heard, last - n * _WEEK, now - n * _WEEK) for n in back]
    return min(same) if len(same) >= _FEWEST_WEEKS else None


def _longest(brought: Sequence[datetime], first: datetime) -> timedelta | None:
    if len(brought) <= _MANY_GAPS or brought[-1] - first < _LONG_HISTORY:
        return None
    return max(late - early for early, late in pairwise(brought))


@dataclass(frozen=True, slots=True)
class IdGap:
    """A hole in ids that a source numbers one by one: ``missing`` were never seen."""

    after: str
    before: str
    missing: int


_IDS, _DENSE, _STEPS = 50, 0.5, 20
_NUMBERED = re.compile(r"(.*?)(\d{1,18})$", re.DOTALL)


def id_gaps(external_ids: Iterable[str]) -> list[IdGap]:
    """Holes in numbered ids; nothing where they are not numbered densely.

    A hole is wider than twenty times the usual step between two ids.
    """
    series: dict[str, set[int]] = {}
    for name in external_ids:
        if match := _NUMBERED.fullmatch(name):
            series.setdefault(match[1], set()).add(int(match[2]))
    return [gap for prefix, numbers in series.items() for gap in _gaps(prefix, sorted(numbers))]


def _gaps(prefix: str, numbers: list[int]) -> Iterator[IdGap]:
    if len(numbers) < _IDS:
        return
    steps = [late - early for early, late in pairwise(numbers)]
    usual = median(steps)
    if usual > 1 / _DENSE:
        return
    for early, late in pairwise(numbers):
        if late - early > _STEPS * usual:
            yield IdGap(f"{prefix}{early}", f"{prefix}{late}", late - early - 1)
