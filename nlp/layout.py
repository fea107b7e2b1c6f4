"""How the tokens of many passages lie side by side, so that one matrix product serves all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp.vocabulary import BOS, EOS

Tokens = NDArray[np.int64]

PAD = 2
"""As many tokens on either side of a token are read with it, at most."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each token of some passages lies: start mark, clauses, end mark, start mark, …

    ``tokens`` (n,) are their numbers; ``near`` (n, 5) the rows of each token and its neighbours,
    -1 where the passage does not reach that far. ``starts`` are the first rows of every part,
    ``ends`` the rows behind each passage and ``parts`` how many parts it has.
    """

    tokens: Tokens
    near: Tokens
    starts: Tokens
    ends: Tokens
    parts: Tokens

    @classmethod
    def of(cls, passages: Sequence[tuple[Tokens, ...]]) -> Layout:
        """Lay out passages, at least one, each given as its clauses."""
        bos, eos = np.array([BOS]), np.array([EOS])
        pieces = [part for clauses in passages for part in (bos, *clauses, eos)]
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        parts = np.fromiter(map(len, passages), np.int64, len(passages)) + 2
        behind = np.cumsum(lengths)
        ends = behind[np.cumsum(parts) - 1]
        return cls(np.concatenate(pieces), _near(ends), behind - lengths, ends, parts)

    def runs(self, size: int) -> Iterator[tuple[slice, slice]]:
        """The rows and the parts of runs of passages, of about this many rows each."""
        last = np.flatnonzero(np.diff((self.ends - 1) // size, append=-1))
        behind = np.cumsum(self.parts)
        row = part = 0
        for passage in last.tolist():
            rows, parts = int(self.ends[passage]), int(behind[passage])
            yield slice(row, rows), slice(part, parts)
            row, part = rows, parts


def _near(ends: Tokens) -> Tokens:
    sizes = np.diff(ends, prepend=0)
    near: Tokens = np.arange(ends[-1])[:, None] + np.arange(-PAD, PAD + 1)
    outside = near >= np.repeat(ends, sizes)[:, None]
    outside |= near < np.repeat(ends - sizes, sizes)[:, None]
    near[outside] = -1
    return near


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
