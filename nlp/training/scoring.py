"""How good a head is: macro-F1, micro-F1 and calibration error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Matrix
from nlp.heads import sigmoid, softmax
from nlp.training.fitting import Task

_BINS = 15
_DRAWS = 500
_SURE = 0.8

Score = Callable[[NDArray[Any], NDArray[Any]], float]
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """How good one way of telling is on one test part.

    ``f1`` is macro-F1 where labels exclude each other, else micro-F1; ``low`` and ``high``
    are its 95 % bootstrap interval. ``sure`` is the accuracy on the surest 80 %.
    """

    name: str
    rows: int
    f1: float
    low: float
    high: float
    accuracy: float
    balanced: float
    sure: float
    ece: float


def told(name: str, chances: Matrix, targets: Matrix) -> Scores:
    """How well labels that exclude each other are told by chances (n, k), for a log."""
    truth, said = targets.argmax(axis=1), chances.argmax(axis=1)
    return {
        f"{name}_macro_f1": round(macro_f1(truth, said, chances.shape[1]), 4),
        f"{name}_ece": round(calibration_error(truth == said, chances.max(axis=1)), 4),
        f"{name}_rows": len(chances),
    }


def measured(name: str, task: Task, logits: Matrix, threshold: float) -> Measured:
    """Scores of logits (n, k) on the rows of a task."""
    if not task.exclusive:
        truth, told = task.targets > 0, logits >= threshold
        low, high = interval(truth, told, micro_f1)
        error = calibration_error((truth == (logits > 0)).ravel(), _certainty(logits).ravel())
        right = float((truth == told).all(axis=1).mean())
        f1 = micro_f1(truth, told)
        return Measured(name, len(logits), f1, low, high, right, 0.0, 0.0, error)
    count, chances = len(task.labels), softmax(logits)
    true, said = task.targets.argmax(axis=1), chances.argmax(axis=1)
    sure, hits = chances.max(axis=1), true == said
    low, high = interval(true, said, lambda a, b: macro_f1(a, b, count))
    recalls = [float(hits[true == one].mean()) for one in np.unique(true)]
    surest = hits[np.argsort(-sure, kind="stable")[: round(_SURE * len(hits))]]
    return Measured(
        name,
        len(hits),
        macro_f1(true, said, count),
        low,
        high,
        float(hits.mean()),
        float(np.mean(recalls)),
        float(surest.mean()),
        calibration_error(hits, sure),
    )


def best_threshold(targets: Matrix, logits: Matrix) -> float:
    """The logit from which labels are told so that micro-F1 is highest."""
    cuts = np.linspace(-2, 1, 31)
    return float(max(cuts, key=lambda cut: micro_f1(targets > 0, logits >= cut)))


def interval(truth: NDArray[Any], said: NDArray[Any], score: Score) -> tuple[float, float]:
    """The 95 % bootstrap interval of a score over rows (Efron, 1979)."""
    random = np.random.default_rng(7)
    draws = (random.integers(0, len(truth), len(truth)) for _ in range(_DRAWS))
    scores = [score(truth[rows], said[rows]) for rows in draws]
    low, high = np.quantile(scores, (0.025, 0.975))
    return float(low), float(high)


def _certainty(logits: Matrix) -> Matrix:
    chances = sigmoid(logits)
    certain: Matrix = np.maximum(chances, 1 - chances)
    return certain


def macro_f1(truth: NDArray[Any], said: NDArray[Any], classes: int) -> float:
    """The mean over classes of 2·TP / (2·TP + FP + FN)."""
    scores = []
    for label in range(classes):
        hits = int(((truth == label) & (said == label)).sum())
        both = int((truth == label).sum() + (said == label).sum())
        scores.append(2 * hits / both if both else 0.0)
    return float(np.mean(scores))


def micro_f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """2·TP / (2·TP + FP + FN) over all cells of (n, k) label matrices."""
    both = int(truth.sum() + said.sum())
    return 2 * int((truth & said).sum()) / both if both else 0.0


def calibration_error(right: NDArray[np.bool_], confidence: NDArray[Any]) -> float:
    """Expected calibration error over 15 equal bins (Guo et al., 2017, arXiv:1706.04599)."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    error = 0.0
    for own in (bins == number for number in range(_BINS)):
        if own.any():
            error += own.mean() * abs(float(right[own].mean() - confidence[own].mean()))
    return error
