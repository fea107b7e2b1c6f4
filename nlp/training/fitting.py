"""Fitting a head: Adam on mini-batches, the same every time for the same rows and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import DIMENSIONS, Matrix
from nlp.heads import Head, sigmoid, softmax

_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8
TEMPERATURES = np.exp(np.linspace(-1.0, 1.5, 51)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Examples:
    """Texts as vectors (n, 512) with what a task says of them."""

    vectors: Matrix
    targets: Matrix
    weights: Matrix

    def __len__(self) -> int:
        return len(self.vectors)

    def some(self, rows: NDArray[Any]) -> Examples:
        """The examples of these rows."""
        return Examples(self.vectors[rows], self.targets[rows], self.weights[rows])


@dataclass(frozen=True, slots=True)
class Task:
    """What a head has to tell of each row.

    ``targets`` (n, k) holds probabilities: rows that sum to one where labels exclude each
    other, zeros and ones where they may hold together. ``weights`` (n,) are zero for rows
    that say nothing about it.
    """

    name: str
    labels: tuple[str, ...]
    exclusive: bool
    targets: Matrix
    weights: Matrix

    def some(self, rows: NDArray[Any]) -> Task:
        """The task on these rows."""
        return replace(self, targets=self.targets[rows], weights=self.weights[rows])

    def examples(self, vectors: Matrix) -> Examples:
        """The rows that say something about it, with their vectors."""
        told = np.flatnonzero(self.weights > 0)
        return Examples(vectors[told], self.targets[told], self.weights[told])


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a head is fitted."""

    exclusive: bool
    hidden: int = 256
    epochs: int = 6
    batch: int = 256
    rate: float = 2e-3
    decay: float = 0.1
    dropout: float = 0.3
    seed: int = 7


def fit(examples: Examples, labels: Sequence[str], recipe: Recipe) -> Head:
    """A head fitted to the examples; its temperature is still one."""
    random = np.random.default_rng(recipe.seed)
    head = blank(labels, recipe.hidden, random)
    adam = _Adam(recipe)
    in_all = recipe.epochs * -(-len(examples) // recipe.batch)
    for _ in range(recipe.epochs):
        for batch in _batches(examples, recipe.batch, random):
            adam.step(head, _gradients(head, batch, recipe, random), in_all)
    return head


def calibrated(head: Head, examples: Examples, *, exclusive: bool) -> Head:
    """The head with the temperature under which these examples are likeliest."""
    logits = head.logits(examples.vectors) * np.float32(head.temperature)
    task = Task("", head.labels, exclusive, examples.targets, examples.weights)
    return replace(head, temperature=temperature_of(logits, task))


def temperature_of(logits: Matrix, task: Task) -> float:
    """What logits (n, k) are to be divided by for the rows of a task to be likeliest."""
    return min(map(float, TEMPERATURES), key=lambda one: loss_of(logits / np.float32(one), task))


def loss_of(logits: Matrix, task: Task) -> float:
    """The mean cross-entropy of logits (n, k) on the rows of a task."""
    return _loss(logits, Examples(logits, task.targets, task.weights), task.exclusive)


def _loss(logits: Matrix, examples: Examples, exclusive: bool) -> float:
    chances = np.clip(softmax(logits) if exclusive else sigmoid(logits), 1e-7, 1 - 1e-7)
    loss = examples.targets * np.log(chances)
    if not exclusive:
        loss = loss + (1 - examples.targets) * np.log(1 - chances)
    return -float((loss.sum(axis=1) * examples.weights).mean())


def blank(
    labels: Sequence[str], hidden: int, random: np.random.Generator, width: int = DIMENSIONS
) -> Head:
    """A head that knows nothing yet, of vectors of so many numbers."""

    def drawn(rows: int, columns: int, spread: float) -> Matrix:
        return random.normal(0, spread, (rows, columns)).astype(np.float32)

    def zeros(*shape: int) -> Matrix:
        return np.zeros(shape, dtype=np.float32)

    count = len(labels)
    return Head(
        labels=tuple(labels),
        hidden=drawn(width, hidden, np.sqrt(2)),  # He et al., for rows of unit length
        hidden_bias=zeros(hidden),
        out=drawn(hidden, count, np.sqrt(2 / hidden)),
        out_bias=zeros(count),
        straight=zeros(width, count),
    )


def _batches(examples: Examples, size: int, random: np.random.Generator) -> Iterator[Examples]:
    order = random.permutation(len(examples))
    for start in range(0, len(order), size):
        yield examples.some(order[start : start + size])


def _gradients(
    head: Head, batch: Examples, recipe: Recipe, random: np.random.Generator
) -> dict[str, Matrix]:
    """Gradients of the mean cross-entropy, by backpropagation."""
    keep = random.random(batch.vectors.shape) >= recipe.dropout
    vectors = (batch.vectors * keep / (1 - recipe.dropout)).astype(np.float32)
    hidden = np.maximum(vectors @ head.hidden + head.hidden_bias, 0)
    logits = hidden @ head.out + vectors @ head.straight + head.out_bias
    chances = softmax(logits) if recipe.exclusive else sigmoid(logits)
    error = ((chances - batch.targets) * batch.weights[:, None] / len(batch)).astype(np.float32)
    back = (error @ head.out.T) * (hidden > 0)
    return {
        "hidden": vectors.T @ back,
        "hidden_bias": back.sum(axis=0),
        "out": hidden.T @ error,
        "out_bias": error.sum(axis=0),
        "straight": vectors.T @ error,
    }


class _Adam:
    """Adam with decoupled weight decay (Loshchilov & Hutter, 2019, arXiv:1711.05101)."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._steps = 0
        self._mean: dict[str, Matrix] = {}
        self._square: dict[str, Matrix] = {}

    def step(self, head: Head, gradients: dict[str, Matrix], in_all: int) -> None:
        """Move the head's matrices in place; the rate falls to zero over all steps."""
        rate = self._recipe.rate * (1 - self._steps / in_all)
        self._steps += 1
        for name, gradient in gradients.items():
            weights = getattr(head, name)
            mean = self._mean.setdefault(name, np.zeros_like(weights))
            square = self._square.setdefault(name, np.zeros_like(weights))
            mean += (1 - _BETA_1) * (gradient - mean)
            square += (1 - _BETA_2) * (gradient * gradient - square)
            move = (mean / (1 - _BETA_1**self._steps)) / (
                np.sqrt(square / (1 - _BETA_2**self._steps)) + _EPSILON
            )
            weights -= (rate * (move + self._recipe.decay * weights)).astype(np.float32)
