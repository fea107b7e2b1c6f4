"""Readers in silence: the level of a place is found, shrunk where thin, and said with its doubt."""

from __future__ import annotations

import json

import numpy as np
import pytest

from graph.readers import Readers, Watched, learn_readers

LEVELS = (3.0, 4.0, 5.5)
NAMES = ["a", "b", "c"]


def watched(counts: tuple[int, ...], seed: int) -> tuple[Watched, np.ndarray]:
    """Posts whose readers are log-normal around a place's level and a slope on who acted."""
    chance = np.random.default_rng(seed)
    place = np.repeat(np.arange(len(counts)), counts)
    actors = chance.poisson(2.0, len(place)).astype(float)
    age = chance.uniform(1, 1_000, len(place)) * 3_600
    middle = np.array(LEVELS)[place] + 0.8 * np.log1p(actors) + 0.2 * np.log1p(age / 3_600)
    views = actors + np.floor(np.exp(middle + chance.normal(0, 0.6, len(place))))
    return Watched(place, actors, age, np.ones(len(place), bool)), views


def test_eight_in_ten_lie_within_and_the_sum_is_right() -> None:
    known = learn_readers(*watched((300, 300, 300), seed=1), NAMES)
    posts, views = watched((300, 300, 300), seed=2)
    told = [
        known.silent(NAMES[place], actors, age, opens=True)
        for place, actors, age in zip(posts.place, posts.actors, posts.age, strict=True)
    ]
    truth = views - posts.actors
    inside = [s is not None and s.low <= t <= s.high for s, t in zip(told, truth, strict=True)]
    assert np.mean(inside) == pytest.approx(0.8, abs=0.04)
    assert sum(one.value for one in told if one) == pytest.approx(truth.sum(), rel=0.1)


def test_more_people_who_act_mean_more_who_read() -> None:
    known = learn_readers(*watched((300, 300, 300), seed=1), NAMES)
    few, many = known.month("b", 0), known.month("b", 10)
    assert few is not None and many is not None
    assert many.low > few.value > 0


def test_a_place_hardly_counted_is_much_like_the_others_and_unsure() -> None:
    known = learn_readers(*watched((300, 300, 1), seed=3), NAMES)
    between = known.places["a"][0], known.places["b"][0]
    level, variance = known.places["c"]
    assert min(between) < level < LEVELS[2] + 0.5
    assert variance > 20 * known.places["a"][1]
    sure, unsure = known.month("b", 3), known.month("c", 3)
    assert sure is not None and unsure is not None
    assert unsure.high / unsure.low > sure.high / sure.low


def test_who_never_counted_is_not_guessed_at() -> None:
    posts, views = watched((300, 300, 0), seed=1)
    known = learn_readers(posts, views, NAMES)
    assert known.month("c", 3) is None
    few = Watched(posts.place[:9], posts.actors[:9], posts.age[:9], posts.opens[:9])
    assert learn_readers(few, views[:9], NAMES).places == {}


def test_it_is_kept_as_json() -> None:
    known = learn_readers(*watched((50, 50, 50), seed=1), NAMES)
    again = Readers.decode(json.loads(json.dumps(known.encode())))
    assert again.month("a", 3) == known.month("a", 3)
    assert Readers.decode(None).month("a", 3) is None


def test_counters_below_those_who_acted_are_nobody() -> None:
    posts, _ = watched((20, 20, 20), seed=1)
    known = learn_readers(posts, np.zeros(60), NAMES)
    nobody = known.month("a", 3)
    assert nobody is not None
    assert nobody.value == pytest.approx(0.0, abs=1e-6)
