"""Evidence brought up to date by what is new: only edges with new acts are counted again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from graph.actions import ActionLog
from graph.columns import Flags, Floats, Ints
from graph.evidence import DAY, Evidence, evidence

_Number = TypeVar("_Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class Tally:
    """Evidence as of a moment (epoch seconds), whose authors they are, and what each said.

    ``said`` and ``fresh_said`` are the counts of posts before they are raised to what acts
    show; ``evidence`` holds the raised ones.
    """

    author_ids: Ints
    as_of: float
    half_life_days: float
    said: Ints
    fresh_said: Floats
    evidence: Evidence

    @classmethod
    def of(cls, log: ActionLog, half_life_days: float, now: float) -> Tally:
        """Counted from nothing. O(acts + posts)."""
        said, fresh_said = _said(log.until(now), half_life_days, now)
        counted = evidence(log, half_life_days, now)
        return cls(log.author_ids, now, half_life_days, said, fresh_said, counted)

    def grown(self, log: ActionLog, new_acts: Flags, new_said: Flags, now: float) -> Tally:
        """The same for a log that has grown, as if it were counted from nothing.

        ``log`` holds all rows, the flags say which were not counted yet; nothing may have
        gone from it, and ``now`` may not lie before ``as_of``. What fades, fades by one
        factor for all; only edges with new acts are counted again. Counts are equal to
        those of ``Tally.of``, weights to rounding. O(acts) to look, and then O(new).
        """
        fade = float(np.exp2((self.as_of - now) / (self.half_life_days * DAY)))
        place = log.index(self.author_ids)
        said = self._counted(log, new_said | (log.said_at > self.as_of), place, fade, now)
        due = (new_acts | (log.at > self.as_of)) & (log.at <= now)
        again = evidence(_touching(log, due, now), self.half_life_days, now)
        merged = _merged(self._moved(place, log.authors, fade), again, *said)
        return replace(
            self, author_ids=log.author_ids, as_of=now, said=said[0], fresh_said=said[1],
            evidence=merged,
        )  # fmt: skip

    def _counted(
        self, log: ActionLog, due: Flags, place: Ints, fade: float, now: float
    ) -> tuple[Ints, Floats]:
        """What each author said, with what is due."""
        due &= log.said_at <= now
        later = replace(log, said_by=log.said_by[due], said_at=log.said_at[due])
        said, fresh = _said(later, self.half_life_days, now)
        said[place] += self.said
        fresh[place] += self.fresh_said * fade
        return said, fresh

    def _moved(self, place: Ints, authors: int, fade: float) -> Evidence:
        """The evidence so far, with authors where they stand now, faded."""
        old = self.evidence
        sizes = np.zeros(authors + 1, np.int64)
        sizes[place + 1] = old.audience
        nothing = np.empty(0, np.int64)
        return Evidence(
            np.cumsum(sizes), place[old.actor].astype(np.int32), old.acts, old.fresh_acts * fade,
            nothing, nothing.astype(np.float64),
        )  # fmt: skip


def _said(log: ActionLog, half_life_days: float, now: float) -> tuple[Ints, Floats]:
    """How many posts each author has, and how many with each weighing what is left of it."""
    weight = np.exp2((log.said_at - now) / (half_life_days * DAY))
    fresh = np.bincount(log.said_by, weight, log.authors).astype(np.float64)
    return np.bincount(log.said_by, minlength=log.authors), fresh


def _touching(log: ActionLog, due: Flags, now: float) -> ActionLog:
    """Every act on an edge that has one due, and nothing that was said."""
    speakers, actors = np.zeros(log.authors, bool), np.zeros(log.authors, bool)
    speakers[log.speaker[due]] = True
    actors[log.actor[due]] = True
    maybe = np.flatnonzero(speakers[log.speaker] & actors[log.actor] & (log.at <= now))
    wanted = np.unique(log.speaker[due].astype(np.int64) * log.authors + log.actor[due])
    key = log.speaker[maybe].astype(np.int64) * log.authors + log.actor[maybe]
    rows = maybe[_within(wanted, key)]
    return replace(
        log, speaker=log.speaker[rows], actor=log.actor[rows], at=log.at[rows],
        post=log.post[rows], on_post=log.on_post[rows], kind=log.kind[rows],
        said_by=log.said_by[:0], said_at=log.said_at[:0], said_post=log.said_post[:0],
    )  # fmt: skip


def _within(ascending: Ints, values: Ints) -> Flags:
    """Which values are among these."""
    if not len(ascending):
        return np.zeros(len(values), bool)
    place = np.searchsorted(ascending, values).clip(max=len(ascending) - 1)
    found: Flags = ascending[place] == values
    return found


def _merged(old: Evidence, again: Evidence, said: Ints, fresh_said: Floats) -> Evidence:
    """The old edges with those counted again in their place or between them."""
    authors = len(said)
    keys = [
        np.repeat(np.arange(authors), one.audience) * authors + one.actor for one in (old, again)
    ]
    place = np.searchsorted(keys[0], keys[1])
    known = _within(keys[0], keys[1])
    acts, fresh = old.acts.copy(), old.fresh_acts.copy()
    acts[place[known]], fresh[place[known]] = again.acts[known], again.fresh_acts[known]
    fill, between = place[~known], ~known
    key = np.insert(keys[0], fill, keys[1][between])
    acts, fresh = (
        np.insert(acts, fill, again.acts[between]),
        np.insert(fresh, fill, again.fresh_acts[between]),
    )
    starts = np.searchsorted(key, np.arange(authors + 1) * authors)
    actor = (key - np.repeat(np.arange(authors), np.diff(starts)) * authors).astype(np.int32)
    most, most_fresh = _greatest(starts, acts), _greatest(starts, fresh)
    return Evidence(
        starts, actor, acts, fresh, np.maximum(said, most), np.maximum(fresh_said, most_fresh)
    )


def _greatest(starts: Ints, values: NDArray[_Number]) -> NDArray[_Number]:
    """The greatest value of each row; 0 where a row is empty."""
    result = np.zeros(len(starts) - 1, values.dtype)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        result[filled] = np.maximum.reduceat(values, starts[filled])
    return result
