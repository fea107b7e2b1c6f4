"""People who think of buying, and the testimonies they met."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.analyses import Intent, Polarity


class Certainty(StrEnum):
    """How sure it is that somebody met a testimony.

    Observed: they acted on it. Likely: they spoke in its thread after it was there.
    Possible: it was seen so often where they read.
    """

    OBSERVED = "observed"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Prospect:
    """An author who asks or shows intent to buy; ``post_id`` is where they first did."""

    author_id: int
    brand: str
    since: datetime
    post_id: int
    intent: Intent


@dataclass(frozen=True, slots=True)
class Sequel:
    """What a prospect said of the brand after asking: how many posts, what, and how at last."""

    posts: int
    intents: tuple[Intent, ...]
    polarity: Polarity | None


@dataclass(frozen=True, slots=True)
class Exposure:
    """That a prospect met a testimony, and since when; the surest way counts."""

    author_id: int
    post_id: int
    certainty: Certainty
    at: datetime
