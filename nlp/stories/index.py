"""Which texts share marks, among a million: sorted columns, searched a batch at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.stories.marks import MARKS, Marks

Ids = NDArray[np.int64]
_MOST_PARTS = 8
_MOST_ALIKE = 12
"""Of those that share one mark, so many are looked at, the earliest kept first: many posts
share the turns of a form letter, and true copies share other marks as well."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Marks by column, each sorted, with the row that each belongs to."""

    ids: Ids
    marks: Marks
    ordered: Marks
    rows: NDArray[np.int32]

    @classmethod
    def of(cls, ids: Ids, marks: Marks) -> _Part:
        rows = np.argsort(marks, axis=0, kind="stable").T.astype(np.int32)
        ordered = np.take_along_axis(marks.T, rows, axis=1)
        return cls(ids, marks, np.ascontiguousarray(ordered), np.ascontiguousarray(rows))

    def sharing(self, marks: Marks, column: int) -> tuple[NDArray[np.int64], Ids]:
        """(row of ``marks``, id here) of those with the same mark in a column."""
        ordered, asked = self.ordered[column], marks[:, column]
        low = np.searchsorted(ordered, asked, "left")
        high = np.searchsorted(ordered, asked, "right")
        counts = np.minimum(high - low, _MOST_ALIKE)
        asking = np.repeat(np.arange(len(asked)), counts)
        step = np.arange(len(asking)) - np.repeat(np.cumsum(counts) - counts, counts)
        return asking, self.ids[self.rows[column][np.repeat(low, counts) + step]]


class MarkIndex:
    """The marks of all texts known so far."""

    def __init__(self) -> None:
        self._parts: list[_Part] = []

    def add(self, ids: Ids, marks: Marks) -> None:
        """Know these texts too."""
        if len(ids):
            self._parts.append(_Part.of(ids, marks))
        if len(self._parts) > _MOST_PARTS:
            ids = np.concatenate([part.ids for part in self._parts])
            marks = np.concatenate([part.marks for part in self._parts])
            self._parts = []
            self._parts = [_Part.of(ids, marks)]

    def alike(self, marks: Marks) -> tuple[NDArray[np.int64], Ids, NDArray[np.int64]]:
        """(row of ``marks``, known id, marks shared), by row, those that share most first."""
        asking: list[NDArray[np.int64]] = []
        known: list[Ids] = []
        for part in self._parts:
            for column in range(MARKS):
                rows, ids = part.sharing(marks, column)
                asking.append(rows)
                known.append(ids)
        return _counted(asking, known)


def _counted(
    asking: list[NDArray[np.int64]], known: list[Ids]
) -> tuple[NDArray[np.int64], Ids, NDArray[np.int64]]:
    if not asking:
        nothing = np.empty(0, np.int64)
        return nothing, nothing, nothing
    rows, ids = np.concatenate(asking), np.concatenate(known)
    order = np.lexsort((ids, rows))
    rows, ids = rows[order], ids[order]
    fresh = np.ones(len(rows), bool)
    fresh[1:] = (rows[1:] != rows[:-1]) | (ids[1:] != ids[:-1])
    starts = np.flatnonzero(fresh)
    shared = np.diff(np.append(starts, len(rows)))
    rows, ids = rows[starts], ids[starts]
    best = np.lexsort((ids, -shared, rows))
    return rows[best], ids[best], shared[best]
