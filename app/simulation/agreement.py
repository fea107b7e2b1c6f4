"""Plain measures of how well guesses agree with the truth, of plain sequences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def spearman(left: ArrayLike, right: ArrayLike) -> float | None:
    """Spearman's rank correlation, ties sharing their mean rank; None if it is undefined.

    >>> spearman([1, 2, 3], [10, 20, 15])
    0.5
    """
    one, two = _ranks(np.asarray(left, float)), _ranks(np.asarray(right, float))
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return None
    return round(float(np.corrcoef(one, two)[0, 1]), 12)


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks: NDArray[np.float64] = (last - (count - 1) / 2)[place]
    return ranks


def root_mean_square(differences: ArrayLike) -> float | None:
    """The root of the mean square; None of nothing."""
    values = np.asarray(differences, float)
    return float(np.sqrt(np.mean(values**2))) if len(values) else None


def accuracy(truth: Sequence[str], guess: Sequence[str]) -> float | None:
    """The share of guesses that are right; None of nothing."""
    right = sum(one == two for one, two in zip(truth, guess, strict=True))
    return right / len(truth) if truth else None


def macro_f1(truth: Sequence[str], guess: Sequence[str]) -> float | None:
    """The mean over the truth's classes of F1 = 2·hits / (in truth + guessed).

    >>> macro_f1(["a", "a", "b"], ["a", "b", "b"])
    0.6666666666666666
    """
    there, guessed = Counter(truth), Counter(guess)
    hits = Counter(one for one, two in zip(truth, guess, strict=True) if one == two)
    scores = [2 * hits[name] / (there[name] + guessed[name]) for name in sorted(there)]
    return sum(scores) / len(scores) if scores else None


def precision_recall(
    truth: Sequence[frozenset[str]], guess: Sequence[frozenset[str]]
) -> tuple[float | None, float | None]:
    """Precision and recall of sets of labels, each label of each item counting once."""
    hits = sum(len(one & two) for one, two in zip(truth, guess, strict=True))
    guessed, there = sum(map(len, guess)), sum(map(len, truth))
    return (hits / guessed if guessed else None, hits / there if there else None)
