"""How far each listing of a source was read, so that the next visit asks for what is new."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any


class Newest:
    """The newest moment seen in each listing, counted only once the listing was read whole.

    The next visit goes back ``overlap`` further: posts become visible late, and clocks differ.
    """

    def __init__(self, state: Any, now: datetime, overlap: timedelta) -> None:
        given = state if isinstance(state, Mapping) else {}
        self._settled = {str(key): str(value) for key, value in given.items()}
        self._seen: dict[str, datetime] = {}
        self._now, self._overlap = now, overlap
        self._fresh: set[str] = set()

    def since(self, listing: str) -> datetime | None:
        """From when on a listing is of interest; None at the first visit."""
        try:
            return datetime.fromisoformat(self._settled[listing]).astimezone(UTC) - self._overlap
        except (KeyError, ValueError, OverflowError):
            return None

    def saw(self, listing: str, at: datetime) -> bool:
        """Notes a moment seen in a listing; whether it is of interest."""
        at = min(at, self._now)  # a forged time must not close the listing for good
        self._seen[listing] = max(at, self._seen.get(listing, at))
        since = self.since(listing)
        fresh = since is None or at > since
        if fresh:
            self._fresh.add(listing)
        return fresh

    def take_fresh(self, listing: str) -> bool:
        """Whether anything of interest was seen since this was last asked."""
        fresh = listing in self._fresh
        self._fresh.discard(listing)
        return fresh

    def settle(self, listing: str) -> None:
        """A listing was read as far as it goes: from here on the next visit begins there."""
        if listing in self._seen:
            seen = self._seen.pop(listing).isoformat()
            self._settled[listing] = max(seen, self._settled.get(listing, ""))

    def state(self) -> dict[str, str]:
        """What to remember, as JSON values."""
        return dict(self._settled)
