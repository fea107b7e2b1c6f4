"""The convolutions' weights in whole numbers, and the steps that what they read is rounded by.

What goes into a convolution is rounded to 8 bits. Of its weights any two neighbours add up to
no more than 7 bits and a sign: so sums overflow on no processor, and all give the same. Each
channel has a step of its own, so long that a sample of texts fits with room to spare. Steps
hang on the weights alone: what a text is rounded to never depends on its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nlp.layout import PAD, Tokens

Matrix = NDArray[np.float32]

WIDTH = 256
ORDERS = ((2, 0), (3, 1), (5, 2))
"""n-gram order of each branch and how many of its taps look left."""
MIDDLE, LOW = 128, 64
"""What zero is rounded to: in the middle before the first convolution, lower behind its ReLU."""

_TOP = 255
_MOST = 127  # of two neighbours: some processors add 255 · w₁ + 255 · w₂ in 16 bits
_ROOM = 1.25
_FINEST = 1e-4


@dataclass(frozen=True, slots=True)
class Product:
    """A matrix of whole numbers; ``scale`` and ``bias`` make numbers of what it gives."""

    whole: NDArray[np.int8]
    scale: Matrix
    bias: Matrix

    @classmethod
    def of(cls, weights: Matrix, bias: Matrix, step: Matrix) -> Self:
        """A convolution (taps · 256, 256) of what is rounded by ``step`` (256,)."""
        stepped = weights * np.tile(step, len(weights) // len(step))[:, None]
        pairs = np.abs(stepped).reshape(-1, 2, stepped.shape[1]).sum(axis=1)
        scale = np.maximum(pairs.max(axis=0) / _MOST, np.finfo(np.float32).tiny)
        return cls(np.rint(stepped / scale).astype(np.int8), scale, bias)

    def over(self, step: Matrix) -> Product:
        """The same, with what it gives counted in steps."""
        return Product(self.whole, self.scale / step, self.bias / step)


@dataclass(frozen=True, slots=True)
class Branch:
    """Two convolutions of one order, and the steps (256,) that what goes into each has."""

    order: int
    left: int
    step: Matrix
    first: Product
    step_after: Matrix
    second: Product

    @classmethod
    def of(
        cls, weights: Mapping[str, NDArray[Any]], number: int, sample: Matrix, near: Tokens
    ) -> Self:
        """Of the weights; ``sample`` (n, 256) is what goes in, ``near`` (n, 5) its neighbours."""
        order, left = ORDERS[number]
        (first, bias), (second, bias_after) = (
            (weights[f"w{layer}_{order}"], weights[f"b{layer}_{order}"]) for layer in (1, 2)
        )
        padded = np.append(sample, np.zeros((1, WIDTH), np.float32), axis=0)
        seen = padded[near[:, PAD - left : PAD - left + order]].reshape(len(near), -1)
        step = _step(sample, MIDDLE)
        after = _step(np.maximum(seen @ first + bias, 0) + sample, LOW)
        return cls(
            order,
            left,
            step,
            Product.of(first, bias, step).over(after),
            after,
            Product.of(second, bias_after, after),
        )


def _step(sample: Matrix, zero: int) -> Matrix:
    """The step of each channel by which the sample, and some more, fits around ``zero``."""
    high, low = sample.max(axis=0) / (_TOP - zero), -sample.min(axis=0) / zero
    step: Matrix = np.maximum(_ROOM * np.maximum(high, low), np.float32(_FINEST))
    return step


def rounded(numbers: Matrix, step: Matrix) -> NDArray[np.uint8]:
    """Numbers (n, k) in steps (k,) around ``MIDDLE``; those too far away at its ends."""
    steps = np.rint(numbers / step) + MIDDLE
    whole: NDArray[np.uint8] = np.clip(steps, 0, _TOP).astype(np.uint8)
    return whole
