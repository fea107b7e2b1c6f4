"""Tell when far more people speak of a brand than usual at this hour of the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from math import floor, log2
from typing import Literal

import numpy as np
from pydantic import Field

from alerts.intervals import Interval
from alerts.rules.rule import RuleSettings
from alerts.surprise import SEASON_DAYS, TAIL_DAYS, Strangeness, episodes, strangeness
from domain.alerts import Alert
from domain.experiences import Reason

_HOUR = timedelta(hours=1)
_FRESH = timedelta(days=1)
_WELL_BELOW = -0.7


class VolumeSpike(RuleSettings):
    """Fires once for an episode of mentions that is large and rare for its brand.

    An episode opens where mentions reach the brand's own top at the rarity asked for
    (``alerts/surprise.py``), and ends after ``rest`` well below it: one event, one alert.
    Its first hour is its key, so that the same episode found again is the same alert.
    """

    kind: Literal["volume_spike"] = "volume_spike"
    span: Interval = Field(
        default=timedelta(hours=3),
        ge=_HOUR,
        le=timedelta(days=1),
        description="Stretch of time in which mentions are counted, in whole hours.",
    )
    min_mentions: int = Field(default=10, ge=1, description="Fewer mentions never fire.")
    min_times: float = Field(
        default=1.5, gt=1, description="Least multiple of what is usual at this hour."
    )
    once_in: Interval = Field(
        default=timedelta(hours=100),
        ge=timedelta(hours=2),
        description="How rare it must be by the brand's own history.",
    )
    rest: Interval = Field(
        default=timedelta(hours=6), ge=_HOUR, description="Calm that ends an episode."
    )
    urgent_times: float | None = Field(
        default=None, gt=1, description="Multiple that breaks quiet hours; null: never."
    )

    @property
    def history(self) -> timedelta:
        """How much of the past ``evaluate`` wants to see; less works, only less surely."""
        return timedelta(days=SEASON_DAYS + TAIL_DAYS) + 2 * _FRESH

    def evaluate(
        self, brand: str, hours: Sequence[tuple[datetime, int]], now: datetime
    ) -> list[Alert]:
        """The episodes of the last day, each by its first hour.

        ``hours`` are mentions by the start of each hour, consecutive, zeros included.
        An hour that has not ended at ``now`` is not judged.
        """
        ended = [(start, count) for start, count in hours if start + _HOUR <= now]
        if not self.watches(brand) or not ended:
            return []
        _check_consecutive(ended)
        strange = strangeness(np.array([count for _, count in ended]), self.span // _HOUR)
        return [
            self._alert(brand, ended[first][0], strange, first, now)
            for first in self.first_hours(strange)
            if now - ended[first][0] <= _FRESH
        ]

    def first_hours(self, strange: Strangeness) -> list[int]:
        """The indices of the hours at which an episode opens."""
        surprise = strange.surprise(self.once_in / _HOUR)
        many = strange.times >= self.min_times
        opens = many & (surprise >= 0) & (strange.mentions >= self.min_mentions)
        stays = many & (surprise >= _WELL_BELOW)
        return episodes(opens, stays, self.rest // _HOUR)

    def _alert(
        self, brand: str, start: datetime, strange: Strangeness, hour: int, now: datetime
    ) -> Alert:
        rule, times = self.name or self.kind, float(strange.times[hour])
        level = floor(log2(times))
        return Alert(
            key=f"{rule}:{brand}:{start:%Y-%m-%dT%H}",
            rule=rule,
            kind=self.kind,
            brand=brand,
            group=f"{rule}:{brand}",
            reason=self._reason(strange, hour, times),
            fired_at=now,
            urgent=self.urgent_times is not None and times >= self.urgent_times,
            labels={"level": str(level)},
        )

    def _reason(self, strange: Strangeness, hour: int, times: float) -> Reason:
        return Reason(
            "volume_spike",
            {
                "mentions": int(strange.mentions[hour]),
                "hours": self.span // _HOUR,
                "usual": round(float(strange.usual[hour]), 1),
                "times": round(times, 1),
            },
        )


def _check_consecutive(hours: Sequence[tuple[datetime, int]]) -> None:
    for (before, _), (after, _) in pairwise(hours):
        if after - before != _HOUR:
            raise ValueError(f"the hours are not consecutive: {after} follows {before}")
