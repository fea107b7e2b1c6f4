"""How many telling words a text shares with groups of sentences: rare words count for more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from math import log

import numpy as np

from nlp.encoder import Matrix
from nlp.examples import examples
from nlp.folding import fold

_WORD = re.compile(r"[a-z]{3,}")
_STEM = 5
"""Letters of a word that are compared: its ending says little, in any of our languages."""
_COMMON = 0.04
"""A word in more than this share of our own sentences tells nothing."""


class SharedWords:
    """Groups of sentences, as the words that tell one from another."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._weights: dict[str, Matrix] = {}
        owned = [{stem for text in group for stem in _stems(fold(text).text)} for group in groups]
        for stem in set().union(*owned):
            holds = np.array([stem in one for one in owned], dtype=np.float32)
            if holds.sum() < max(2, len(groups)):
                self._weights[stem] = holds * _rarity(stem) / holds.sum()
        self._nothing = np.zeros(len(groups), dtype=np.float32)

    def scores(self, folded: str) -> Matrix:
        """What the text shares with each group (k), as a share of its length."""
        stems = set(_stems(folded))
        shared = [self._weights[stem] for stem in stems if stem in self._weights]
        total: Matrix = sum(shared, self._nothing)
        return total / np.float32(1 + 0.1 * len(stems))


def _stems(folded: str) -> Iterator[str]:
    for word in _WORD.findall(folded):
        stem = word[:_STEM]
        if _rarity(stem) > 0:
            yield stem


def _rarity(stem: str) -> float:
    """The inverse document frequency in our own sentences; 0 for a common word."""
    counts, total = _counts()
    seen = counts[stem]
    return 0.0 if seen > _COMMON * total else log((total + 1) / (seen + 1))


@cache
def _counts() -> tuple[Counter[str], int]:
    texts = [text for name in ("stages", "intents", "acts") for text, _ in examples(name)]
    found = Counter(
        stem for text in texts for stem in {word[:_STEM] for word in _WORD.findall(fold(text).text)}
    )
    return found, len(texts)
