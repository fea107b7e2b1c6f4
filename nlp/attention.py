"""A second way to sum up a text: each head attends to other tokens (Lin et al., 2017,
arXiv:1703.03130).

The encoder's own vectors weigh every token alike. Here a token counts by the exponential of how
well it fits what a head looks for, so a few telling words outweigh a long text around them. Both
the weighted features and the weights are plain sums over tokens, so that clauses add up to
passages here too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

PREFIX = "attention."
NAMES = ("query", "value", "plain", "bias")
"""What a weights file calls them: (f, h), (h, f, v), (f, p) and (p + h v,) of f features."""

STEEPEST = 10.0
"""A token counts at most, and at least, as the exponential of this says."""

EVEN = 1 / 3
"""Sums over the root of their number are, times this, about as large as values."""


class Attention:
    """Heads that look for something, and what they see in sums of token features."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._query, self._value, self._plain, self._bias = (
            np.ascontiguousarray(weights[PREFIX + name], np.float32) for name in NAMES
        )
        self.heads, _, self._each = self._value.shape

    @property
    def length(self) -> int:
        """How many numbers a vector has."""
        return len(self._bias)

    @property
    def width(self) -> int:
        """How many numbers are summed for a part."""
        return int(self.heads * (1 + self._each))

    def sums(self, features: Matrix, parts: Sequence[slice], sums: Matrix) -> None:
        """Write the sums (parts, width) of tokens' features (n, f) and of what the tokens count."""
        counted = np.exp((features @ self._query).clip(-STEEPEST, STEEPEST))
        np.add.reduceat(counted, [part.start for part in parts], out=sums[:, : self.heads])
        turned = np.ascontiguousarray(counted.T)
        seen = np.empty((len(parts), self.heads, features.shape[1]), np.float32)
        for part, own in zip(parts, seen, strict=True):
            np.dot(turned[:, part], features[part], out=own)  # np.matmul takes twice as long
        values = np.matmul(seen.swapaxes(0, 1), self._value).swapaxes(0, 1)
        sums[:, self.heads :] = values.reshape(len(parts), -1)

    def vectors(self, plain: Matrix, sums: Matrix, sizes: Matrix) -> Matrix:
        """Unit vectors (n, p + h v) of plain sums (n, f) and own ones (n, width) of some tokens."""
        mean = (plain @ self._plain) * (EVEN / np.sqrt(sizes)[:, None])
        counted, values = np.split(sums, [self.heads], axis=1)
        seen = values.reshape(-1, self.heads, self._each) / counted[:, :, None]
        vectors = np.concatenate([mean, seen.reshape(len(mean), -1)], axis=1) + self._bias
        unit: Matrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6)
        return unit


def attends(weights: Mapping[str, NDArray[Any]]) -> bool:
    """Whether weights hold an attention."""
    return PREFIX + NAMES[0] in weights
