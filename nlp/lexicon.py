"""A linear reading of the very words: what the encoder's vectors blur, pieces say plainly.

Pairs and single pieces of the encoder's own vocabulary, hashed into buckets (Weinberger et
al., 2009, arXiv:0902.2206), weighed by tf-idf. It costs no tokenising and no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Matrix
from nlp.layout import Tokens
from nlp.vocabulary import BOS, EOS

BUCKETS = 1 << 17
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(40)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Logits by hashed pieces: ``words`` (buckets, k), ``rarity`` (buckets,), ``bias`` (k,).

    ``share`` is how much its logits weigh beside those of the head.
    """

    words: Matrix
    rarity: Matrix
    bias: Matrix
    share: float = 1.0

    def logits(self, texts: Sequence[Tokens]) -> Matrix:
        """Logits (n, k) of n texts, each given as its token numbers."""
        counted = counts(texts)
        values = counted.values(self.rarity)
        products = self.words[counted.buckets] * values[:, None]
        sums = np.add.reduceat(products, counted.starts, axis=0)
        logits: Matrix = sums + self.bias
        return logits

    @classmethod
    def load(cls, name: str, tensors: Mapping[str, NDArray[Any]]) -> Self:
        """The lexicon of this name among the tensors of a weights file."""
        words, rarity, bias = (
            tensors[f"{name}.{part}"].astype(np.float32) for part in ("words", "rarity", "bias")
        )
        return cls(words, rarity, bias, float(tensors[f"{name}.share"]))

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """What ``load`` reads, in half precision."""
        kept = {"words": self.words, "rarity": self.rarity, "bias": self.bias}
        halves = {f"{name}.{part}": value.astype(np.float16) for part, value in kept.items()}
        return halves | {f"{name}.share": np.array(self.share, dtype=np.float32)}


@dataclass(frozen=True, slots=True)
class Counts:
    """Which buckets each text fills and how often: text after text, from ``starts``."""

    buckets: NDArray[np.int64]
    times: NDArray[np.int64]
    texts: NDArray[np.int64]
    starts: NDArray[np.int64]

    def values(self, rarity: Matrix) -> Matrix:
        """tf-idf: ``(1 + log times) * rarity``, of unit length within each text."""
        raw = (1 + np.log(self.times)).astype(np.float32) * rarity[self.buckets]
        lengths = np.sqrt(np.add.reduceat(raw * raw, self.starts))
        unit: Matrix = raw / lengths[self.texts].clip(1e-6)
        return unit


def counts(texts: Sequence[Tokens]) -> Counts:
    """The buckets of every text: its pieces, and its pairs of neighbours."""
    sizes = np.array([len(text) + 2 for text in texts])
    flat = np.concatenate([part for text in texts for part in ((BOS,), text, (EOS,))])
    owner = np.repeat(np.arange(len(texts)), sizes)
    pieces = flat.astype(np.uint64) + np.uint64(1)
    paired = owner[1:] == owner[:-1]
    pairs = (pieces[:-1] * _PRIME + pieces[1:])[paired]
    keys = np.concatenate([pieces, pairs]) * _PRIME >> _SHIFT
    owners = np.concatenate([owner, owner[1:][paired]])
    filled = owners * BUCKETS + (keys % np.uint64(BUCKETS)).astype(np.int64)
    unique, times = np.unique(filled, return_counts=True)
    own = unique // BUCKETS
    return Counts(unique % BUCKETS, times, own, np.searchsorted(own, np.arange(len(texts))))
