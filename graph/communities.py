"""Communities: who talks with whom, under ids that stay from day to day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import networkit as nk
import numpy as np

from graph.actions import ActionLog
from graph.columns import Flags, Floats, Ints
from graph.evidence import Evidence, evidence

SMALLEST = 3
"""Two people who talk are a pair, no community."""
_KEPT = 0.3
"""The overlap (Jaccard) from which a community is still the one it was before."""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Communities:
    """The community of each author of a log (-1: none), by an id that stays, and how clear.

    ``modularity`` is that of the whole division, in [-0.5, 1]; from about 0.3 it is clear.
    """

    author_ids: Ints
    member: Ints
    modularity: float

    def members(self, community: int) -> Ints:
        """The ids of a community's authors."""
        members: Ints = self.author_ids[self.member == community]
        return members

    def ids(self) -> Ints:
        """The communities, the largest first."""
        ids, sizes = np.unique(self.member[self.member >= 0], return_counts=True)
        largest: Ints = ids[np.argsort(-sizes, kind="stable")]
        return largest


def communities(
    log: ActionLog,
    half_life_days: float,
    now: float,
    *,
    before: Mapping[int, int],
    following: int,
    seed: int,
) -> Communities:
    """Divide the authors by who acts on whom, lately most of all.

    Leiden (Traag, Waltman and van Eck, Scientific Reports 9, 2019; by networkit) maximises
    modularity on the undirected graph whose edges weigh the decayed acts of both ways.
    ``before`` is the community of each author id the last time: a community keeps the id
    of the one it overlaps with most (Jaccard ≥ 0.3, each id once); a new one is numbered
    from ``following``. One thread and a seed: the same log gives the same communities.
    O(acts log authors) in practice: 3 to 12 s for 100,000 authors and 1,000,000 acts.

    >>> acts = [(a, b, 0.0, 10 * a + b, a, "reply") for a in (1, 2, 3) for b in (1, 2, 3) if a != b]
    >>> log = ActionLog.build([acts], [[(1, 0.0), (2, 0.0), (3, 0.0)]])
    >>> communities(log, 90, 1.0, before={}, following=5, seed=1).member.tolist()
    [5, 5, 5]
    """
    found, modularity = divided(evidence(log, half_life_days, now), seed)
    return Communities(
        log.author_ids, _renamed(found, log.author_ids, before, following), modularity
    )


def divided(counted: Evidence, seed: int) -> tuple[Ints, float]:
    """The group of each author, under a number that does not last (-1: none); the modularity."""
    raw, modularity = _leiden(counted, seed)
    return _without_small(raw), modularity


def _leiden(counted: Evidence, seed: int) -> tuple[Ints, float]:
    authors, rows = len(counted.posts), counted.rows()
    low, high = np.minimum(rows, counted.actor), np.maximum(rows, counted.actor)
    key, place = np.unique(low * np.int64(authors) + high, return_inverse=True)
    weight = np.bincount(place, counted.fresh_acts, minlength=len(key))
    if not len(key):
        return np.full(authors, NOBODY, np.int64), 0.0
    made = nk.GraphFromCoo(
        (weight, (key // authors, key % authors)), n=authors, weighted=True, directed=False
    )
    threads = nk.getMaxNumberOfThreads()
    nk.setNumberOfThreads(1)
    nk.setSeed(seed, False)
    try:
        found = nk.community.ParallelLeiden(made, 3, True, 1.0)
        found.run()
        division = found.getPartition()
    finally:
        nk.setNumberOfThreads(threads)
    modularity = float(nk.community.Modularity().getQuality(division, made))
    return np.asarray(division.getVector(), np.int64), modularity


def _without_small(raw: Ints) -> Ints:
    known = raw >= 0
    sizes = np.bincount(raw[known]) if known.any() else np.zeros(1, np.int64)
    return np.where(known & (sizes[np.where(known, raw, 0)] >= SMALLEST), raw, NOBODY)


def _renamed(member: Ints, author_ids: Ints, before: Mapping[int, int], following: int) -> Ints:
    """Communities under their lasting ids."""
    was = np.array([before.get(one, NOBODY) for one in author_ids.tolist()], np.int64)
    names: dict[int, int] = {}
    taken: set[int] = set()
    for new, old in _overlaps(member, was):
        if new not in names and old not in taken:
            names[new] = old
            taken.add(old)
    for new in _largest_first(member):
        if new not in names:
            names[new] = following
            following += 1
    return np.array([names.get(one, NOBODY) for one in member.tolist()], np.int64)


def _overlaps(member: Ints, was: Ints) -> list[tuple[int, int]]:
    """Pairs (new, old) that share enough members, those that share most first."""
    both = (member >= 0) & (was >= 0)
    pairs, shared = np.unique(np.stack([member[both], was[both]]), axis=1, return_counts=True)
    alike = shared / (_sizes(member, pairs[0]) + _sizes(was, pairs[1]) - shared)
    order = np.argsort(-shared, kind="stable")
    return [(int(pairs[0, at]), int(pairs[1, at])) for at in order if alike[at] >= _KEPT]


def _sizes(member: Ints, wanted: Ints) -> Ints:
    ids, sizes = np.unique(member, return_counts=True)
    return sizes[np.searchsorted(ids, wanted)]


def _largest_first(member: Ints) -> list[int]:
    ids, sizes = np.unique(member[member >= 0], return_counts=True)
    return [int(one) for one in ids[np.argsort(-sizes, kind="stable")]]


def brokerage(counted: Evidence, member: Ints) -> Floats:
    """How much of each author's exchange goes to communities other than one: k · P.

    ``P = 1 - Σ_c (k_c / k)²`` is the participation coefficient (Guimerà and Amaral,
    Nature 433, 2005) over the decayed acts ``k_c`` exchanged with each community, ``k``
    their sum. 0 for whoever talks with one community only. Unit: acts. O(edges).

    >>> acts = [(1, 2, 0.0, 9, 1, "reply"), (1, 3, 0.0, 8, 1, "reply")]
    >>> log = ActionLog.build([acts], [[(1, 0.0)]])
    >>> brokerage(evidence(log, 90, 0.0), np.array([7, 7, 8])).tolist()
    [1.0, 0.0, 0.0]
    """
    rows, authors = counted.rows(), len(counted.posts)
    one = np.concatenate([rows, counted.actor]).astype(np.int64)
    other = np.concatenate([counted.actor, rows])
    weight = np.concatenate([counted.fresh_acts, counted.fresh_acts])
    known = member[other] >= 0
    one, weight, home = one[known], weight[known], member[other][known]
    groups = int(home.max(initial=0)) + 1
    key, place = np.unique(one * groups + home, return_inverse=True)
    shares = np.bincount(place, weight, minlength=len(key))
    total = np.bincount(one, weight, minlength=authors)
    squared = np.bincount(key // groups, shares**2, minlength=authors)
    return np.asarray(total - squared / np.where(total > 0, total, 1.0), np.float64)


@dataclass(frozen=True, slots=True)
class Vitality:
    """How a community lives in a stretch of time.

    ``active`` authors spoke or acted; ``inside`` is the share of their acts that stay in the
    community, ``mutual`` the share of its ties that go both ways, ``newcomers`` the active
    who had never been heard before.
    """

    community: int
    members: int
    active: int
    acts: int
    inside: float
    mutual: float
    newcomers: int


def vitality(log: ActionLog, found: Communities, start: float, end: float) -> list[Vitality]:
    """Each community's life in [start, end) (epoch seconds), the largest first. O(acts)."""
    ids = found.ids()
    home = _numbered(found.member, ids)
    members = np.bincount(home[home >= 0], minlength=len(ids))
    by_us = (home[log.actor] >= 0) & _within(log.at, start, end) & (log.speaker != log.actor)
    kept = by_us & (home[log.speaker] == home[log.actor])
    ties = np.unique(log.speaker[kept].astype(np.int64) * log.authors + log.actor[kept])
    ends = ties // max(log.authors, 1), ties % max(log.authors, 1)
    both = np.isin(ends[1] * log.authors + ends[0], ties)
    active = _there(log, by_us, _within(log.said_at, start, end))
    newcomers = active & ~_there(log, log.at < start, log.said_at < start)

    def counted(authors: Ints) -> Ints:
        homes = home[authors]
        return np.bincount(homes[homes >= 0], minlength=len(ids))

    columns = (
        ids,
        members,
        counted(np.flatnonzero(active)),
        acts := counted(log.actor[by_us]),
        counted(log.actor[kept]) / np.maximum(acts, 1),
        counted(ends[0][both]) / np.maximum(counted(ends[0]), 1),
        counted(np.flatnonzero(newcomers)),
    )
    return [Vitality(*one) for one in zip(*(column.tolist() for column in columns), strict=True)]


def _numbered(member: Ints, ids: Ints) -> Ints:
    """The place in ``ids`` of each author's community; -1 for none."""
    order = np.argsort(ids)
    if not len(ids):
        return np.full(len(member), NOBODY, np.int64)
    place = order[np.searchsorted(ids[order], member).clip(max=len(ids) - 1)]
    return np.where(member >= 0, place, NOBODY)


def _within(at: Floats, start: float, end: float) -> Flags:
    return np.asarray((at >= start) & (at < end))


def _there(log: ActionLog, acts: Flags, said: Flags) -> Flags:
    """Whether each author did one of these acts or said one of these things."""
    there = np.zeros(log.authors, bool)
    there[log.actor[acts]] = True
    there[log.said_by[said]] = True
    return there
