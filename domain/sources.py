"""How sources are listened to: when a thread is looked at again, and how well a place is heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """What the robots.txt of an origin (``https://host:port``) said; it holds for a day."""

    origin: str
    fetched_at: datetime
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a thread is followed: soon while it grows, ever more rarely while it does not.

    The pause is ``share`` of the time since it last grew, so that pauses grow
    geometrically; never under ``soonest`` nor over ``rarest``. A thread that has not
    grown for ``give_up`` is left. A missing post is asked for ``tries`` times.
    """

    soonest: timedelta = timedelta(minutes=15)
    rarest: timedelta = timedelta(days=2)
    share: float = 0.5
    give_up: timedelta = timedelta(days=14)
    tries: int = 3

    def next_visit(self, grown_at: datetime, seen_at: datetime) -> datetime | None:
        """When a thread seen now is looked at again; None once it is given up."""
        quiet = max(seen_at - grown_at, timedelta(0))
        if quiet > self.give_up:
            return None
        return seen_at + min(max(quiet * self.share, self.soonest), self.rarest)

    def next_try(self, tries: int, at: datetime) -> datetime | None:
        """When a post that did not come is asked for again: 1, 4, 16 ... times ``soonest``."""
        return None if tries >= self.tries else at + self.soonest * 4 ** (tries - 1)
