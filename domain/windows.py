"""Time: aware UTC inside, local time only at the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A half-open stretch of time, ``[start, end)``, in aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs aware times")
        if self.end < self.start:
            raise ValueError(f"a window cannot end ({self.end}) before it starts ({self.start})")

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def before(self) -> Window:
        """The window of the same length that ends where this one starts."""
        return Window(self.start - self.length, self.start)

    def days(self, zone: ZoneInfo) -> Iterator[date]:
        """The local dates it touches, in order."""
        last = (self.end - timedelta(microseconds=1)).astimezone(zone).date()
        day = self.start.astimezone(zone).date()
        while day <= last:
            yield day
            day += timedelta(days=1)


def last(length: timedelta, now: datetime) -> Window:
    """The window of this length that ends now."""
    return Window(now - length, now)


def local_day(day: date, zone: ZoneInfo) -> Window:
    """The local day as a UTC window: 23, 24 or 25 hours long where clocks change."""
    return Window(at_local(day, time(0), zone), at_local(day + timedelta(days=1), time(0), zone))


def at_local(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The UTC moment at which this local clock time comes on this day.

    A time that the clocks skip comes right after the gap; one that comes twice
    counts the first time. So every local day has exactly one such moment.
    """
    naive = datetime.combine(day, clock)
    moment = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    skipped = moment.astimezone(zone).replace(tzinfo=None) != naive
    if skipped:
        # fold=1 reads a skipped time by the offset after the gap, fold=0 by the one
        # before; the later of the two real moments bounds the gap's end from above.
        early = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return _first_after_gap(early, moment, zone)
    return moment


def _first_after_gap(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The moment in (early, late] at which the zone's offset has just changed."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def duration(text: str | timedelta) -> timedelta:
    """A length of time as people write it: ``90s``, ``15m``, ``1h30m``, ``2d``, ``1w``.

    A timedelta is one already. Raises ValueError saying what to write instead.

    >>> duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"\s*(\d{1,9}\s*[smhdw]\s*)+", text.lower()):
        raise ValueError(f"{text!r} is not a length of time; write 90s, 15m, 1h30m, 2d or 1w")
    parts = re.findall(r"(\d+)\s*([smhdw])", text.lower())
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))
