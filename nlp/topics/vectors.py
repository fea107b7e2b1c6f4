"""The vectors of posts, small enough to be kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def pack(vector: Matrix) -> bytes:
    """A vector's direction in one byte a dimension; cosines change by less than 0.01."""
    most = float(np.abs(vector).max(initial=0.0))
    scaled = np.rint(vector * (127 / most)) if most else np.zeros_like(vector)
    return scaled.astype(np.int8).tobytes()


def unpack(packed: Sequence[bytes]) -> Matrix:
    """Rows of unit length, one for each packed vector; all have the same dimensions.

    >>> unpack([pack(np.array([3, 4], np.float32))]).round(2).tolist()
    [[0.6000000238418579, 0.800000011920929]]
    """
    if not packed:
        return np.empty((0, 0), np.float32)
    rows = np.frombuffer(b"".join(packed), np.int8).reshape(len(packed), -1)
    return unit(rows.astype(np.float32))


def unit(rows: Matrix) -> Matrix:
    """Rows at unit length; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-9), dtype=np.float32)
