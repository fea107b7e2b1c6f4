"""The reader's language and zone: translations, numbers, dates and durations as they say them.

Messages are written in English in the code and the templates; ``app/locale/<language>/boca.po``
holds their translations, read at start-up. A message that has none is said in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

LANGUAGES = {"en": "English", "pt": "Português"}
_LOCALES = {"en": "en_GB", "pt": "pt_BR"}
_CATALOGUES = Path(__file__).parent / "locale"


def known_language(tag: str | None) -> str | None:
    """The language we speak for this tag (``pt-PT`` → ``pt``), or None."""
    language = (tag or "").replace("_", "-").split("-")[0].casefold()
    return language if language in LANGUAGES else None


def accepted_language(header: str | None) -> str | None:
    """The best language we speak among those of an Accept-Language header, or None."""
    wanted = sorted(_weighted(header or ""), key=lambda pair: -pair[1])
    spoken = (known_language(tag) for tag, weight in wanted if weight > 0)
    return next((language for language in spoken if language), None)


def _weighted(header: str) -> Iterable[tuple[str, float]]:
    for part in header[:500].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            yield tag, float(quality or 1)
        except ValueError:
            yield tag, 0.0


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language, read once; English is the messages themselves."""
    path = _CATALOGUES / language / "boca.po"
    if not path.is_file():
        return NullTranslations()
    with path.open("rb") as stream:
        catalogue = read_po(stream, locale=language, domain="boca", abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(fp=compiled)


@dataclass(frozen=True, slots=True)
class Tongue:
    """One reader's language and zone: everything that turns a value into their words."""

    language: str
    zone: ZoneInfo

    @classmethod
    def of(cls, tag: str, zone: ZoneInfo) -> Tongue:
        """The tongue for a language tag; English where we do not speak it."""
        return cls(known_language(tag) or "en", zone)

    @property
    def locale(self) -> Locale:
        """The conventions for numbers and dates."""
        return Locale.parse(_LOCALES[self.language])

    def say(self, message: str, **places: str) -> str:
        """The message in this language, its ``%(name)s`` places filled."""
        said = translations(self.language).gettext(message)
        return said % places if places else said

    def count(self, one: str, many: str, num: float, **places: str) -> str:
        """The message in singular or plural; ``%(num)s`` is the formatted number."""
        return self.plural(one, many, num) % {"num": self.number(num), **places}

    def plural(self, one: str, many: str, num: float) -> str:
        """The message's form for this number, its places still open."""
        return translations(self.language).ngettext(one, many, _grammatical(num))

    def number(self, value: float) -> str:
        """A number with as many decimals as it deserves: 0.42, 4.2, 42, 4,200."""
        pattern = "#,##0" if abs(value) >= 10 else "#,##0.#" if abs(value) >= 1 else "#,##0.##"
        return format_decimal(value, format=pattern, locale=self.locale)

    def fine(self, value: float) -> str:
        """A small number by its first two figures: 0.0019, 0.25."""
        return format_decimal(value, format="@@" if abs(value) < 1 else None, locale=self.locale)

    def percent(self, share: float) -> str:
        """A share in [0, 1] as a percentage, never 0 % or 100 % when it is only near."""
        pattern = "0.#%" if 0 < share < 0.01 or 0.99 < share < 1 else "0%"
        return format_percent(share, format=pattern, locale=self.locale)

    def day(self, day: date, style: str = "medium") -> str:
        """A date: ``short``, ``medium``, ``long`` or ``full``."""
        return format_date(day, format=style, locale=self.locale)

    def day_month(self, day: date) -> str:
        """A date without its year, for axes and columns."""
        pattern = "d MMM" if self.language == "en" else "d/MM"
        return format_date(day, format=pattern, locale=self.locale)

    def weekday(self, day: date) -> str:
        """The day's name with its date: Tuesday 3 March."""
        pattern = "EEEE d MMMM" if self.language == "en" else "EEEE, d 'de' MMMM"
        return format_date(day, format=pattern, locale=self.locale)

    def moment(self, moment: datetime) -> str:
        """Date and time in the reader's zone."""
        return f"{self.day(self.local(moment))}, {self.clock(moment)}"

    def clock(self, moment: datetime) -> str:
        """The time of day in the reader's zone."""
        return format_time(moment, format="short", tzinfo=self.zone, locale=self.locale)

    def local(self, moment: datetime) -> date:
        """The reader's date at this moment."""
        return moment.astimezone(self.zone).date()

    def duration(self, length: timedelta) -> str:
        """How long, in its largest unit: 3 hours."""
        return format_timedelta(length, threshold=1.5, locale=self.locale)

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago a moment was (or in how long it comes): 3 hours ago."""
        gap = min(moment - now, timedelta(0)) if moment <= now else moment - now
        return format_timedelta(gap, add_direction=True, threshold=1.5, locale=self.locale)


def iso(moment: datetime) -> str:
    """A moment for machines: ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def head_count(people: float) -> float:
    """People as they are counted aloud: whole from three on, to one decimal below."""
    return float(round(people)) if people >= 3 else round(people, 1)


def _grammatical(number: float) -> int:
    """The whole number whose grammar a figure takes: 1.3 people are several."""
    return int(number) if float(number).is_integer() else 2
