"""How many read in silence: learned where a place counts views, told where it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from graph.columns import Flags, Floats, Ints

_LEAST_POSTS = 10
"""So few posts with counted views teach nothing."""
_RIDGE = 5.0
"""A slope is believed as if so many posts had shown none."""
_TAILS = (0.1, 0.9)
_SHARES: Floats = np.linspace(0.005, 0.995, 100)
_ROUNDS = 30
_LEAST = 1e-3
_MONTH = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Watched:
    """Posts as far as reading goes, in columns.

    ``place`` indexes the places; ``actors`` counts the distinct people who acted, ``age`` is
    in seconds when counted, ``opens`` tells that a post opens its thread.
    """

    place: Ints
    actors: Floats
    age: Floats
    opens: Flags


def features(actors: Floats, age: Floats, opens: Flags) -> Floats:
    """(n, 3): people who acted and hours of age, in logarithms, and whether it opens."""
    return np.stack([np.log1p(actors), np.log1p(age / 3_600), opens.astype(float)], axis=1)


class Silent(NamedTuple):
    """People expected to read without acting, with an 80 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Readers:
    """What places that count views have taught.

    ``slopes`` belong to ``features``; ``places`` gives each place's level and its
    variance; ``spread`` are the quantiles, at ``_SHARES``, of how far single posts lie off.
    """

    slopes: Floats
    places: Mapping[str, tuple[float, float]]
    spread: Floats

    def silent(self, place: str, actors: float, age: float, opens: bool) -> Silent | None:
        """How many read a post in silence; None where the place has never counted.

        >>> nobody = Readers(np.zeros(3), {}, np.zeros(100))
        >>> nobody.silent("forum", 3, 60.0, opens=True) is None
        True
        """
        if place not in self.places:
            return None
        level, variance = self.places[place]
        seen = features(np.array([actors]), np.array([age]), np.array([opens]))
        middle = level + float(seen[0] @ self.slopes)
        off = self.spread * np.sqrt(1 + variance / max(float(self.spread.var()), _LEAST))
        low, high = np.expm1(middle + np.quantile(off, _TAILS)).clip(min=0)
        return Silent(float(np.expm1(middle + off).clip(min=0).mean()), float(low), float(high))

    def month(self, place: str, actors: float) -> Silent | None:
        """How many read a post that opens a thread in silence within a month."""
        return self.silent(place, actors, _MONTH, opens=True)

    def encode(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "slopes": self.slopes.tolist(),
            "places": {name: list(one) for name, one in self.places.items()},
            "spread": self.spread.tolist(),
        }

    @classmethod
    def decode(cls, value: Mapping[str, Any] | None) -> Readers:
        """From JSON values; without any, no place is known."""
        if not value:
            return cls(np.zeros(3), {}, np.zeros(len(_SHARES)))
        places = {name: (float(one[0]), float(one[1])) for name, one in value["places"].items()}
        return cls(np.array(value["slopes"]), places, np.array(value["spread"]))


def learn_readers(posts: Watched, views: Floats, names: Sequence[str]) -> Readers:
    """Learn from posts with counted views, of the places of these names. O(posts).

    The logarithm of 1 + silent readers (views less those who acted) is a level of the place's,
    plus slopes on what ``features`` tells: ridge regression within places. Levels are
    shrunk to their mean by how much they vary beyond chance (a random intercept, by EM: Laird,
    Ware 1982), so a place with two counted posts is much like the others.

    Views count who comes twice, and strangers to the place: they bound its readers from above.
    """
    if len(views) < _LEAST_POSTS:
        return Readers.decode(None)
    told = np.log1p((views - posts.actors).clip(min=0))
    seen = features(posts.actors, posts.age, posts.opens)
    count = np.bincount(posts.place, minlength=len(names)).astype(np.float64)
    slopes = _slopes(_less_means(seen, posts.place, count), _less_means(told, posts.place, count))
    rest: Floats = told - seen @ slopes
    off = _less_means(rest, posts.place, count)
    noise = max(float(off @ off) / max(len(off) - int((count > 0).sum()), 1), _LEAST)
    plain = np.bincount(posts.place, rest, len(names)) / np.maximum(count, 1)
    level, variance = _levels(plain, count, noise)
    places = {
        name: (float(level[place]), float(variance[place]))
        for place, name in enumerate(names)
        if count[place]
    }
    return Readers(slopes, places, np.quantile(rest - level[posts.place], _SHARES))


def _less_means(values: Floats, place: Ints, count: Floats) -> Floats:
    """Columns less the mean of their place."""
    columns = values.reshape(len(values), -1)
    sums = np.stack([np.bincount(place, one, len(count)) for one in columns.T], axis=1)
    mean = sums / np.maximum(count, 1)[:, None]
    found: Floats = (columns - mean[place]).reshape(values.shape)
    return found


def _slopes(seen: Floats, told: Floats) -> Floats:
    moments = seen.T @ seen + _RIDGE * np.eye(seen.shape[1])
    return np.linalg.solve(moments, seen.T @ told).astype(np.float64)


def _levels(plain: Floats, count: Floats, noise: float) -> tuple[Floats, Floats]:
    """Levels shrunk to their mean, and how unsure each is."""
    there = count > 0
    mean, between = float(plain[there].mean()), noise
    for _ in range(_ROUNDS):
        variance: Floats = 1 / (count / noise + 1 / between)
        level: Floats = plain + variance / between * (mean - plain)
        mean = float(level[there].mean())
        between = max(float((variance + (level - mean) ** 2)[there].mean()), _LEAST)
    return level, variance
