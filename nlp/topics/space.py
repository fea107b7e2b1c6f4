"""Where topics lie: vectors seen from their common middle, and how near is near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from nlp.topics.vectors import Matrix, unit

_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Space:
    """The middle (dimensions,) that all posts share, and the likeness of unrelated ones.

    Sentence encoders put every text of one field into one corner: seen from its middle,
    unrelated posts are at right angles, and ``spread`` is how far chance takes them.
    """

    middle: Matrix
    spread: float

    @classmethod
    def learned(cls, rows: Matrix) -> Space:
        """From posts as they come, unit rows; some hundreds are enough."""
        sample = rows[np.linspace(0, len(rows) - 1, min(len(rows), _SAMPLE)).astype(int)]
        middle = sample.mean(axis=0)
        seen = unit(sample - middle)
        apart = np.triu_indices(len(seen), 1)
        return cls(middle, float((seen @ seen.T)[apart].std()))

    def seen(self, rows: Matrix) -> Matrix:
        """The rows from the middle, at unit length."""
        return unit(rows - self.middle)

    def near(self, closeness: float) -> float:
        """The cosine from which two posts are so many spreads nearer than chance."""
        return min(closeness * self.spread, 0.95)

    def encode(self) -> dict[str, Any]:
        """As plain numbers, to be kept."""
        return {"middle": [round(float(one), 5) for one in self.middle], "spread": self.spread}

    @classmethod
    def decode(cls, kept: Mapping[str, Any]) -> Space:
        """What ``encode`` gave."""
        return cls(np.asarray(kept["middle"], np.float32), float(kept["spread"]))
