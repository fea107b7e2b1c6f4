"""What people teach by correcting: a small layer over whatever model judges.

The model's own probabilities stay the starting point. The layer learns how people's
labels differ from them: a multinomial logistic regression on the post's vector with the
model's log-probabilities as offset, held near zero by a ridge whose strength is chosen
by cross-validation. With few corrections it hardly moves; it is taken only where it
would have judged held-out corrections better than the model alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.analyses import Polarity, Sentiment
from nlp.topics.vectors import Matrix, unit

Floats = NDArray[np.float64]
CLASSES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
LEAST = 20
"""Corrections from which a layer is learned."""
_RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0)
_FOLDS, _STEPS, _RATE = 5, 200, 1.0
_LEAST_CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Lesson:
    """A post as the model judged it, its vector (dimensions,), and what a person says."""

    found: Sentiment
    vector: Matrix
    right: Polarity


@dataclass(frozen=True, slots=True)
class Taught:
    """A learned layer: weights (dimensions + 1, 3), and how it did on held-out lessons.

    ``loss`` and ``loss_before`` are mean log-losses, ``right`` and ``right_before`` shares
    of held-out lessons judged as people did; all from cross-validation.
    """

    weights: Floats
    lessons: int
    loss: float
    loss_before: float
    right: float
    right_before: float

    @property
    def helps(self) -> bool:
        """Whether it would have judged lessons better that it had not seen."""
        return self.loss < self.loss_before and self.right >= self.right_before

    def judged(self, found: Sentiment, vector: Matrix) -> Sentiment:
        """The model's judgement as people would have put it."""
        chances = _chances(found)[None] + _features(vector[None]) @ self.weights
        likely = _softmax(chances)[0]
        best = int(likely.argmax())
        score = float(likely[2] - likely[0])
        return Sentiment(CLASSES[best], score, float(likely[best]), found.evidence)

    def encode(self) -> dict[str, Any]:
        """As plain numbers, to be kept."""
        numbers = [self.lessons, self.loss, self.loss_before, self.right, self.right_before]
        return {"weights": np.round(self.weights, 5).tolist(), "numbers": numbers}

    @classmethod
    def decode(cls, kept: Mapping[str, Any]) -> Taught:
        """What ``encode`` gave."""
        lessons, *rest = kept["numbers"]
        return cls(np.asarray(kept["weights"], np.float64), int(lessons), *rest)


def learn(lessons: Sequence[Lesson]) -> Taught | None:
    """The layer that these lessons teach; None while they are too few or all alike.

    O(lessons · dimensions · steps): about a second for a thousand.
    """
    right = np.array([CLASSES.index(one.right) for one in lessons], dtype=np.intp)
    if len(lessons) < LEAST or len(np.unique(right)) < 2:
        return None
    offsets = np.stack([_chances(one.found) for one in lessons])
    features = _features(np.stack([one.vector for one in lessons]))
    held = [_held_out(features, offsets, right, ridge) for ridge in _RIDGES]
    best = int(np.argmin([_loss(chances, right) for chances in held]))
    return Taught(
        weights=_fitted(features, offsets, right, _RIDGES[best]),
        lessons=len(lessons),
        loss=_loss(held[best], right),
        loss_before=_loss(_softmax(offsets), right),
        right=float((held[best].argmax(axis=1) == right).mean()),
        right_before=float((offsets.argmax(axis=1) == right).mean()),
    )


def most_useful(vectors: Matrix, doubt: Sequence[float], most: int) -> list[int]:
    """The places of the posts whose labels would teach most: doubtful, and unlike each other.

    Greedy: doubt in [0, 1] times the distance (1 − cosine) to what was chosen before.
    """
    rows, left = unit(vectors), np.asarray(doubt, dtype=np.float64).copy()
    apart = np.ones(len(rows))
    chosen: list[int] = []
    while len(chosen) < min(most, len(rows)):
        worth = np.where(left < 0, -1.0, (left + 1e-6) * apart)
        best = int(worth.argmax())
        chosen.append(best)
        left[best] = -1.0
        apart = np.minimum(apart, np.maximum(1 - rows @ rows[best], 0.0))
    return chosen


def _chances(found: Sentiment) -> Floats:
    """The log-probabilities behind a judgement, from its confidence and score."""
    place = CLASSES.index(found.polarity)
    chances = np.full(3, (1 - found.confidence) / 2)
    chances[place] = found.confidence
    if found.polarity is not Polarity.NEUTRAL:
        other = 2 - place
        chances[other] = found.confidence - abs(found.score)
        chances[1] = 1 - found.confidence - chances[other]
    else:
        chances[2] = (1 - found.confidence + found.score) / 2
        chances[0] = 1 - found.confidence - chances[2]
    bounded = np.clip(chances, _LEAST_CHANCE, 1.0)
    return np.asarray(np.log(bounded / bounded.sum()))


def _features(vectors: Matrix) -> Floats:
    rows = unit(vectors).astype(np.float64)
    return np.concatenate([rows * np.sqrt(rows.shape[1]) / 4, np.ones((len(rows), 1))], axis=1)


def _fitted(features: Floats, offsets: Floats, right: NDArray[np.intp], ridge: float) -> Floats:
    """Ridge-penalised weights by gradient steps with momentum, from zero."""
    weights = np.zeros((features.shape[1], 3))
    speed = np.zeros_like(weights)
    wanted = np.eye(3)[right]
    rate = _RATE / (ridge / len(right) + float((features**2).sum(axis=1).mean()) / 2)
    for _ in range(_STEPS):
        missed = _softmax(offsets + features @ weights) - wanted
        slope = (features.T @ missed + ridge * weights) / len(right)
        speed = 0.9 * speed - rate * 0.1 * slope
        weights = weights + speed
    return weights


def _held_out(features: Floats, offsets: Floats, right: NDArray[np.intp], ridge: float) -> Floats:
    """Chances of each lesson by a layer that was learned without its fold."""
    fold = np.arange(len(right)) % _FOLDS
    chances = np.empty_like(offsets)
    for one in range(_FOLDS):
        seen = fold != one
        weights = _fitted(features[seen], offsets[seen], right[seen], ridge)
        chances[~seen] = _softmax(offsets[~seen] + features[~seen] @ weights)
    return chances


def _loss(chances: Floats, right: NDArray[np.intp]) -> float:
    return float(-np.log(np.maximum(chances[np.arange(len(right)), right], 1e-9)).mean())


def _softmax(chances: Floats) -> Floats:
    raised = np.exp(chances - chances.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))
