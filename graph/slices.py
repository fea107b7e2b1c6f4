"""Slices of the log for analysts: around somebody, between two, about something, exposed to one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, dijkstra

from graph.actions import ActionLog
from graph.columns import Flags, Ints
from graph.evidence import evidence
from graph.probabilities import learn


def about(log: ActionLog, post_ids: Collection[int]) -> ActionLog:
    """Only what was said in these posts, and the acts on them; by stage, topic or brand.

    O(acts + posts).

    >>> acts = [(1, 2, 0.0, 9, 7, "reply"), (1, 3, 0.0, 10, 8, "reply")]
    >>> log = ActionLog.build([acts], [[(1, 0.0, 7), (1, 0.0, 8)]])
    >>> about(log, {8}).actor.tolist(), about(log, {8}).said_post.tolist()
    ([2], [8])
    """
    wanted = np.fromiter(post_ids, np.int64, len(post_ids))
    acts, said = np.isin(log.on_post, wanted), np.isin(log.said_post, wanted)
    return _rows(log, acts, said)


def _rows(log: ActionLog, acts: Flags, said: Flags) -> ActionLog:
    return replace(
        log,
        speaker=log.speaker[acts],
        actor=log.actor[acts],
        at=log.at[acts],
        post=log.post[acts],
        on_post=log.on_post[acts],
        kind=log.kind[acts],
        said_by=log.said_by[said],
        said_at=log.said_at[said],
        said_post=log.said_post[said],
    )


def ego(log: ActionLog, author_id: int, depth: int) -> Ints:
    """The ids of those at most ``depth`` acts away from an author, either way, with the author.

    Empty where the author is not in the log. O(acts) a step.

    >>> log = ActionLog.build([[(1, 2, 0.0, 9, 8, "reply"), (2, 3, 0.0, 10, 9, "reply")]], [])
    >>> ego(log, 1, 1).tolist(), ego(log, 1, 2).tolist()
    ([1, 2], [1, 2, 3])
    """
    there = np.zeros(log.authors, bool)
    start = int(log.index([author_id])[0])
    if start < 0:
        return np.empty(0, np.int64)
    there[start] = True
    for _ in range(depth):
        near = there[log.speaker] | there[log.actor]
        there[log.speaker[near]] = there[log.actor[near]] = True
    found: Ints = log.author_ids[there]
    return found


def exposed_to(log: ActionLog, author_id: int) -> Ints:
    """The ids of all whom an author's words set in motion, directly or by others' acts.

    Whoever can be reached along acts, from the speaker to the actor, in whatever order of
    time: a bound from above. The author is not among them. O(acts).

    >>> log = ActionLog.build([[(1, 2, 0.0, 9, 8, "reply"), (2, 3, 0.0, 10, 9, "reply")]], [])
    >>> exposed_to(log, 1).tolist(), exposed_to(log, 3).tolist()
    ([2, 3], [])
    """
    start = int(log.index([author_id])[0])
    if start < 0:
        return np.empty(0, np.int64)
    ones = np.ones(log.acts, np.int8)
    edges = csr_array((ones, (log.speaker, log.actor)), (log.authors, log.authors))
    order = breadth_first_order(edges, start, return_predecessors=False)
    found: Ints = np.sort(log.author_ids[order[1:]])
    return found


@dataclass(frozen=True, slots=True)
class Path:
    """The likeliest way of influence between two: the authors along it, and its chance."""

    author_ids: tuple[int, ...]
    probability: float


def path(
    log: ActionLog, source: int, target: int, half_life_days: float, now: float
) -> Path | None:
    """The likeliest chain of acts by which ``source`` sets ``target`` in motion; None if none.

    The shortest way where an edge is ``-log p`` long (Dijkstra), ``p`` the learned chance
    that the actor acts on the speaker's next post. O(acts + edges log authors).

    >>> acts = [(1, 2, 0.0, 9, 8, "reply"), (2, 3, 0.0, 10, 9, "reply")]
    >>> log = ActionLog.build([acts], [[(1, 0.0, 8), (2, 0.0, 9)]])
    >>> found = path(log, 1, 3, 90.0, 1.0)
    >>> found.author_ids if found else None
    (1, 2, 3)
    """
    start, end = log.index([source, target]).tolist()
    if min(start, end) < 0:
        return None
    counted = evidence(log, half_life_days, now)
    known = learn(counted).graph
    length = -np.log(np.clip(known.probability.astype(np.float64), 1e-12, 1 - 1e-9))
    edges = csr_array((length, known.neighbour, known.starts), (log.authors, log.authors))
    far, before = dijkstra(edges, indices=start, return_predecessors=True)
    if not np.isfinite(far[end]):
        return None
    way = [end]
    while way[-1] != start:
        way.append(int(before[way[-1]]))
    return Path(tuple(log.author_ids[way[::-1]].tolist()), float(np.exp(-far[end])))
