"""The ``topics`` section of the settings."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class TopicSettings(BaseModel):
    """How topics are found and followed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(
        90,
        ge=7,
        le=3_650,
        description="How many days a post can still make a new topic; then its vector is erased.",
    )
    recent_days: int = Field(
        7, ge=1, le=90, description="The days that are compared with the four times as many before."
    )
    least: int = Field(8, ge=3, le=1_000, description="How many posts a new topic needs.")
    voices: int = Field(
        4, ge=1, le=1_000, description="How many different authors a new topic needs."
    )
    closeness: float = Field(
        3.0,
        gt=0.5,
        le=10,
        description="How much nearer than chance (in standard deviations) posts of one topic "
        "are: more makes topics fewer and finer.",
    )
