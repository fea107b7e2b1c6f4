"""The unit of work: what one customer went through at one stage of a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is as it is, sayable in any language.

    ``code`` names a sentence in the catalogue, ``params`` fill its places.
    """

    code: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Factor:
    """One ingredient of a priority: its value and the reason for it."""

    name: str
    value: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an experience has met, and how many it is still expected to meet.

    ``so_far`` is observed; ``to_come`` is a forecast with an 80 % interval.
    """

    so_far: int
    to_come: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Priority:
    """Severity × reach still to come, in people harmed; with every factor and its reason.

    ``floored`` tells that the floor for serious cases of quiet people set the value.
    """

    value: float
    factors: tuple[Factor, ...]
    floored: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a brand's own account said to a customer's last word: when, and which account."""

    at: datetime
    author_id: int


@dataclass(frozen=True, slots=True)
class Experience:
    """What one author told about one stage of a brand's service, in one or more posts.

    ``key`` is stable: the first post told decides it. ``severity`` lies in [0, 1] and is
    0 for a happy experience; ``score`` is the mean sentiment in [-1, 1]. ``answer`` is None
    while the customer's last word waits for the brand's.
    """

    key: str
    brand: str
    stage: str
    post_ids: tuple[int, ...]
    author_id: int | None
    told_at: datetime
    last_told_at: datetime
    score: float
    severity: float
    reach: Reach
    priority: Priority
    answer: Answer | None = None
    id: int = 0


UNSORTED = "unsorted"
"""The stage of an experience whose step of the service could not be told."""
