"""Portuguese, English or Spanish, by the letters of words: quick, and fit for short informal texts.

A linear model on hashed words and runs of two to four letters (naive text categorisation by
n-grams: Cavnar & Trenkle, 1994; hashed: Weinberger et al., 2009, arXiv:0902.2206).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

KNOWN = ("en", "es", "pt")
LETTERS = Path(__file__).parent / "weights" / "languages.safetensors"

Scores = NDArray[np.float32]
"""A number for each known language."""

SIGNS = 1 << 15
_RUNS = (2, 3, 4)
_READ = 400  # characters that are enough to tell a language
_FEW = 3  # words; where a text has fewer, its hashtags are read too
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ASIDE = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w+|&\w+;|\bhttp\b")
_MARKS = ("@", "&", "http", "www.")
_TAG = re.compile(r"(?<!\w)#(\w+)")
_JOINT = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_RUN = re.compile(r"(\w)\1{2,}")


@dataclass(frozen=True, slots=True)
class Letters:
    """How much each hashed sign (n, 3) speaks for each known language."""

    weights: NDArray[np.int8]
    scale: float
    bias: Scores

    def shares(self, words: str) -> Scores:
        """How likely each known language is, if it is one of them."""
        found = signs(words)
        total = self.weights.take(found, axis=0).sum(axis=0, dtype=np.int32)
        scores = self.bias + total * np.float32(self.scale / max(1, len(found)) ** 0.5)
        shares = np.exp(scores - scores.max())
        told: Scores = shares / shares.sum()
        return told


def load_letters(file: Path = LETTERS) -> Letters:
    """The model that ships."""
    held = load_file(file)
    return Letters(held["weights"], float(held["scale"][0]), held["bias"])


def plain(text: str) -> str:
    """What a language is told by: no links and handles, hashtags only where little else is said.

    A letter is said twice at most. Empty where there is no word.
    """
    words = text[: 4 * _READ]
    if any(mark in words for mark in _MARKS):
        words = _ASIDE.sub(" ", words)
    if "#" in words:
        without = _TAG.sub(" ", words)
        enough = len(_WORD.findall(without)) >= _FEW
        words = without if enough else _TAG.sub(_spelt, words)
    words = " ".join(_RUN.sub(r"\1\1", words).split())[:_READ]
    return words if _WORD.search(words) else ""


def signs(words: str) -> list[int]:
    """The hashed words, and runs of letters in them, each once."""
    found: set[int] = set()
    return list(found.union(*map(_signs_of, _WORD.findall(words.lower()))))


@lru_cache(maxsize=2048)
def _signs_of(word: str) -> frozenset[int]:
    marked = f"<{word}>"
    found = {crc32(marked.encode())}
    for size in _RUNS:
        for start in range(len(marked) - size + 1):
            found.add(crc32(marked[start : start + size].encode(), size))
    return frozenset(sign % SIGNS for sign in found)


def _spelt(tag: re.Match[str]) -> str:
    return _JOINT.sub(" ", tag[1])
