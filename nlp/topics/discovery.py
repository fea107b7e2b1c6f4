"""Finding topics among posts: dense groups first, and nothing forced into one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from nlp.topics.vectors import Matrix, unit

MOST = 4_000
"""Posts looked at together: their likenesses are all held in memory (64 MB)."""

Members = NDArray[np.intp]


def discover(
    rows: Matrix, near: float, least: int, fresh: NDArray[np.bool_] | None = None
) -> list[Members]:
    """Groups of at least ``least`` rows within ``near`` (a cosine) of their own middle.

    The densest neighbourhood is taken first, moved onto its middle, and set aside: a
    density-peak clustering (after Rodriguez and Laio, Science 344, 2014) whose groups do
    not depend on how many there are. Rows are unit vectors seen from the common middle,
    at most ``MOST``. Most posts belong to no group, and stay out. O(n² · dimensions).

    With ``fresh``, a mask of the rows that were not looked at before, groups are sought around
    those alone: where nothing is new, no group was found last time either. Then it costs
    O(n · s · dimensions), s being the fresh rows and their neighbours.
    """
    if len(rows) > MOST:
        raise ValueError(f"{len(rows)} rows are more than {MOST}")
    around = np.arange(len(rows)) if fresh is None else _touched(rows, near, fresh)
    return list(_groups(rows, near, least, around))


def _touched(rows: Matrix, near: float, fresh: NDArray[np.bool_]) -> Members:
    """The rows that have a fresh neighbour, or are fresh."""
    return np.flatnonzero((rows @ rows[fresh].T >= near).any(axis=1) | fresh)


def _groups(rows: Matrix, near: float, least: int, around: Members) -> Iterator[Members]:
    neighbours = rows[around] @ rows.T >= near
    crowd = neighbours.sum(axis=1)
    free = np.ones(len(rows), dtype=bool)
    seeds = np.ones(len(around), dtype=bool)
    while seeds.any() and (crowd * seeds).max() >= least:
        seed = int(np.argmax(crowd * seeds))
        seeds[seed] = False
        middle = unit(rows[neighbours[seed] & free].mean(axis=0, keepdims=True))[0]
        members = np.flatnonzero((rows @ middle >= near) & free)
        if len(members) >= least:
            free[members] = False
            seeds &= free[around]
            crowd = crowd - neighbours[:, members].sum(axis=1)
            yield members


def nearest(rows: Matrix, middles: Matrix, near: float) -> NDArray[np.intp]:
    """For each row the middle it is nearest to, or -1 where none is ``near``."""
    if not len(middles):
        return np.full(len(rows), -1, dtype=np.intp)
    likeness = rows @ middles.T
    best = likeness.argmax(axis=1)
    return np.where(likeness[np.arange(len(rows)), best] >= near, best, -1)


def halves(rows: Matrix, apart: float, least: int) -> Members | None:
    """The smaller part of a topic that has become two; None while it is one.

    Two middles are sought (spherical 2-means from the two rows that differ most); they
    are two topics if their cosine is below ``apart`` and each has ``least`` rows.
    """
    if len(rows) < 2 * least:
        return None
    first = rows[int((rows @ rows.mean(axis=0)).argmin())]
    middles = np.stack([first, rows[int((rows @ first).argmin())]])
    side = np.zeros(len(rows), dtype=np.intp)
    for _ in range(10):
        side = (rows @ middles.T).argmax(axis=1)
        if not 0 < side.sum() < len(rows):
            return None
        middles = unit(np.stack([rows[side == one].mean(axis=0) for one in (0, 1)]))
    smaller = np.flatnonzero(side == int(side.mean() < 0.5))
    if len(smaller) < least or float(middles[0] @ middles[1]) >= apart:
        return None
    return smaller


def alike(middles: Matrix, near: float) -> list[tuple[int, int]]:
    """Pairs of topics whose middles have come within ``near``, most alike first."""
    likeness = np.triu(middles @ middles.T, 1)
    pairs = np.argwhere(likeness >= near)
    order = np.argsort(-likeness[pairs[:, 0], pairs[:, 1]], kind="stable")
    return [(int(one), int(other)) for one, other in pairs[order]]
