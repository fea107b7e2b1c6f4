"""Who talks with whom: communities, how they live, and who stands out in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """How an author stands out in a community.

    A voice sets most people in motion by one post; a broker talks with other communities.
    """

    VOICE = "voice"
    BROKER = "broker"


@dataclass(frozen=True, slots=True)
class Life:
    """How a community lived in the weeks before ``at``.

    ``inside`` is the share of its acts that stay in it, ``mutual`` the share of its ties that
    go both ways; ``newcomers`` of the ``active`` had never been heard before.
    """

    at: datetime
    members: int
    active: int
    acts: int
    inside: float
    mutual: float
    newcomers: int


@dataclass(frozen=True, slots=True)
class Community:
    """People who talk with each other, under an id that stays from day to day.

    ``stages`` and ``topics`` count its members' posts of late on each; ``gone_at`` is when it
    was no longer found.
    """

    id: int
    born_at: datetime
    life: Life
    stages: Mapping[str, int]
    topics: Mapping[int, int]
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An author who stands out in a community, and how much."""

    community_id: int
    role: Role
    author_id: int
    value: float
