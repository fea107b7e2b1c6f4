"""What speaks for each edge: on how many of a speaker's posts an actor acted, and how lately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from graph.actions import ActionLog
from graph.columns import Floats, Ints, Nodes
from graph.csr import sorted_by

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Counts of each edge speaker → actor, rows by speaker, actors ascending.

    ``acts`` counts distinct posts of the speaker that the actor acted on; ``fresh_acts``
    the same with each act weighing ``2^(-age / half-life)``. ``posts`` and ``fresh_posts``
    count what each speaker said, likewise, and are never below the row's greatest count.
    """

    starts: Ints
    actor: Nodes
    acts: Ints
    fresh_acts: Floats
    posts: Ints
    fresh_posts: Floats

    @property
    def audience(self) -> Ints:
        """How many distinct people acted on each author."""
        return np.diff(self.starts)

    def rows(self) -> Ints:
        """The speaker of each edge."""
        return np.repeat(np.arange(len(self.posts)), self.audience)


def evidence(log: ActionLog, half_life_days: float, now: float) -> Evidence:
    """What the log says of each edge as of ``now`` (epoch seconds). O(acts + posts).

    Acts on oneself and acts later than ``now`` do not count. A second act on the same
    post does not count; an act on the account (``on_post`` 0) counts as one on a post of
    its own.

    >>> log = ActionLog.build([[(7, 9, 0.0, 2, 1, "reply"), (7, 9, 5.0, 3, 1, "share")]],
    ...                      [[(7, 0.0), (7, 0.0)]])
    >>> counted = evidence(log, half_life_days=1.0, now=DAY)
    >>> counted.acts.tolist(), counted.posts.tolist(), counted.fresh_posts.tolist()
    ([1], [2, 0], [1.0, 0.0])
    """
    log = log.until(now)
    weight = np.exp2((log.at - now) / (half_life_days * DAY))
    order, _ = sorted_by(log.actor, np.flatnonzero(log.speaker != log.actor), log.authors)
    order, _ = sorted_by(log.speaker, order, log.authors)
    counts = _count_edges(order, log.speaker, log.actor, log.on_post, weight, log.authors)
    starts, actor, acts, fresh_acts, most, most_fresh = counts
    said_weight = np.exp2((log.said_at - now) / (half_life_days * DAY))
    posts = np.maximum(np.bincount(log.said_by, minlength=log.authors), most)
    fresh_posts = np.bincount(log.said_by, said_weight, minlength=log.authors)
    return Evidence(starts, actor, acts, fresh_acts, posts, np.maximum(fresh_posts, most_fresh))


@njit(cache=True, nogil=True)
def _count_edges(
    order: Ints,
    speaker: Nodes,
    actor: Nodes,
    on_post: Ints,
    weight: Floats,
    authors: int,
) -> tuple[Ints, Nodes, Ints, Floats, Ints, Floats]:
    """One pass over acts sorted by (speaker, actor), one group for each edge."""
    size = len(order)
    starts = np.zeros(authors + 1, np.int64)
    neighbour = np.empty(size, np.int32)
    acts = np.empty(size, np.int64)
    fresh = np.empty(size, np.float64)
    most = np.zeros(authors, np.int64)
    most_fresh = np.zeros(authors)
    edge, begin = 0, 0
    while begin < size:
        u, v = speaker[order[begin]], actor[order[begin]]
        end = begin + 1
        while end < size and speaker[order[end]] == u and actor[order[end]] == v:
            end += 1
        acts[edge], fresh[edge] = _distinct(order[begin:end], on_post, weight)
        neighbour[edge] = v
        starts[u + 1] += 1
        most[u] = max(most[u], acts[edge])
        most_fresh[u] = max(most_fresh[u], fresh[edge])
        edge += 1
        begin = end
    return (
        np.cumsum(starts), neighbour[:edge].copy(), acts[:edge].copy(), fresh[:edge].copy(),
        most, most_fresh,
    )  # fmt: skip


@njit(cache=True, nogil=True)
def _distinct(group: Ints, on_post: Ints, weight: Floats) -> tuple[int, float]:
    """How many distinct posts one group of acts touches, and the sum of their best weights."""
    if len(group) == 1:
        return 1, weight[group[0]]
    count, total, best = 0, 0.0, 0.0
    group = group[np.argsort(on_post[group], kind="mergesort")]
    for i in range(len(group)):
        again = i > 0 and on_post[group[i]] != 0 and on_post[group[i]] == on_post[group[i - 1]]
        if not again:
            count += 1
            total += best
            best = 0.0
        best = max(best, weight[group[i]])
    return count, total + best
