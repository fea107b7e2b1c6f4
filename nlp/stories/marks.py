"""What a text is recognised by: 32 numbers, of which near-duplicates share some.

MinHash over pairs of neighbouring words (Broder 1997), three values to a mark: two texts whose
pairs overlap by a share J have a mark in common with probability 1 - (1 - J³)³²: 0.99 at one
half, and hardly ever where they share a few turns of phrase only.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from rensa import RMinHash

from domain.words import AT, TAG, words

MARKS, _ROWS, _SEED = 32, 3, 20_260_302
Marks = NDArray[np.uint32]
_URL = re.compile(r"(?:https?://|www\.)\S+")
_ODD = np.uint64(0x9E3779B97F4A7C15)
_BATCH = 10_000
_MOST_KNOWN = 1_000_000


def story_words(content: str) -> tuple[str, ...]:
    """The words that tell the story: without addresses of pages or people, and without tags."""
    if "://" in content or "www." in content:
        content = _URL.sub(" ", content)
    said = words(content)
    if "@" in content or "#" in content or "＠" in content or "＃" in content:
        return tuple(word for word in said if word[0] not in (AT, TAG))
    return tuple(said)


class _Hashes(dict[str, int]):
    """The hash of each word, the same in every process, found when it is first met."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        self[word] = found = zlib.crc32(word.encode())
        return found


_HASHES = _Hashes()


def marks_of(texts: Sequence[Sequence[str]]) -> Marks:
    """The marks of texts that hold at least one word each: (texts, 32)."""
    parts = [_marks(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)]
    return np.concatenate(parts) if parts else np.empty((0, MARKS), np.uint32)


def _marks(texts: Sequence[Sequence[str]]) -> Marks:
    pairs, offsets = _pairs(texts)
    digests = RMinHash.digest_matrix_from_flat_token_hashes(pairs, offsets, MARKS * _ROWS, _SEED)
    flat = chain.from_iterable(digests.to_rows())
    values = np.fromiter(flat, np.uint64, len(texts) * MARKS * _ROWS)
    values = values.reshape(len(texts), MARKS, _ROWS)
    mixed = np.zeros(values.shape[:2], np.uint64)
    for row in range(_ROWS):
        mixed = (mixed ^ values[:, :, row]) * _ODD
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _pairs(texts: Sequence[Sequence[str]]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A hash for each pair of neighbouring words, and where each text's begin.

    A single word is paired with itself.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    found = map(_HASHES.__getitem__, chain.from_iterable(texts))
    hashes = np.fromiter(found, np.uint64, int(lengths.sum()))
    ends = np.cumsum(lengths)
    kept = np.ones(len(hashes), bool)
    kept[ends[lengths > 1] - 1] = False
    follower = np.minimum(np.arange(len(hashes)) + 1, len(hashes) - 1)
    follower[ends - 1] = ends - 1
    mixed = (hashes * _ODD) ^ (hashes[follower] + np.uint64(1)) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= mixed >> np.uint64(31)
    counts = np.maximum(lengths - 1, 1)
    return mixed[kept] * _ODD, np.concatenate([[0], np.cumsum(counts)])
