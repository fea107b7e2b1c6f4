"""Counts that pages and letters both tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

_KINDS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class DayCount:
    """The mentions of one local day by how they feel."""

    day: date
    negative: int
    neutral: int
    positive: int

    @property
    def total(self) -> int:
        """All mentions of the day."""
        return self.negative + self.neutral + self.positive

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """The counts from the bar's foot upwards, each with its kind."""
        return tuple(zip(_KINDS, (self.negative, self.neutral, self.positive), strict=True))
