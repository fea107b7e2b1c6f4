"""Cascades that happened: which root post each act goes back to, and how many each one met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.influence import InteractionKind
from graph.actions import KINDS, ActionLog
from graph.columns import Floats, Ints, Nodes

_ACCEPTED = KINDS.index(InteractionKind.ACCEPTED_ANSWER)

_DEEPEST = 40
"""Doublings of the way up: 2^40 steps, so only a loop is longer."""


@dataclass(frozen=True, slots=True)
class Cascades:
    """One row for each person (``actor``) that a root post set in motion, its author not counted.

    ``post`` is the root's id, ``author`` its author, ``at`` when the person first acted
    (epoch seconds). Rows are in order of post.
    """

    post: Ints
    author: Nodes
    actor: Nodes
    at: Floats

    def sizes(self) -> tuple[Nodes, Ints]:
        """The author and the number of distinct people of each root post with any."""
        _, first, size = np.unique(self.post, return_index=True, return_counts=True)
        return self.author[first], size


def cascades(log: ActionLog) -> Cascades:
    """Every cascade in the log: replies to replies count for the root. O(acts log acts).

    Acts on an account set off no cascade; accepting an answer counts as an act on it, but
    what was said before it is not its doing.

    >>> log = ActionLog.build([[(7, 9, 60.0, 2, 1, "reply"), (9, 8, 90.0, 3, 2, "reply")]], [])
    >>> found = cascades(log)
    >>> found.post.tolist(), log.author_ids[found.actor].tolist()
    ([1, 1], [8, 9])
    """
    rows = np.flatnonzero(log.on_post != 0)
    top = rows[_tops(log, rows)]
    root, author, actor = log.on_post[top], log.speaker[top], log.actor[rows]
    order = np.lexsort((log.at[rows], actor, root))
    order = order[actor[order] != author[order]]
    root, author, actor, at = root[order], author[order], actor[order], log.at[rows][order]
    first = np.ones(len(root), bool)
    first[1:] = (root[1:] != root[:-1]) | (actor[1:] != actor[:-1])
    return Cascades(root[first], author[first], actor[first], at[first])


def _tops(log: ActionLog, rows: Ints) -> Ints:
    """For each of the rows, the place among them of the act at the top of its chain."""
    makers = np.flatnonzero((log.kind[rows] != _ACCEPTED) & (log.post[rows] != 0))
    made, first = np.unique(log.post[rows][makers], return_index=True)
    on = log.on_post[rows]
    place = np.searchsorted(made, on).clip(max=max(len(made) - 1, 0))
    up = np.arange(len(rows))
    if len(made):
        up = np.where(made[place] == on, makers[first[place]], up)
    for _ in range(_DEEPEST):
        higher = up[up]
        if np.array_equal(higher, up):
            break
        up = higher
    return up
