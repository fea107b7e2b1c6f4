"""The layer that people's corrections teach."""

from __future__ import annotations

import numpy as np
import pytest

from domain.analyses import Polarity, Sentiment
from nlp.teaching import CLASSES, LEAST, Lesson, Taught, learn, most_useful
from nlp.topics.vectors import Matrix

NEUTRAL, POSITIVE, NEGATIVE = Polarity.NEUTRAL, Polarity.POSITIVE, Polarity.NEGATIVE
UNSURE = Sentiment(NEUTRAL, 0.0, 0.5)
ANYTHING = Sentiment(NEUTRAL, 0.0, 1 / 3)


def vector(direction: int, draw: np.random.Generator) -> Matrix:
    raw = draw.normal(scale=0.15, size=64)
    raw[direction] += 1
    return raw.astype(np.float32)


def lessons(count: int, seed: int = 0) -> list[Lesson]:
    """A model that calls everything neutral, and people who tell two sorts apart."""
    draw = np.random.default_rng(seed)
    kinds = [(0, NEGATIVE), (1, POSITIVE), (2, NEUTRAL)]
    told = [kinds[n % 3] for n in range(count)]
    draw.shuffle(told)
    return [Lesson(UNSURE, vector(at, draw), right) for at, right in told]


def test_it_learns_what_people_see_and_the_model_does_not() -> None:
    taught = learn(lessons(120))
    assert taught is not None and taught.helps
    assert taught.right > 0.9 > 0.5 > taught.right_before
    fresh = lessons(60, seed=1)
    judged = [taught.judged(one.found, one.vector).polarity is one.right for one in fresh]
    assert np.mean(judged) > 0.9


def test_corrections_by_chance_teach_nothing() -> None:
    draw = np.random.default_rng(3)
    random = [
        Lesson(ANYTHING, vector(int(draw.integers(64)), draw), CLASSES[int(draw.integers(3))])
        for _ in range(90)
    ]
    taught = learn(random)
    assert taught is not None
    assert not taught.helps or taught.loss_before - taught.loss < 0.05


def test_a_model_that_is_right_is_left_alone() -> None:
    draw = np.random.default_rng(4)
    right = [
        Lesson(Sentiment(NEGATIVE, -0.9, 0.95), vector(5, draw), NEGATIVE) for _ in range(40)
    ] + [Lesson(Sentiment(POSITIVE, 0.9, 0.95), vector(6, draw), POSITIVE) for _ in range(40)]
    taught = learn(right)
    assert taught is not None
    judged = taught.judged(Sentiment(NEGATIVE, -0.9, 0.95), vector(5, draw))
    assert judged.polarity is NEGATIVE and judged.score < -0.8


@pytest.mark.parametrize("few", [lessons(LEAST - 1), [lessons(3)[0]] * 50])
def test_too_few_or_all_alike_teach_nothing(few: list[Lesson]) -> None:
    assert learn(few) is None


def test_it_is_kept_as_plain_numbers() -> None:
    taught = learn(lessons(60))
    assert taught is not None
    again = Taught.decode(taught.encode())
    one = lessons(1, seed=9)[0]
    before, after = (each.judged(one.found, one.vector) for each in (taught, again))
    assert before.polarity is after.polarity
    assert before.confidence == pytest.approx(after.confidence, abs=1e-3)


@pytest.mark.parametrize(
    "found",
    [
        Sentiment(NEGATIVE, -0.7, 0.8),
        Sentiment(POSITIVE, 0.2, 0.45),
        Sentiment(NEUTRAL, 0.1, 0.6),
        Sentiment(NEUTRAL, 0.0, 0.0),
    ],
)
def test_without_weights_a_judgement_stays(found: Sentiment) -> None:
    nothing = Taught(np.zeros((65, 3)), 0, 0, 0, 0, 0)
    same = nothing.judged(found, np.ones(64, np.float32))
    if found.confidence > 0.34:
        assert same.polarity is found.polarity
        assert same.score == pytest.approx(found.score, abs=0.05)


def test_the_most_useful_are_doubtful_and_unlike() -> None:
    rows = np.eye(3, dtype=np.float32)[[0, 0, 1, 2]]
    assert most_useful(rows, [0.9, 0.89, 0.5, 0.1], 2) == [0, 2]
    assert sorted(most_useful(rows, [0, 0, 0, 0], 10)) == [0, 1, 2, 3]
