"""What was taken out of a listing: known from it, between its ends, and not shown any more.

A page of a listing in order claims to be complete between its oldest and its newest entry, and
nothing beyond: older ones have dropped off its end, and a copy from a cache may not have newer
ones yet. What is missing there at two looks in a row is lost; so a hiccup costs nothing. A
listing that was ever seen out of order is one of another kind, and is not believed any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from domain.posts import Post, Rejected

REMEMBERED = 200  # entries of a listing whose absence would be noticed
_LISTINGS = 200  # looked at last
_TWICE = 2


class Entry(NamedTuple):
    """One entry of a listing: its place in the order, and where it can be asked for alone."""

    external_id: str
    place: float  # seconds since 1970, or a running number
    url: str = ""


class Shown:
    """What each listing of a source showed last, and what of it is missing since."""

    def __init__(self, state: Any) -> None:
        given = state if isinstance(state, dict) else {}
        self._unordered: set[str] = set(given.get("unordered", ()))
        self._known: dict[str, dict[str, tuple[Entry, int]]] = {
            listing: {one[0]: (Entry(*one), missed) for *one, missed in entries}
            for listing, entries in given.get("listings", {}).items()
        }
        self._settled: set[tuple[str, str]] = set()  # seen or missed in this visit

    def state(self) -> dict[str, Any]:
        """What to remember, as JSON values."""
        listings = {
            listing: [[*entry, missed] for entry, missed in known.values()]
            for listing, known in list(self._known.items())[-_LISTINGS:]
            if known
        }
        state = {"listings": listings, "unordered": sorted(self._unordered)}
        return {key: value for key, value in state.items() if value}

    def look(self, listing: str, page: Sequence[Entry], sound: bool = True) -> list[Entry]:
        """What a page lacks for the second time. One with unread entries is not ``sound``."""
        places = [one.place for one in page]
        if places not in (sorted(places), sorted(places, reverse=True)):
            self._unordered.add(listing)
        known = self._known[listing] = self._known.pop(listing, {})
        self._settled.update((listing, one.external_id) for one in page)
        known.update({one.external_id: (one, 0) for one in page})
        lost: list[Entry] = []
        if sound and page and listing not in self._unordered:
            low, high = min(places), max(places)
            lost = self._miss(listing, [one for one, _ in known.values() if low < one.place < high])
        newest = sorted(known.items(), key=lambda item: item[1][0].place)[-REMEMBERED:]
        self._known[listing] = dict(newest) if listing not in self._unordered else {}
        return lost

    def standing(self, listing: str) -> list[Entry]:
        """What a listing showed when it was last looked at."""
        return [one for one, missed in self._known.get(listing, {}).values() if not missed]

    def lacks(self, listing: str) -> bool:
        """Whether something is missing there since the last look: worth another one."""
        return any(missed for _, missed in self._known.get(listing, {}).values())

    def unchanged(self, listing: str) -> list[Entry]:
        """The listing is as it was: what it lacked then, it lacks again."""
        known = self._known.setdefault(listing, {})
        return self._miss(listing, [one for one, missed in known.values() if missed])

    def _miss(self, listing: str, expected: Iterable[Entry]) -> list[Entry]:
        """Counts what is not there, once a visit; gives, and forgets, what is lost."""
        known, lost = self._known[listing], []
        for one in expected:
            if (listing, one.external_id) in self._settled:
                continue
            self._settled.add((listing, one.external_id))
            known[one.external_id] = (one, known[one.external_id][1] + 1)
            if known[one.external_id][1] >= _TWICE:
                del known[one.external_id]
                lost.append(one)
        return lost


def dated(told: Iterable[Post | Rejected]) -> list[Entry]:
    """Posts as entries of a listing by time: of their last change, where they tell it."""
    return [
        Entry(one.external_id, (one.edited_at or one.created_at).timestamp(), one.url or "")
        for one in told
        if isinstance(one, Post)
    ]
