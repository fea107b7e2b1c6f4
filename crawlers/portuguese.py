"""Moments as Portuguese writes them: ``22 de novembro às 06h51``, ``ontem, 19h``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_DAYS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
_AGO = {"hoje": 0, "ontem": 1, "anteontem": 2}
_NAMES = "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro"
# A short name needs its "de": "20 Nov" is English, too, and has other rules for the hour.
_DATE = re.compile(
    rf"\b(\d{{1,2}})[ºo]?\s+(?:(?={_NAMES})|de\s+)({'|'.join(_MONTHS)})[a-zç]*\.?"
    r"(?:,?\s+(?:de\s+)?(\d{4})\b)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b(\d{1,2})\s*(?:h|:)\s*(?:(\d{2})\b|(\d{2})\s*min)?", re.IGNORECASE)
_DAY = re.compile(rf"\b({'|'.join((*_AGO, *_DAYS))})\b", re.IGNORECASE)


def in_portuguese(text: str, now: datetime | None) -> datetime | None:
    """The moment, without a zone; None where the text is no Portuguese one.

    A date without a year is the last such day before ``now`` (which lies in the writer's
    zone), and so is the name of a day; without ``now`` neither is a moment. Raises
    ValueError for the 31st of February.
    """
    named = _DATE.search(text)
    if now is None and not (named and named[3]):
        return None
    today = now.date() if now else date.max
    day = _dated(named, today) if named else _relative(text, today)
    if day is None:
        return None
    clock = _CLOCK.search(text)
    if clock is None:
        return datetime.combine(day, time())
    return datetime.combine(day, time(int(clock[1]), int(clock[2] or clock[3] or 0)))


def _dated(match: re.Match[str], today: date) -> date:
    day, month = int(match[1]), _MONTHS.index(match[2].lower()) + 1
    if match[3]:
        return date(int(match[3]), month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year <= today + timedelta(days=1) else date(today.year - 1, month, day)


def _relative(text: str, today: date) -> date | None:
    match = _DAY.search(text)
    if match is None:
        return None
    word = match[1].lower()
    ago = _AGO[word] if word in _AGO else (today.weekday() - _DAYS.index(word)) % 7
    return today - timedelta(days=ago)
