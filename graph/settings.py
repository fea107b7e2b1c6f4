"""The ``graph`` section of the settings."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class GraphSettings(BaseModel):
    """How influence is learned from what happened, and how closely it is estimated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    half_life_days: float = Field(
        default=90.0,
        gt=0,
        le=36_500,
        description="After this many days an act counts half as much as one of today.",
    )
    samples: int = Field(
        default=64,
        ge=2,
        le=10_000,
        description="How many cascades are drawn backwards from every author; more is closer.",
    )
    seed: int = Field(
        default=20_260,
        ge=0,
        lt=2**63,
        description="The start of the random draws; the same seed gives the same numbers.",
    )
    threads: int = Field(
        default=2,
        ge=1,
        le=256,
        description="How many processor cores to use; the numbers do not depend on it.",
    )
    expected_minimum: float = Field(
        default=0.001,
        gt=0,
        le=1,
        description="No author is expected to set fewer people in motion than this.",
    )
    snapshot: Path | None = Field(
        default=None,
        description="A folder for a copy of the log, so that only what changed is read again.",
    )
