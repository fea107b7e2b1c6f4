"""The ``nlp`` section of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from domain.analyses import Polarity

DEFAULT_MODEL = "default"


class NlpSettings(BaseModel):
    """How posts are understood."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        DEFAULT_MODEL,
        min_length=1,
        description="What judges sentiment: `default` (ships with Boca), or the name or the "
        "folder of a Hugging Face classifier of sequences or tokens (safetensors or ONNX).",
    )
    weights: Path | None = Field(
        None,
        description="A weights file made by `python -m nlp.training` on your own labels, in place "
        "of the one that ships.",
    )
    revision: str | None = Field(
        None, description="The commit or tag of a named model, so that it cannot change."
    )
    download: bool = Field(
        False,
        description="Whether a named model may be fetched from its hub when it is not on this "
        "machine.",
    )
    labels: Mapping[str, Polarity] = Field(
        default_factory=dict,
        description="What a classifier's labels mean, where their names do not say it: "
        "`LABEL_0: negative`.",
    )
    languages: tuple[str, ...] = Field(
        ("pt", "en", "es"),
        min_length=1,
        description="The languages (ISO 639-1) to expect; a post's language is one of them, the "
        "one its source gives, or `und`.",
    )
    workers: int = Field(
        0, ge=0, le=64, description="How many processes analyse posts; 0 means one for each core."
    )
    batch_size: int = Field(256, ge=1, le=4096, description="How many posts are analysed together.")
    deadline: float = Field(
        5.0,
        gt=0,
        description="Seconds that a worker may spend on one batch before it is replaced; more on "
        "a machine that is slow anyway.",
    )
    memory: int = Field(
        1024,
        ge=64,
        description="Megabytes that a worker may take for posts, on top of its models.",
    )
    longest: int = Field(
        100_000,
        ge=1_000,
        le=1_000_000,
        description="Characters of a post that are read; the rest of a longer one is not.",
    )
    stage_threshold: float = Field(
        0.2,
        ge=0,
        le=1,
        description="The confidence from which a post is said to speak of a service stage.",
    )
    opinion_threshold: float = Field(
        0.4,
        ge=0,
        le=1,
        description="The confidence from which an opinion on an aspect is reported.",
    )
