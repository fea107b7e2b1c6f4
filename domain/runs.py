"""One execution of a step, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunOutcome(StrEnum):
    """How a run ended: degraded means that some of its work could not be done."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a step: ``counts`` say what it did, ``detail`` what went wrong."""

    step: str
    started_at: datetime
    finished_at: datetime
    outcome: RunOutcome
    counts: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""
