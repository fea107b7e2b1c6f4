"""Where the topics lie, and how they move as posts come in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from nlp.topics.discovery import alike, discover, halves, nearest
from nlp.topics.space import Space
from nlp.topics.vectors import Matrix

MEMORY = 500
"""Posts that a topic's middle stands for at most: with more, it would never move again."""
_MERGING, _MOST_LIKENESS = 1.8, 0.9
"""Middles so many times nearer than posts need to be, are one topic; and always from 0.9."""


class Atlas:
    """The middles of all living topics, by id. Rows are posts' vectors at unit length."""

    def __init__(self, space: Space, closeness: float) -> None:
        self._space, self._near = space, space.near(closeness)
        self._middles: dict[int, Matrix] = {}
        self._weights: dict[int, float] = {}

    def put(self, topic_id: int, middle: bytes, weight: float) -> None:
        """A topic as ``middle`` gave it."""
        self._middles[topic_id] = np.frombuffer(middle, np.float32)
        self._weights[topic_id] = weight

    def middle(self, topic_id: int) -> tuple[bytes, float]:
        """Where a topic lies, and the weight of that, to be kept."""
        return self._middles[topic_id].tobytes(), self._weights[topic_id]

    def nearest(self, rows: Matrix) -> list[int | None]:
        """The topic that each row belongs to, if any."""
        ids = list(self._middles)
        found = nearest(self._space.seen(rows), self._seen(ids), self._near)
        return [ids[one] if one >= 0 else None for one in found.tolist()]

    def absorb(self, topic_id: int, rows: Matrix) -> None:
        """Move a topic towards posts that joined it."""
        weight = self._weights.get(topic_id, 0.0)
        before = self._middles.get(topic_id, np.zeros(rows.shape[1], np.float32))
        total = weight + len(rows)
        moved = (before * weight + rows.sum(axis=0)) / total
        self._middles[topic_id] = moved.astype(np.float32)
        self._weights[topic_id] = min(total, MEMORY)

    def anew(self, topic_id: int, rows: Matrix) -> None:
        """Put a topic where these posts are, and nowhere else."""
        self._weights.pop(topic_id, None)
        self.absorb(topic_id, rows)

    def groups(self, rows: Matrix, least: int, fresh: Sequence[bool]) -> list[list[int]]:
        """New topics among loose posts, around those that are fresh, as the places of rows."""
        seen = self._space.seen(rows)
        return [one.tolist() for one in discover(seen, self._near, least, np.array(fresh))]

    def half(self, rows: Matrix, least: int) -> list[int]:
        """The places of those posts of a topic that have become another; usually none."""
        found = halves(self._space.seen(rows), self._near, least)
        return [] if found is None else found.tolist()

    def merges(self) -> Iterator[tuple[int, int]]:
        """Topics that have become one, as (smaller, larger); they are one from then on."""
        ids = list(self._middles)
        near = min(_MERGING * self._near, _MOST_LIKENESS)
        for one, other in alike(self._seen(ids), near):
            pair = sorted((ids[one], ids[other]), key=lambda each: (self._weights[each], -each))
            if all(each in self._middles for each in pair):
                self._middles.pop(pair[0])
                self._weights.pop(pair[0])
                yield pair[0], pair[1]

    def _seen(self, ids: list[int]) -> Matrix:
        if not ids:
            return np.empty((0, 0), np.float32)
        return self._space.seen(np.stack([self._middles[one] for one in ids]))
