"""What each piece of the vocabulary is to the convolutions, before its neighbours are seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.layout import Tokens

Matrix = NDArray[np.float32]
Bytes = NDArray[np.uint8]

RAW = 512
"""Numbers of an embedding."""

_CHUNKS = 17
_QUARTER = RAW // 4
_TOGETHER = 64
"""Pieces are projected so many at a time: how one is rounded must not hang on the others."""


class Pieces:
    """The embeddings of the vocabulary, as the package rounds them, and their projections."""

    def __init__(self, weights: Mapping[str, NDArray[Any]], orders: tuple[int, ...]) -> None:
        self._table = np.empty((_CHUNKS * len(weights["q1"]), 3 * _QUARTER), dtype=np.uint8)
        for chunk in range(_CHUNKS):
            self._table[chunk::_CHUNKS] = _packed(weights[f"q{chunk + 1}"])
        self._scale, self._low = weights["scale"], weights["lo"]
        self._epsilon = float(weights["eps"])
        self._project, self._bias, self._gain, self._shift = (
            np.concatenate([weights[f"{name}{n}"] for n in orders], axis=-1)
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )

    def __len__(self) -> int:
        return len(self._table)

    def embedded(self, pieces: Tokens) -> Matrix:
        """The embeddings (n, 512) of some pieces."""
        chunk = pieces % _CHUNKS
        embedded: Matrix = _unpacked(self._table[pieces]) * self._scale[chunk, None]
        embedded += self._low[chunk, None]
        return embedded

    def projected(self, embedded: Matrix) -> Matrix:
        """Normed projections (n, 256 for each branch) of embeddings (n, 512)."""
        padded = np.zeros((-(-len(embedded) // _TOGETHER), _TOGETHER, RAW), np.float32)
        padded.reshape(-1, RAW)[: len(embedded)] = embedded
        x = np.concatenate([some @ self._project for some in padded])[: len(embedded)]
        x += self._bias
        x -= x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
        x *= (1.0 / np.sqrt(variance + self._epsilon)).astype(np.float32)[:, None]
        x *= self._gain
        x += self._shift
        return x


def _packed(numbers: Bytes) -> Bytes:
    """Four numbers of 6 bits (n, 512) in three bytes (n, 384): the last lies above the others."""
    packed = numbers[:, : 3 * _QUARTER].copy()
    for third in range(3):
        above = numbers[:, 3 * _QUARTER :] >> 2 * third & 3
        packed[:, third * _QUARTER : (third + 1) * _QUARTER] |= above << 6
    return packed


def _unpacked(packed: Bytes) -> Bytes:
    above = (packed >> 6).reshape(-1, 3, _QUARTER) << np.array([[0], [2], [4]], np.uint8)
    return np.concatenate([packed & 63, np.bitwise_or.reduce(above, axis=1)], axis=1)
