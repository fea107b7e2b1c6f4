"""Tell when a source goes quiet against its habit, or cannot be read any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from alerts.intervals import Interval
from alerts.rules.rule import RuleSettings
from domain.alerts import Alert
from domain.experiences import Reason
from domain.sources import Habit

_HOUR = timedelta(hours=1)


class QuietSource(RuleSettings):
    """Fires once for a silence, a week that is far too thin, or a failure that lasts.

    A silence counts against the same hours of earlier weeks, so that nights and weekends
    are no news, or against the longest silence there ever was. Its beginning is its key.
    """

    kind: Literal["quiet_source"] = "quiet_source"
    failing: Interval = Field(
        default=timedelta(hours=6),
        ge=_HOUR,
        description="How long a source may be unreadable before that is told.",
    )
    sources: tuple[str, ...] = Field(default=(), description="Sources it watches; empty: all.")

    def evaluate(self, source: str, brand: str, habit: Habit, now: datetime) -> list[Alert]:
        """At most one alert: what is worst about this source now."""
        if not self.watches(brand) or (self.sources and source not in self.sources):
            return []
        found = self._reason(source, habit, now)
        if found is None:
            return []
        reason, since = found
        rule = self.name or self.kind
        return [
            Alert(
                key=f"{rule}:{source}:{reason.code}:{since}",
                rule=rule,
                kind=self.kind,
                brand=brand,
                group=f"{rule}:{source}",
                reason=reason,
                fired_at=now,
                labels={"source": source},
            )
        ]

    def _reason(self, source: str, habit: Habit, now: datetime) -> tuple[Reason, str] | None:
        """What is wrong, and since which hour; a thin week is told once a week."""
        if habit.failing >= self.failing:
            return _failing(source, habit), f"{now - habit.failing:%Y-%m-%dT%H}"
        if habit.quiet:
            return _silent(source, habit), f"{now - habit.silence:%Y-%m-%dT%H}"
        return (_faint(source, habit), f"{now:%G-W%V}") if habit.faint else None


def _failing(source: str, habit: Habit) -> Reason:
    return Reason("source_failing", {"source": source, "age": _hours(habit.failing)})


def _silent(source: str, habit: Habit) -> Reason:
    params: dict[str, str | float] = {"source": source, "age": _hours(habit.silence)}
    if habit.expected:
        return Reason("source_silent", params | {"usual": habit.expected})
    return Reason("source_long_silent", params | {"longest": _hours(habit.longest or _HOUR)})


def _faint(source: str, habit: Habit) -> Reason:
    usual = round(habit.usual_week or 0.0)
    return Reason("source_faint", {"source": source, "posts": habit.week, "usual": usual})


def _hours(length: timedelta) -> float:
    return round(length / _HOUR, 1)
