"""Tell of an experience that many people are still going to hear of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import floor, log2
from typing import Literal

from pydantic import Field

from alerts.intervals import Interval
from alerts.rules.rule import RuleSettings
from domain.alerts import Alert
from domain.experiences import Experience, Reason


class HighReachExperience(RuleSettings):
    """Fires once for an experience, and once more whenever its priority doubles.

    An experience counts if it is fresh, harmful, and expected to be met by many more.
    "Doubles" is counted in powers of two from ``min_priority``, so that the same
    experience at the same priority always has the same key.
    """

    kind: Literal["high_reach_experience"] = "high_reach_experience"
    min_priority: float = Field(default=20.0, gt=0, description="Least priority that counts.")
    min_reach_to_come: float = Field(
        default=50.0, ge=0, description="Least number of people still expected to meet it."
    )
    min_severity: float = Field(
        default=0.3, gt=0, le=1, description="Least severity, above 0 up to 1."
    )
    max_age: Interval = Field(
        default=timedelta(days=7), description="How long ago it may last have been told."
    )
    urgent_priority: float | None = Field(
        default=1000.0, gt=0, description="From here on it breaks quiet hours; null: never."
    )

    def evaluate(self, experiences: Sequence[Experience], now: datetime) -> list[Alert]:
        """One alert for each experience that counts at ``now``, the gravest first."""
        counting = [experience for experience in experiences if self._counts(experience, now)]
        counting.sort(key=lambda experience: -experience.priority.value)
        return [self._alert(experience, now) for experience in counting]

    def _counts(self, experience: Experience, now: datetime) -> bool:
        return (
            self.watches(experience.brand)
            and timedelta(0) <= now - experience.last_told_at <= self.max_age
            and experience.severity >= self.min_severity
            and experience.priority.value >= self.min_priority
            and experience.reach.to_come >= self.min_reach_to_come
        )

    def _alert(self, experience: Experience, now: datetime) -> Alert:
        rule, value = self.name or self.kind, experience.priority.value
        level = floor(log2(value / self.min_priority))
        return Alert(
            key=f"{rule}:{experience.key}:{level}",
            rule=rule,
            kind=self.kind,
            brand=experience.brand,
            group=f"{rule}:{experience.key}",
            reason=_reason(experience),
            fired_at=now,
            stage=experience.stage,
            experience_id=experience.id,
            post_ids=experience.post_ids,
            urgent=self.urgent_priority is not None and value >= self.urgent_priority,
            labels={"level": str(level)},
        )


def _reason(experience: Experience) -> Reason:
    reach = experience.reach
    return Reason(
        "high_reach_experience",
        {
            "to_come": round(reach.to_come),
            "low": round(reach.low),
            "high": round(reach.high),
            "so_far": reach.so_far,
            "severity": round(experience.severity, 2),
            "priority": round(experience.priority.value, 1),
        },
    )
