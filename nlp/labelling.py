"""Anybody's own labels, from a few examples or from the labels' own words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.encoder import Encoder, Matrix
from nlp.fewshot import encoded, fit
from nlp.heads import softmax

_READ = 2_000  # characters of a text that are read
_RIDGE = 0.5
_SHARP, _SHARP_ALONE = 6.0, 14.0
"""How much leaning wholly to a label, or a cosine of 1 to its words, counts in the logits."""


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

    def chances(self, texts: Sequence[str]) -> Matrix:
        """The chance of each label (k) for each text (n): rows that add up to 1."""
        vectors = encoded(self._encoder, [text[:_READ] for text in texts])
        if self._words is not None:
            return softmax(vectors @ self._words.T * _SHARP_ALONE)
        return softmax(self._lines.scores(vectors).astype(np.float32) * _SHARP)
