"""The ``alerts`` section of config.yaml: rules, routes, notifiers, and how they behave."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from alerts.delivery import RetrySettings
from alerts.intervals import Interval
from alerts.notifiers import AnyNotifier, ConsoleNotifier
from alerts.routing import OWNER, Route
from alerts.rules import HighReachExperience, QuietSource, Rule, VolumeSpike
from domain.people import Role


def _usual_notifiers() -> dict[str, AnyNotifier]:
    return {"console": ConsoleNotifier()}


class AlertSettings(BaseModel):
    """Which alerts are raised, and how they reach people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[Rule, ...] = Field(
        default=(HighReachExperience(), VolumeSpike(), QuietSource()),
        description="What is watched for.",
    )
    routes: tuple[Route, ...] = Field(
        default=(Route(to=(OWNER, Role.MANAGER.value)),),
        description="Who is told of what; the first route that matches decides.",
    )
    notifiers: dict[str, AnyNotifier] = Field(
        default_factory=_usual_notifiers, description="The channels, each by a name of your own."
    )
    retry: RetrySettings = Field(
        default_factory=RetrySettings, description="What happens when a channel does not answer."
    )
    repeat_after: Interval = Field(
        default=timedelta(hours=4),
        ge=timedelta(minutes=1),
        description="How long an open incident stays quiet before its next alert is told.",
    )
    max_alerts_per_hour: int = Field(
        default=20, ge=1, description="More than this are folded into one summary."
    )

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        named = Counter(rule.name or rule.kind for rule in self.rules)
        twice = sorted(name for name, count in named.items() if count > 1)
        if twice:
            raise ValueError(f"two rules are called {', '.join(twice)}: give each its own name")
        for route in self.routes:
            missing = sorted({*route.notifiers} - {*self.notifiers})
            if missing:
                raise ValueError(f"a route uses notifiers that do not exist: {', '.join(missing)}")
            unknown = sorted({*route.rules} - {*named})
            if unknown:
                raise ValueError(f"a route uses rules that do not exist: {', '.join(unknown)}")
        return self
