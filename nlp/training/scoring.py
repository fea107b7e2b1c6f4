"""How good a head is: macro-F1, micro-F1 and calibration error."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BINS = 15


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
