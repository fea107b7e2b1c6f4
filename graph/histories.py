"""What became of posts: how long after each post every further person acted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from graph.actions import ActionLog
from graph.cascades import Cascades
from graph.columns import Flags, Floats, Ints

History = tuple[Sequence[float] | Floats, float, float]
"""``(delays, age, expected)``: seconds after which each person acted, how long the post has been
watched (seconds), and how many people its author was expected to set in motion."""


@dataclass(frozen=True, slots=True)
class Histories:
    """One row for each post: ``delay[starts[i]:starts[i + 1]]`` ascending, in seconds.

    ``age`` is how long each was watched, ``expected`` what its author usually sets in
    motion, known before. The author is in no delay. 8 bytes an act, 24 a post.

    >>> Histories.of([([60.0, 5.0], 3600.0, 2.0)]).delay.tolist()
    [5.0, 60.0]
    """

    starts: Ints
    delay: Floats
    age: Floats
    expected: Floats

    @classmethod
    def of(cls, rows: Iterable[History]) -> Histories:
        """Histories from rows in memory."""
        known = [(np.sort(np.asarray(one, float)), age, mean) for one, age, mean in rows]
        sizes = [len(delays) for delays, *_ in known]
        return cls(
            np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]),
            np.concatenate([np.empty(0), *(delays for delays, *_ in known)]),
            np.array([age for _, age, _ in known], float),
            np.array([mean for *_, mean in known], float),
        )

    def __len__(self) -> int:
        return len(self.age)

    def sizes(self) -> Ints:
        """How many people each post set in motion in all."""
        return np.diff(self.starts)

    def rows(self) -> Ints:
        """The post of each delay."""
        return np.repeat(np.arange(len(self)), self.sizes())

    def met_by(self, age: float) -> Ints:
        """How many people each post had set in motion at this age (seconds). O(acts).

        >>> Histories.of([([5.0, 60.0], 3600.0, 2.0)]).met_by(10.0).tolist()
        [1]
        """
        counts = np.concatenate([[0], np.cumsum(self.delay <= age)])
        met: Ints = counts[self.starts[1:]] - counts[self.starts[:-1]]
        return met

    def keeping(self, chosen: Flags) -> Histories:
        """Only these posts."""
        sizes = self.sizes()[chosen]
        return Histories(
            np.concatenate([[0], np.cumsum(sizes)]),
            self.delay[np.repeat(chosen, self.sizes())],
            self.age[chosen],
            self.expected[chosen],
        )


def histories(log: ActionLog, happened: Cascades, expected: Floats, now: float) -> Histories:
    """What became of the log's root posts, those that met nobody too. O(acts log acts).

    ``expected`` is what each author was expected to set in motion *before*; posts whose id
    or time is not known are left out, and so are answers: they belong to their root.
    """
    answers = np.unique(log.post[(log.on_post != 0) & (log.post != 0)])
    roots = np.flatnonzero((log.said_post != 0) & ~np.isin(log.said_post, answers))
    roots = roots[np.argsort(log.said_post[roots], kind="stable")]
    posts, said_at = log.said_post[roots], log.said_at[roots]
    place = np.searchsorted(posts, happened.post).clip(max=max(len(posts) - 1, 0))
    known = np.flatnonzero(posts[place] == happened.post) if len(posts) else np.empty(0, np.int64)
    place = place[known]
    delay = (happened.at[known] - said_at[place]).clip(min=0.0)
    order = np.lexsort((delay, place))
    sizes = np.bincount(place, minlength=len(posts))
    return Histories(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        delay[order],
        now - said_at,
        expected[log.said_by[roots]],
    )


class Precedents:
    """How far the earlier cascades of each seed went: what is expected of the next one.

    The geometric mean of their sizes, shrunk as by two cascades towards that of all seeds
    (sizes are spread over orders of magnitude, so that logarithms are averaged).

    >>> before = Precedents()
    >>> before.add("ana", 9); round(before.expected("ana"), 1), round(before.expected("bia"), 1)
    (9.0, 9.0)
    """

    _BELIEF = 2.0

    def __init__(self) -> None:
        self._sums: dict[str, tuple[float, int]] = {}
        self._sum, self._count = 0.0, 0

    def add(self, seed: str, size: int) -> None:
        """One more cascade of this seed set so many people in motion."""
        total, count = self._sums.get(seed, (0.0, 0))
        logged = float(np.log1p(size))
        self._sums[seed] = (total + logged, count + 1)
        self._sum, self._count = self._sum + logged, self._count + 1

    def expected(self, seed: str) -> float:
        """People that the next cascade of this seed is expected to set in motion; 1 at first."""
        return self._shrunk(*self._sums.get(seed, (0.0, 0)))

    def beside(self, seed: str, size: int) -> float:
        """What is expected of a cascade of this size, already added, by the seed's other ones."""
        total, count = self._sums[seed]
        return self._shrunk(total - float(np.log1p(size)), count - 1)

    def _shrunk(self, total: float, count: int) -> float:
        usual = self._sum / self._count if self._count else float(np.log(2.0))
        return float(np.expm1((self._BELIEF * usual + total) / (self._BELIEF + count)))
