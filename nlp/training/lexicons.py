"""Fitting a lexicon: logistic regression on hashed pieces, by L-BFGS in torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from nlp.encoder import Matrix
from nlp.layout import Tokens
from nlp.lexicon import BUCKETS, Counts, Lexicon, counts
from nlp.training.fitting import Task

_STEPS = 60
PENALTY = 0.15
"""Half the squared weights' price, in rows: scikit-learn's ``1 / C``."""


def fitted_lexicon(texts: Sequence[Tokens], task: Task, penalty: float = PENALTY) -> Lexicon:
    """The lexicon of a task, fitted on the rows that say something about it."""
    told = np.flatnonzero(task.weights > 0)
    counted = counts([texts[row] for row in told.tolist()])
    rarity = _rarity(counted, len(told))
    bag = _Bag(counted, counted.values(rarity))
    targets, weights = torch.tensor(task.targets[told]), torch.tensor(task.weights[told])
    words = torch.zeros(BUCKETS, len(task.labels), requires_grad=True)
    bias = torch.zeros(len(task.labels), requires_grad=True)

    def loss() -> Tensor:
        price = penalty / 2 * words.square().sum() / len(told)
        return _loss(bag(words) + bias, targets, weights, exclusive=task.exclusive) + price

    _descend(loss, [words, bias])
    return Lexicon(words.detach().numpy(), rarity, bias.detach().numpy())


class _Bag:
    """The product of every text's tf-idf with a matrix of words."""

    def __init__(self, counted: Counts, values: Matrix) -> None:
        self._buckets = torch.tensor(counted.buckets)
        self._starts = torch.tensor(counted.starts)
        self._values = torch.tensor(values)

    def __call__(self, words: Tensor) -> Tensor:
        return functional.embedding_bag(
            self._buckets, words, self._starts, mode="sum", per_sample_weights=self._values
        )


def _loss(logits: Tensor, targets: Tensor, weights: Tensor, *, exclusive: bool) -> Tensor:
    if exclusive:
        losses = functional.cross_entropy(logits, targets, reduction="none")
    else:
        together = functional.binary_cross_entropy_with_logits
        losses = together(logits, targets, reduction="none").sum(dim=1)
    return (losses * weights).mean()


def _descend(loss: object, values: list[Tensor]) -> None:
    optimiser = torch.optim.LBFGS(values, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimiser.zero_grad()
        now: Tensor = loss()  # type: ignore[operator]
        now.backward()
        return now

    optimiser.step(closure)


def _rarity(counted: Counts, texts: int) -> Matrix:
    """Inverse document frequency, ``log((1 + n) / (1 + texts with it)) + 1``."""
    seen = np.bincount(counted.buckets, minlength=BUCKETS)
    rarity: Matrix = (np.log((1 + texts) / (1 + seen)) + 1).astype(np.float32)
    return rarity
