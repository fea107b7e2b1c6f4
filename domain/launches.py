"""Something new, and the people who took it up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.analyses import Act


@dataclass(frozen=True, slots=True)
class Curve:
    """How a launch is taken up by the Bass model: shares a day, and the market expected.

    ``distance`` in [0, 1] is the greatest gap to what was seen, ``fits`` whether to believe it.
    """

    innovation: float
    imitation: float
    market: float
    distance: float
    fits: bool


@dataclass(frozen=True, slots=True)
class Launch:
    """A product, version or feature that is new; ``found``: by its own words, not the settings.

    ``key`` stays, whatever its name; ``curve`` is None with too few adopters.
    """

    key: str
    name: str
    brand: str
    found: bool
    adopters: int
    first_at: datetime | None
    curve: Curve | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Adopter:
    """An author who took something up at ``at``, as ``post_id`` tells.

    ``rank`` counts from 1; ``led`` adds up shares of later adopters who had acted on them;
    ``acts`` counts what their posts on it do for others.
    """

    author_id: int
    post_id: int
    at: datetime
    rank: int
    category: str
    led: float
    acts: Mapping[Act, int]
