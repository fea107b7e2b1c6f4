"""The heads: small networks that read labels from the encoder's vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import Matrix

NEUTRAL = 1
"""The column of neutral wherever polarities are numbers."""

NETWORKED = "@"
"""Follows a language where its leaning is that on social networks."""

MATRICES = ("hidden", "hidden_bias", "out", "out_bias", "straight")


@dataclass(frozen=True, slots=True)
class Head:
    """One hidden layer over a vector (d), and a straight path past it.

    ``hidden`` (d, h) and ``out`` (h, k) with their biases, ``straight`` (d, k).
    ``temperature`` divides the logits (Guo et al., 2017, arXiv:1706.04599).
    """

    labels: tuple[str, ...]
    hidden: Matrix
    hidden_bias: Matrix
    out: Matrix
    out_bias: Matrix
    straight: Matrix
    temperature: float = 1.0

    def logits(self, vectors: Matrix) -> Matrix:
        """Calibrated logits (n, k) of n vectors (n, d)."""
        hidden = np.maximum(vectors @ self.hidden + self.hidden_bias, 0)
        logits: Matrix = hidden @ self.out + vectors @ self.straight + self.out_bias
        return logits / np.float32(self.temperature)

    def softmax(self, vectors: Matrix) -> Matrix:
        """Calibrated probabilities (n, k) of labels that exclude each other."""
        return softmax(self.logits(vectors))

    def sigmoid(self, vectors: Matrix) -> Matrix:
        """Calibrated probabilities (n, k) of labels that may hold together."""
        return sigmoid(self.logits(vectors))

    @classmethod
    def load(cls, name: str, tensors: Mapping[str, NDArray[Any]], labels: Sequence[str]) -> Self:
        """The head of this name among the tensors of a weights file."""
        own = {key: tensors[f"{name}.{key}"].astype(np.float32) for key in MATRICES}
        return cls(tuple(labels), **own, temperature=float(tensors[f"{name}.temperature"]))

    def tensors(self, name: str) -> dict[str, NDArray[Any]]:
        """What ``load`` reads, the matrices in half precision."""
        # row by row: safetensors writes memory as it lies
        kept = {f"{name}.{k}": getattr(self, k).astype(np.float16, order="C") for k in MATRICES}
        return kept | {f"{name}.temperature": np.array(self.temperature, dtype=np.float32)}


@dataclass(frozen=True, slots=True)
class Leaning:
    """How the polarities of one language are put right: what is neutral differs by tongue.

    It differs by place too, so networks have one of their own (``leaning_of``). ``calm``
    divides the logits, then ``lean`` is added to that of neutral.
    """

    lean: float = 0.0
    calm: float = 1.0

    def applied(self, logits: Matrix) -> Matrix:
        """The logits (n, 3) put right."""
        right = logits / np.float32(self.calm)
        right[:, NEUTRAL] += np.float32(self.lean)
        return right


def leaning_of(leanings: Mapping[str, Leaning], language: str, *, networked: bool) -> Leaning:
    """That of the language, on networks (``pt@``) or in general (``pt``), or of all (``""``)."""
    own = leanings.get(f"{language}{NETWORKED}") if networked else None
    return own or leanings.get(language) or leanings.get("", Leaning())


def softmax(logits: Matrix) -> Matrix:
    """Softmax over each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Matrix = powers / powers.sum(axis=1, keepdims=True)
    return shares


def sigmoid(logits: Matrix) -> Matrix:
    """The logistic function of each entry."""
    chances: Matrix = np.reciprocal(1 + np.exp(-np.clip(logits, -30, 30)), dtype=np.float32)
    return chances
