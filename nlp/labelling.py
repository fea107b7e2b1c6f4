"""Anybody's own labels, from a few examples or from the labels' own words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.encoder import Encoder, Matrix
from nlp.fewshot import encoded, fit, left_out
from nlp.heads import softmax

_READ = 2_000  # characters of a text that are read
_RIDGE = 0.5
_SHARP, _SHARP_ALONE = 7.0, 14.0
"""How much leaning wholly to a label, or a cosine of 1 to its words, counts in the logits."""
_SHARPS = np.exp(np.linspace(0.0, 4.5, 46))
_FIRM = 8.0
"""How much a sharpness far from ``_SHARP`` costs: a few examples shall not make it sure."""


class Labeller:
    """Ridge regression where there are examples; the nearest label's own words where not.

    With examples for some labels only, the others are taught by their words alone.
    """

    def __init__(
        self, labels: Sequence[str], taught: Sequence[tuple[str, str]], encoder: Encoder
    ) -> None:
        self._encoder = encoder
        self._labels = list(labels)
        shown = {label for _, label in taught}
        words = [(label, label) for label in labels if label not in shown]
        texts = [text[:_READ] for text, _ in (*taught, *words)]
        numbers = [self._labels.index(label) for _, label in (*taught, *words)]
        vectors = encoded(encoder, texts)
        self._words = None if taught else vectors
        self._lines = fit(vectors, numbers, len(labels), _RIDGE)
        self._sharp = _sharpness(vectors, numbers, len(labels)) if taught else _SHARP_ALONE

    def chances(self, texts: Sequence[str]) -> Matrix:
        """The chance of each label (k) for each text (n): rows that add up to 1."""
        vectors = encoded(self._encoder, [text[:_READ] for text in texts])
        if self._words is not None:
            return softmax(vectors @ self._words.T * np.float32(self._sharp))
        return softmax(self._lines.scores(vectors) * np.float32(self._sharp))


def _sharpness(vectors: Matrix, numbers: Sequence[int], count: int) -> float:
    """Under which the examples are likeliest, each judged by all others."""
    leaning, rows = left_out(vectors, numbers, count, _RIDGE), np.arange(len(numbers))
    chances = [softmax(leaning * sharp)[rows, numbers] for sharp in _SHARPS]
    losses = -np.log(np.clip(chances, 1e-9, None)).sum(axis=1)
    costs = losses + _FIRM * np.log(_SHARPS / _SHARP) ** 2
    return float(_SHARPS[int(costs.argmin())])
