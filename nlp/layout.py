"""How the tokens of many passages lie side by side, so that one matrix product serves all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.vocabulary import BOS, EOS

Tokens = NDArray[np.int64]

PAD = 2
"""Rows of padding between passages: as far as the widest convolution looks."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each token of a micro-batch lies, with padding between the passages.

    ``rows`` index the distinct tokens, padding is one behind the last of them; ``padded`` has
    more padding around them; ``real`` (rows, 1) is 0 for padding. ``starts`` are the first rows
    of each part (padding, start mark, clauses, end mark), ``spoken`` all that are not padding.
    """

    rows: Tokens
    padded: Tokens
    real: NDArray[np.float32]
    starts: Tokens
    spoken: NDArray[np.bool_]

    @classmethod
    def of(cls, batch: Sequence[tuple[Tokens, ...]], distinct: Tokens) -> Layout:
        """Lay a batch out: padding, start mark, clauses, end mark, padding, …"""
        padding, bos, eos = (np.full(n, v) for n, v in ((PAD, -1), (1, BOS), (1, EOS)))
        pieces = [part for clauses in batch for part in (padding, bos, *clauses, eos)]
        flat = np.concatenate(pieces)
        real = flat >= 0
        rows = np.where(real, np.searchsorted(distinct, flat), len(distinct))
        starts = np.cumsum([0, *map(len, pieces[:-1])])
        padded = np.pad(rows, PAD, constant_values=len(distinct))
        return cls(rows, padded, real.astype(np.float32)[:, None], starts, real[starts])


def shifted(padded: NDArray[Any], by: int, length: int) -> NDArray[Any]:
    """The rows seen from ``by`` places further on; they carry ``PAD`` more on either side."""
    return padded[PAD + by : PAD + by + length]


def runs(
    passages: Sequence[tuple[Tokens, ...]], size: int
) -> Iterator[Sequence[tuple[Tokens, ...]]]:
    """Runs of passages of about this many tokens, at least one passage each."""
    start = tokens = 0
    for at, clauses in enumerate(passages):
        tokens += sum(map(len, clauses))
        if tokens >= size:
            yield passages[start : at + 1]
            start, tokens = at + 1, 0
    if start < len(passages):
        yield passages[start:]
