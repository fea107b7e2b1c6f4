"""How many people a post will still meet, from what became of posts that looked like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import nbdtrik

from domain.experiences import Reach
from graph.columns import Floats, Ints
from graph.delays import Delays
from graph.histories import Histories

_HOTTEST = 0.95
"""No post is believed to set more than this many people in motion for each one that acts."""

_NEAREST = 100
_NEAR = 3.0
"""The farthest of the nearest posts weighs a quarter of one that looks just the same."""

_SCALE = np.array([1.5, 1.0, 1.0, 0.5])
"""How much each coordinate matters: chosen by cross-validation on training cascades."""

_STEP = 0.01
"""Ages are rounded to steps of one per cent, so that a queue asks for few tables."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """People that a post has set in motion and will, its author not counted.

    ``to_come`` is the mean, which can be added up over posts; ``typical`` the likeliest to
    come close in proportion (the median under weights 1/size); ``low`` to ``high`` holds what
    comes in eight cases of ten. ``averted`` is how many of ``to_come`` come later than each
    of the waiting times asked for: whom an answer by then can still spare.
    """

    so_far: int
    to_come: float
    typical: float
    low: float
    high: float
    averted: tuple[float, ...] = ()

    @property
    def reach(self) -> Reach:
        """As the queue keeps it: the interval is stretched to the mean where that lies outside."""
        low, high = min(self.low, self.to_come), max(self.high, self.to_come)
        return Reach(self.so_far, self.to_come, low, high)


def self_exciting(met: Floats, come: Floats, left: Floats, expected: Floats) -> Floats:
    """People still to come of a process in which each who acts sets off others (Hawkes 1971).

    Everyone, the author first, sets off p more on average, with delays by a memory kernel
    Φ. Given the n who acted at t_i, p has a gamma posterior around ``p0 = expected /
    (1 + expected)``: ``p = (1 + n) / (1/p0 + Σ Φ(t - t_i))``, and with all descendants
    ``p · Σ (1 - Φ(t - t_i)) / (1 - p)`` are to come (SEISMIC: Zhao, Erdogdu, He, Rajaraman,
    Leskovec, KDD 2015, eq. 8, with a prior and everyone alike). ``come`` and ``left`` are the two
    sums, the author's own terms included. O(1) a post.

    >>> at_first = self_exciting(np.zeros(1), np.zeros(1), np.ones(1), np.array([3.0]))
    >>> float(at_first.round(6)[0])
    3.0
    """
    start = np.maximum(expected, 1e-9) / (1 + np.maximum(expected, 1e-9))
    heat = np.minimum((1 + met) / (1 / start + come), np.maximum(_HOTTEST, start))
    people: Floats = heat * left / (1 - heat)
    return people


@dataclass(frozen=True, slots=True)
class Looks:
    """What posts look like at one age: people met, the self-exciting forecast, coordinates."""

    met: Ints
    hawkes: Floats
    left: Floats
    place: Floats


def looks(posts: Histories, age: float, kernel: Delays) -> Looks:
    """How posts look when they are this old (seconds). O(acts).

    Coordinates, one row a post: logarithms of the people met so far, of the seconds since the
    last of them, of the self-exciting forecast and of what the author usually sets in motion.
    """
    met = posts.met_by(age)
    seen, row = posts.delay <= age, posts.rows()
    later = kernel.survival(np.maximum(age - posts.delay[seen], 0.0))
    left = np.bincount(row[seen], later, len(posts)) + kernel.survival([age])
    hawkes = self_exciting(met.astype(float), met + 1 - left, left, posts.expected)
    last = np.where(met > 0, posts.starts[:-1] + met - 1, 0)
    latest = np.where(met > 0, posts.delay[last], 0.0) if len(posts.delay) else np.zeros(len(posts))
    columns = (met + 1.0, 60 + age - latest, hawkes + 0.05, posts.expected + 0.1)
    return Looks(met, hawkes, left, np.log(np.stack(columns, axis=1)))


@dataclass(frozen=True, slots=True)
class Alike:
    """Posts that looked alike: by what factor each grew from then on, and what each weighs."""

    row: Ints
    growth: Floats
    weight: Floats

    def quantiles(self, shares: Floats, weight: Floats) -> Floats:
        """The growth factors that these shares of the weight stay at or below."""
        order = np.argsort(self.growth)
        summed = np.cumsum(weight[order])
        place = np.searchsorted(summed, shares * summed[-1]).clip(max=len(order) - 1)
        growth: Floats = self.growth[order][place]
        return growth

    def bounds(self, size: float, tail: float) -> tuple[float, float]:
        """Between how many of this size times the growth, in whole people."""
        low, high = self.quantiles(np.array([tail, 1 - tail]), self.weight)
        return float(np.rint(size * low)), float(np.rint(size * high))


@dataclass(frozen=True, slots=True)
class Examples:
    """Finished posts as they looked at one age, what they grew to, and who stands near whom."""

    looks: Looks
    sizes: Ints
    spread: Floats
    tree: cKDTree

    @classmethod
    def of(cls, finished: Histories, age: float, kernel: Delays) -> Examples:
        """All of them at this age (seconds). O(acts + posts log posts)."""
        looked = looks(finished, age, kernel)
        spread = _SCALE / (looked.place.std(axis=0) + 1e-9)
        tree = cKDTree(looked.place * spread, balanced_tree=False)
        return cls(looked, finished.sizes(), spread, tree)

    @property
    def nearest(self) -> int:
        """How many of them speak for a post."""
        return min(_NEAREST, max(len(self.sizes) // 20, 20), len(self.sizes) - 1)

    def alike(self, place: Floats) -> Alike:
        """Those nearest to this place, by coordinates on the scale of their spread."""
        distance, row = self.tree.query(place * self.spread, self.nearest)
        return Alike(row, self.growth(row), _weights(distance))

    def growth(self, row: Ints) -> Floats:
        """By what factor each of these grew from then on, its author counted."""
        factor: Floats = (self.sizes[row] + 1) / (self.looks.met[row] + 1)
        return factor

    def left_out(self) -> Floats:
        """The score of each by the other ones."""
        distance, row = self.tree.query(self.tree.data, self.nearest + 1)
        other = row != np.arange(len(self.sizes))[:, None]
        other[:, -1] &= ~other.all(axis=1)  # one of several twins may not be among its nearest
        shape = -1, self.nearest
        return self._scores(
            self.looks, self.sizes, distance[other].reshape(shape), row[other].reshape(shape)
        )

    def scores(self, looked: Looks, sizes: Ints) -> Floats:
        """For each of other posts, the widest tail at which its interval holds its size.

        With F the weighted distribution of sizes that those alike let expect, the interval of
        tail t holds y if ``t ≤ F(y)`` and ``t < 1 - F(y-)``: the smaller of the two.
        """
        return self._scores(
            looked, sizes, *self.tree.query(looked.place * self.spread, self.nearest)
        )

    def _scores(self, looked: Looks, sizes: Ints, distance: Floats, row: Ints) -> Floats:
        weight, size = _weights(distance), (sizes + 1)[:, None]
        expected = np.rint((looked.met + 1)[:, None] * self.growth(row))
        below, upto = (weight * (expected < size)).sum(1), (weight * (expected <= size)).sum(1)
        score: Floats = np.minimum(upto, weight.sum(1) - below) / weight.sum(1)
        return score


def _weights(distance: Floats) -> Floats:
    """The nearest weighs 1, the farthest a quarter; rows one by one."""
    farthest = np.maximum(distance.max(axis=-1, keepdims=True), 1e-6)
    weight: Floats = 1 / (1 + _NEAR * (distance / farthest) ** 2)
    return weight


def rounded(age: float) -> float:
    """The age (seconds) on a grid of one per cent.

    >>> round(rounded(600.0), 1)
    601.8
    """
    return float(np.exp(round(float(np.log(max(age, 1.0))) / _STEP) * _STEP))


def from_alike(looked: Looks, like: Alike, tail: float, yet: tuple[Floats, ...]) -> Forecast:
    """The forecast for one post from posts alike; ``yet`` is how many each met after a wait."""
    so_far, weight = int(looked.met[0]), like.weight / like.weight.sum()
    size = so_far + 1.0
    low, high = like.bounds(size, tail)
    typical = size * float(like.quantiles(np.array([0.5]), weight / like.growth)[0]) - size
    return Forecast(
        so_far,
        float(size * (weight * (like.growth - 1)).sum()),
        typical,
        min(low - size, typical),
        max(high - size, typical),
        tuple(float(size * (weight * later[like.row]).sum()) for later in yet),
    )


def from_kernel(looked: Looks, left_later: tuple[float, ...]) -> Forecast:
    """The forecast where too few posts were watched: self-exciting, its size negative binomial.

    Nothing tells how this source goes on, so the interval starts at nobody.
    """
    so_far, mean = int(looked.met[0]), float(looked.hawkes[0])
    if mean < 1e-9:
        return Forecast(so_far, 0.0, 0.0, 0.0, 0.0, tuple(0.0 for _ in left_later))
    strength = so_far + 1.0
    chance = strength / (strength + mean)
    typical, high = (
        max(float(np.ceil(nbdtrik(share, strength, chance))), 0.0) for share in (0.5, 0.9)
    )
    averted = tuple(mean * left / max(float(looked.left[0]), 1e-12) for left in left_later)
    return Forecast(so_far, mean, typical, 0.0, high, averted)
