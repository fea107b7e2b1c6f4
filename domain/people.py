"""Who speaks (authors) and who mends (people of the company)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Author:
    """An account on a source. ``id`` is given by storage and is 0 before."""

    source: str
    external_id: str
    name: str = ""
    url: str | None = None
    followers: int | None = None
    joined_at: datetime | None = None
    automated: bool = False
    id: int = 0

    @property
    def handle(self) -> str:
        """The word that others write after an @ to speak to this account."""
        return (self.name or self.external_id).lstrip("@").casefold()


class Role(StrEnum):
    """What a person of the company comes to Boca for."""

    MANAGER = "manager"
    LEAD = "lead"
    ANALYST = "analyst"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours in which only urgent messages go out; may cross midnight."""

    start: time
    end: time

    def __contains__(self, clock: time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True)
class Person:
    """Someone in the company whom Boca tells.

    ``channels`` maps a notifier's name to this person's address on it.
    ``brands`` and ``stages`` say what they answer for; empty means all.
    """

    id: str
    name: str
    role: Role
    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    channels: dict[str, str] = field(default_factory=dict)
    brands: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    quiet_hours: QuietHours | None = None
