"""Evidence brought up to date by what is new: only posts with new acts are counted again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from graph.actions import ActionLog
from graph.columns import Flags, Floats, Ints, Nodes
from graph.evidence import DAY, Evidence, evidence

_SIEVE = 1 << 20
"""Places by which most acts on other posts are passed over at a glance."""


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
        factor for all; to the counts of an edge is added what its new acts add. Counts are
        equal to those of ``Tally.of``, weights to rounding. O(acts) to look for acts on the same
        posts, O(edges) to fade, and then O(new).
        """
        fade = float(np.exp2((self.as_of - now) / (self.half_life_days * DAY)))
        place = log.index(self.author_ids)
        said = self._counted(log, new_said | (log.said_at > self.as_of), place, fade, now)
        due = (new_acts | (log.at > self.as_of)) & (log.at <= now)
        more = self._more(log, due, now)
        old = self.evidence
        merged = _merged(
            old.starts, old.actor, old.acts, old.fresh_acts, fade, place,
            more.starts, more.actor, more.acts, more.fresh_acts, *said,
        )  # fmt: skip
        return replace(
            self, author_ids=log.author_ids, as_of=now, said=said[0], fresh_said=said[1],
            evidence=Evidence(*merged),
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

    def _more(self, log: ActionLog, due: Flags, now: float) -> Evidence:
        """What the acts that are due add to each edge: a second act on a post adds no post."""
        new = np.flatnonzero(due)
        known = _on_the_same(log, new)
        known = known[~due[known] & (log.at[known] <= now)]
        before = evidence(_chosen(log, known), self.half_life_days, now)
        after = evidence(_chosen(log, np.concatenate([known, new])), self.half_life_days, now)
        place = np.searchsorted(_keys(after), _keys(before))
        acts, fresh = after.acts.copy(), after.fresh_acts.copy()
        acts[place] -= before.acts
        fresh[place] -= before.fresh_acts
        return replace(after, acts=acts, fresh_acts=fresh)


def _said(log: ActionLog, half_life_days: float, now: float) -> tuple[Ints, Floats]:
    """How many posts each author has, and how many with each weighing what is left of it."""
    weight = np.exp2((log.said_at - now) / (half_life_days * DAY))
    fresh = np.bincount(log.said_by, weight, log.authors).astype(np.float64)
    return np.bincount(log.said_by, minlength=log.authors), fresh


def _on_the_same(log: ActionLog, new: Ints) -> Ints:
    """All acts on the posts (not on the accounts) that these acts are on."""
    posts: Ints = np.unique(log.on_post[new])
    posts = posts[posts != 0]
    if not len(posts):
        return posts
    sieve = np.zeros(_SIEVE, bool)
    sieve[posts & (_SIEVE - 1)] = True
    maybe = np.flatnonzero(sieve[log.on_post & (_SIEVE - 1)])
    place = np.searchsorted(posts, log.on_post[maybe]).clip(max=len(posts) - 1)
    found: Ints = maybe[posts[place] == log.on_post[maybe]]
    return found


def _chosen(log: ActionLog, rows: Ints) -> ActionLog:
    """Only these acts, and nothing that was said."""
    return replace(
        log, speaker=log.speaker[rows], actor=log.actor[rows], at=log.at[rows],
        post=log.post[rows], on_post=log.on_post[rows], kind=log.kind[rows],
        said_by=log.said_by[:0], said_at=log.said_at[:0], said_post=log.said_post[:0],
    )  # fmt: skip


def _keys(counted: Evidence) -> Ints:
    """A number for each edge, ascending."""
    keys: Ints = counted.rows() * len(counted.posts) + counted.actor
    return keys


@njit(cache=True, nogil=True)
def _merged(
    starts: Ints, actor: Nodes, acts: Ints, fresh: Floats, fade: float, place: Ints,
    more_starts: Ints, more_actor: Nodes, more_acts: Ints, more_fresh: Floats,
    said: Ints, fresh_said: Floats,
) -> tuple[Ints, Nodes, Ints, Floats, Ints, Floats]:  # fmt: skip
    """The edges faded, each author in their new place, with what is more of them or between them.

    Posts are raised to the greatest count of each row.
    """
    nodes, most = len(said), len(actor) + len(more_actor)
    row = np.full(nodes, -1, np.int64)
    row[place] = np.arange(len(place))
    ends, to = np.zeros(nodes + 1, np.int64), np.empty(most, np.int32)
    count, weight = np.empty(most, np.int64), np.empty(most)
    posts, fresh_posts, edge = said.copy(), fresh_said.copy(), 0
    for u in range(nodes):
        old, end = (starts[row[u]], starts[row[u] + 1]) if row[u] >= 0 else (0, 0)
        new, last = more_starts[u], more_starts[u + 1]
        while old < end or new < last:
            v = place[actor[old]] if old < end else nodes
            w = np.int64(more_actor[new]) if new < last else nodes
            to[edge], count[edge], weight[edge] = min(v, w), 0, 0.0
            if v <= w:
                count[edge], weight[edge] = acts[old], fresh[old] * fade
                old += 1
            if w <= v:
                count[edge] += more_acts[new]
                weight[edge] += more_fresh[new]
                new += 1
            posts[u] = max(posts[u], count[edge])
            fresh_posts[u] = max(fresh_posts[u], weight[edge])
            edge += 1
        ends[u + 1] = edge
    return ends, to[:edge], count[:edge], weight[:edge], posts, fresh_posts
