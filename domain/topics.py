"""What people talk about of late: clusters of posts that were found, not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Topic:
    """A cluster of posts that say alike things. Its id stays while it lives.

    ``words`` are its own words, most telling first, by language; ``name`` is a person's
    name for it and wins. ``merged_into`` is the topic that it became a part of.
    """

    id: int
    words: Mapping[str, tuple[str, ...]]
    posts: int
    born_at: datetime
    last_at: datetime
    name: str = ""
    merged_into: int | None = None

    def title(self, language: str) -> str:
        """What to call it for a reader of this language."""
        words = self.words.get(language) or next(iter(self.words.values()), ())
        return self.name or " · ".join(words[:3]) or f"#{self.id}"


class TopicChange(StrEnum):
    """What can happen to a topic."""

    BORN = "born"
    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class TopicEvent:
    """A change of a topic, kept to be shown. ``person`` is empty where Boca did it.

    ``other`` is the topic it was merged into, or split from.
    """

    topic_id: int
    change: TopicChange
    at: datetime
    other: int | None = None
    person: str = ""


class Movement(StrEnum):
    """Which way a topic goes."""

    NEW = "new"
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


@dataclass(frozen=True, slots=True)
class TopicTrend:
    """A topic of late: its posts in a window, and in the stretch before it.

    ``ratio`` compares the two rates, with an 80 % interval; ``negative`` is the share of
    the window's posts that complain. A new problem is a new topic of which most do.
    """

    topic: Topic
    movement: Movement
    recent: int
    before: int
    ratio: float
    low: float
    high: float
    negative: float

    @property
    def new_problem(self) -> bool:
        """Whether people have just begun to complain of it."""
        return self.movement is Movement.NEW and self.negative > 0.5
