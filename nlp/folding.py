"""Text with case, accents and invisible marks folded away, and the way back to the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from domain.analyses import Span
from nlp.cleaning import invisible


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. ``origins[i]`` is where character ``i`` came from in the original."""

    text: str
    origins: Sequence[int]

    def span(self, start: int, end: int) -> Span:
        """The span of the original that became ``[start, end)``; it must not be empty."""
        return Span(self.origins[start], self.origins[end - 1] + 1)


def fold(text: str) -> Folded:
    """Fold compatibility forms, case, accents and invisible marks."""
    if text.isascii():
        return Folded(text.lower(), range(len(text)))
    alphabet = {character: fold_character(character) for character in set(text)}
    if all(len(piece) == 1 for piece in alphabet.values()):
        return Folded("".join(map(alphabet.__getitem__, text)), range(len(text)))
    pieces: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        piece = alphabet[character]
        pieces.append(piece)
        origins.extend([at] * len(piece))
    return Folded("".join(pieces), origins)


@lru_cache(maxsize=8192)
def fold_character(character: str) -> str:
    """What one character folds to: none, one or several characters."""
    if invisible(character):
        return ""
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(one for one in decomposed if not unicodedata.combining(one))
