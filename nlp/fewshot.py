"""Labels from a few examples: ridge regression on the encoder's vectors.

A handful of sentences in 512 dimensions leaves no room for more than a line between them,
and that line has a closed form (Hoerl and Kennard, 1970), so it is found in milliseconds when
a pipeline starts. Nothing is stored: another encoder, or other examples, and the line is
drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.cleaning import clean
from nlp.encoder import DIMENSIONS, Encoder, Matrix

_ORIGIN: Matrix = np.zeros(DIMENSIONS, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Lines:
    """One line for each of k labels: ``middle`` (512) and ``slopes`` (512, k)."""

    middle: Matrix
    slopes: Matrix

    def scores(self, vectors: Matrix) -> Matrix:
        """How far each of n vectors (n, 512) leans to each label (n, k); about 0 to 1."""
        leaning: Matrix = np.matmul(vectors - self.middle, self.slopes)
        return leaning


def fit(
    vectors: Matrix, labels: Sequence[int], count: int, ridge: float, middle: Matrix | None = None
) -> Lines:
    """The lines nearest to 1 on a label's own vectors and to 0 on all others.

    Label -1 is none of the ``count`` labels. ``w = Xᵀ(XXᵀ + λI)⁻¹Y`` over vectors taken from
    their middle, or the same over 512 × 512 where that is smaller. The targets are taken
    from their means, so that a label with more examples does not win by their number.
    """
    if middle is None:
        middle = vectors.mean(axis=0, dtype=np.float32) if len(vectors) else _ORIGIN
    apart = vectors - middle
    targets = (np.asarray(labels)[:, None] == np.arange(count)).astype(np.float32)
    targets -= targets.mean(axis=0) if len(targets) else 0
    if len(apart) > DIMENSIONS:
        gram = apart.T @ apart + ridge * np.eye(DIMENSIONS, dtype=np.float32)
        return Lines(middle, np.linalg.solve(gram, apart.T @ targets).astype(np.float32))
    gram = apart @ apart.T + ridge * np.eye(len(apart), dtype=np.float32)
    return Lines(middle, (apart.T @ np.linalg.solve(gram, targets)).astype(np.float32))


def left_out(vectors: Matrix, labels: Sequence[int], count: int, ridge: float) -> Matrix:
    """How far each of n vectors leans to each label (n, k) by the lines of the n - 1 others.

    In closed form, ``(f - h·y) / (1 - h)`` with ``h`` the diagonal of ``K(K + λI)⁻¹`` (Allen,
    1974), over the means of all n.
    """
    apart = vectors - vectors.mean(axis=0, dtype=np.float32)
    targets = (np.asarray(labels)[:, None] == np.arange(count)).astype(np.float32)
    targets -= targets.mean(axis=0)
    gram = apart @ apart.T
    smooth = np.linalg.solve(gram + ridge * np.eye(len(apart), dtype=np.float32), gram)
    own = np.diag(smooth)[:, None]
    leaning: Matrix = (smooth @ targets - own * targets) / (1 - own)
    return leaning


def encoded(encoder: Encoder, sentences: Sequence[str]) -> Matrix:
    """Sentences as vectors (n, 512), each read on its own."""
    vectors = [one.whole for one in encoder.encode([[clean(text)] for text in sentences])]
    return np.array(vectors, dtype=np.float32).reshape(-1, DIMENSIONS)
