"""Voices that act in concert, flagged with evidence.

Nobody is dropped. A suspicion is a list of accounts and what speaks for it; people decide.
What fakes can add to a reach is bounded in ``graph.vouching``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from graph.actions import ActionLog
from graph.columns import Flags, Ints, Nodes

DAY = 86_400.0
_TOGETHER = DAY
"""Copies within a day of the one before belong together."""

_COPIERS, _NEWCOMERS, _RING = 3, 8, 3
"""From so many accounts on, something is worth a look."""

_NEW = 7 * DAY

_OWN = 0.8
"""A ring keeps this share of its acts to itself, and gets this share of them from itself."""


class Concert(StrEnum):
    """How accounts seem to act together."""

    COPIED = "copied_text"
    NEWCOMERS = "new_accounts"
    RING = "ring"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Accounts that seem to act in concert, and what speaks for it.

    ``about`` is whose words they lift (0: their own). ``acts`` is how many acts or copies
    speak for it, ``share`` how much of what could be seen does, from ``since`` to ``until``
    (epoch seconds).
    """

    kind: Concert
    author_ids: tuple[int, ...]
    about: int
    acts: int
    share: float
    since: float
    until: float


Copy = tuple[int, float]
"""``(author_id, at)`` of one of several posts with nearly the same words."""


def copied(groups: Iterable[Sequence[Copy]]) -> list[Suspicion]:
    """Three accounts or more that said nearly the same within a day of each other.

    ``groups`` are near-duplicates, found elsewhere. O(posts log posts).

    >>> found = copied([[(7, 0.0), (8, 60.0), (9, 90.0), (5, 9e6)]])
    >>> found[0].author_ids, found[0].acts
    ((7, 8, 9), 3)
    """
    found = []
    for group in groups:
        ordered = sorted(group, key=lambda copy: copy[1])
        times = np.array([at for _, at in ordered])
        cuts = np.flatnonzero(np.diff(times) > _TOGETHER) + 1
        for part in np.split(np.arange(len(ordered)), cuts):
            authors = tuple(sorted({ordered[i][0] for i in part.tolist()}))
            if len(authors) >= _COPIERS:
                share = len(part) / len(ordered)
                span = float(times[part[0]]), float(times[part[-1]])
                found.append(Suspicion(Concert.COPIED, authors, 0, len(part), share, *span))
    return found


def newcomers(log: ActionLog, joined: Mapping[int, float]) -> list[Suspicion]:
    """Speakers most of whose audience of one day had joined within the week before.

    ``joined`` gives accounts' ages where a source tells them (epoch seconds); an account of
    unknown age counts as old. Eight new accounts or more, and half of that day's. O(acts).
    """
    since = np.array([joined.get(one, -np.inf) for one in log.author_ids.tolist()])
    new = log.at - since[log.actor] <= _NEW
    day = np.floor(log.at / DAY).astype(np.int64)
    found = []
    for rows in _groups(log.speaker.astype(np.int64) * 100_000 + day):
        actors, young = log.actor[rows], log.actor[rows[new[rows]]]
        accounts, share = np.unique(young), len(np.unique(young)) / len(np.unique(actors))
        if len(accounts) >= _NEWCOMERS and share >= 0.5:
            about = int(log.author_ids[log.speaker[rows[0]]])
            ids = tuple(log.author_ids[accounts].tolist())
            span = float(log.at[rows].min()), float(log.at[rows].max())
            found.append(Suspicion(Concert.NEWCOMERS, ids, about, len(young), share, *span))
    return found


def rings(log: ActionLog) -> list[Suspicion]:
    """Three accounts or more that act on each other and hardly on or by anyone else.

    Parts of the graph of mutual acts (u on v and v on u) that keep four fifths of their
    acts to themselves and get four fifths of those on them from themselves. Friends do that
    too: a ring is a question, not a verdict. O(acts).

    >>> acts = [(u, v, 0.0, 0, u, "reply") for u in (1, 2, 3) for v in (1, 2, 3) if u != v]
    >>> [one.author_ids for one in rings(ActionLog.build([acts], []))]
    [(1, 2, 3)]
    """
    shape = (log.authors, log.authors)
    ones = np.ones(log.acts, np.int32)
    acted = csr_matrix((ones, (log.speaker, log.actor)), shape)
    mutual = acted.minimum(acted.T)
    count, part = connected_components(mutual, directed=False)
    inside = part[log.speaker] == part[log.actor]
    own = np.bincount(part[log.actor[inside]], minlength=count)
    made = np.bincount(part[log.actor], minlength=count)
    got = np.bincount(part[log.speaker], minlength=count)
    size = np.bincount(part, minlength=count)
    closed = (size >= _RING) & (own >= _OWN * np.maximum(made, got)) & (own > 0)
    return [_ring(log, part == one, inside, own[one] / max(made[one], got[one]))
            for one in np.flatnonzero(closed).tolist()]  # fmt: skip


def _ring(log: ActionLog, member: Flags, inside: Flags, share: float) -> Suspicion:
    rows = np.flatnonzero(inside & member[log.actor])
    ids = tuple(log.author_ids[member].tolist())
    span = float(log.at[rows].min()), float(log.at[rows].max())
    return Suspicion(Concert.RING, ids, 0, len(rows), float(share), *span)


def _groups(key: Ints | Nodes) -> list[Ints]:
    """The rows of each distinct key."""
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    return np.split(order, cuts) if len(order) else []
