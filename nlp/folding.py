"""Text with case, accents and invisible marks folded away, and the way back to the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.analyses import Span
from domain.words import traced


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``origins[i]`` is where character ``i`` came from in the original."""

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The span of the original that became ``[start, end)``; it must not be empty."""
        return Span(self.origins[start], self.origins[end - 1] + 1)


def fold(text: str) -> Folded:
    """Fold as ``domain.words`` does, and remember where each character came from."""
    return Folded(*traced(text))
