"""The encoder's dense layers: from sums of features to vectors of unit length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]

LAYERS = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")
"""What the package calls their weights."""


@dataclass(frozen=True, slots=True)
class Dense:
    """The layers behind the sums, with neighbours that no ReLU parts multiplied beforehand."""

    begin: Matrix
    begin_bias: Matrix
    narrow: int
    across: Matrix
    end: Matrix
    last: Matrix

    @classmethod
    def of(cls, dense: Mapping[str, Matrix]) -> Self:
        """From the weights by the names that the package gives them."""
        first = np.concatenate([dense["d0"], dense["p1"]], axis=1)
        end = np.concatenate([dense["d2"], dense["p3"]], axis=1)
        begin, bias = dense["cnn_W"] @ first, dense["cnn_b"] @ first
        return cls(begin, bias, dense["d0"].shape[1], dense["d1"], end, dense["d3"])

    def vectors(self, sums: Matrix, size: Matrix) -> Matrix:
        """Unit vectors (n, 512) of sums (n, 1280) over ``size`` (n, 1) tokens."""
        begun = (sums @ self.begin + size * self.begin_bias) / np.sqrt(size)
        first = np.maximum(begun[:, : self.narrow], 0)
        middle = np.maximum(begun[:, self.narrow :] + first @ self.across, 0)
        ended = middle @ self.end
        last = np.maximum(ended[:, : self.last.shape[0]], 0)
        vectors: Matrix = np.tanh(ended[:, self.last.shape[0] :] + last @ self.last)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6)
        return vectors
