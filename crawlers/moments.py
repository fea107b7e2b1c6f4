"""Moments as sites and files write them, read into aware UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache

from crawlers.portuguese import in_portuguese

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LEEWAY = timedelta(days=1)

_ISO = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_ZONE = re.compile(r"(?:\s+(?:UTC|GMT)|\s+([+-]\d{2}:?\d{2}))$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_EPOCH = re.compile(r"-?\d{9,16}(\.\d+)?")
_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID = re.compile(rf"[0-7][{_CROCKFORD}]{{25}}", re.IGNORECASE)
_NUMERIC = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$"
)


class AbsurdTime(ValueError):
    """A moment that was read, but at which nobody can have written it."""


def reader(
    zone: tzinfo,
    now: datetime,
    *,
    day_first: bool = False,
    pattern: str | None = None,
    spoken: bool = False,
) -> Callable[[object], datetime]:
    """A function that reads moments: naive ones lie in ``zone``.

    It raises ValueError for what cannot be read, and AbsurdTime for what lies before
    1990 or more than a day after ``now``. ``pattern`` is a strptime format. ``spoken``
    times ("ontem", "3 de dezembro") count from ``now``: only for pages made to be seen now.
    """
    today = now.astimezone(zone) if spoken else None

    def read(value: object) -> datetime:
        moment = _moment(value, day_first, pattern, today)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        return plausible(moment, now)

    return read


def plausible(moment: datetime, now: datetime) -> datetime:
    """The moment in UTC, if somebody can have written something then."""
    try:
        moment = moment.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise AbsurdTime(f"{moment} is out of range") from error
    if not EARLIEST <= moment <= now + LEEWAY:
        raise AbsurdTime(f"{moment.isoformat()} lies outside 1990 to today")
    return moment


def _moment(
    value: object, day_first: bool, pattern: str | None, today: datetime | None
) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(float(value))
    text = str(value).strip()
    if pattern is not None:
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - the caller adds the zone
    if _EPOCH.fullmatch(text):
        return _epoch(float(text))
    if _ULID.fullmatch(text):
        return _epoch(_ulid(text))
    return _written(text, day_first, today)


def _ulid(text: str) -> float:
    """The milliseconds in the first ten characters of a ULID."""
    milliseconds = 0
    for letter in text[:10].upper():
        milliseconds = milliseconds * 32 + _CROCKFORD.index(letter)
    return float(milliseconds)


def _written(text: str, day_first: bool, today: datetime | None) -> datetime:
    if _ISO.match(text):
        return datetime.fromisoformat(_ZONE.sub(r"\1", text))
    if match := _NUMERIC.match(text):
        return _numeric([int(part or 0) for part in match.groups()], day_first)
    found = in_portuguese(text, today) if len(text) <= 80 else None
    return found or _in_words(text, day_first)


def _numeric(parts: list[int], day_first: bool) -> datetime:
    first, second, year, hour, minute, second_of_minute = parts
    day, month = (first, second) if day_first or first > 12 else (second, first)
    return datetime(year, month, day, hour, minute, second_of_minute)  # noqa: DTZ001


def _epoch(seconds: float) -> datetime:
    """Seconds, milliseconds or microseconds since 1970, told apart by their size."""
    for scale in (1.0, 1e3, 1e6):
        if 0 <= seconds / scale < 1e11:
            return datetime.fromtimestamp(seconds / scale, UTC)
    raise AbsurdTime(f"{seconds} is not a time since 1970")


@lru_cache(maxsize=4096)
def _in_words(text: str, day_first: bool) -> datetime:
    if not _HALF_DAY.search(text):  # mail's dates know no p.m., and would pass over it
        with suppress(ValueError, TypeError, IndexError):
            return parsedate_to_datetime(text)
    if len(text) > 80 or not _YEAR.search(text):
        raise ValueError(f"{text[:80]!r} is not a time")
    # Imported here: it takes half a second, and few sources write dates in words.
    import dateparser

    order = "DMY" if day_first else "MDY"
    found = dateparser.parse(text, settings={"DATE_ORDER": order, "STRICT_PARSING": True})
    if found is None:
        raise ValueError(f"{text!r} is not a time")
    return found
