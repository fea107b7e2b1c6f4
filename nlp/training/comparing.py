"""How well a set of labelled texts is told: by one reading, by another, by both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.layout import Tokens
from nlp.lexicon import Lexicon
from nlp.training.fitting import TEMPERATURES, Task, loss_of
from nlp.training.scoring import Measured, best_threshold, macro_f1, measured
from nlp.training.sets import Labelled

_SHARES = (0.25, 0.5, 0.75, 1.0, 1.5)
_LIFTS = (0.0, 0.25, 0.5)
"""Kept small: some hundred texts choose, and chances should stay chances."""

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Parts:
    """Which rows teach, which choose, and which are scored."""

    train: Rows
    val: Rows
    test: Rows

    @classmethod
    def of(cls, rows: Sequence[Labelled]) -> Parts:
        """The parts that rows say they fell into."""
        part = np.array([row.part for row in rows])
        return cls(*(np.flatnonzero(part == one) for one in ("train", "val", "test")))

    @property
    def judged(self) -> Rows:
        """The rows that teach nothing."""
        return np.concatenate([self.val, self.test])


@dataclass(frozen=True, slots=True)
class Mix:
    """How much the logits of one reading and those of the other beside it count.

    ``lift`` is added to the logit of each label.
    """

    first: float
    beside: float
    lift: tuple[float, ...]

    def logits(self, first: Matrix, beside: Matrix) -> Matrix:
        """Calibrated logits (n, k) of both."""
        mixed = np.float32(self.first) * first + np.float32(self.beside) * beside
        lifted: Matrix = mixed + np.array(self.lift, np.float32)
        return lifted


def task_of(name: str, rows: Sequence[Labelled], labels: tuple[str, ...] = ()) -> Task:
    """What is to be told of the rows; rare labels weigh more, half the way to even classes."""
    labels = labels or tuple(sorted({label for row in rows for label in row.labels}))
    targets = np.array([[label in row.labels for label in labels] for row in rows], np.float32)
    exclusive = all(len(row.labels) == 1 for row in rows)
    weights = np.ones(len(rows), np.float32)
    if exclusive:
        share = targets.mean(axis=0).clip(1e-6)
        weights = (targets @ share**-0.5).astype(np.float32)
        weights /= weights.mean()
    return Task(name, labels, exclusive, targets, weights)


def pieces(texts: Sequence[str]) -> list[Tokens]:
    """The encoder's pieces of each text, cleaned."""
    return [one[0] for one in Encoder().tokens([[clean(text)] for text in texts])]


def by_words(tokens: Sequence[Tokens], task: Task, train: Rows) -> tuple[Lexicon, Matrix]:
    """A lexicon fitted on the train rows, and what it says (n, k) of all rows."""
    from nlp.training.lexicons import fitted_lexicon  # torch, that mixing does not need

    encoder = Encoder()
    plain = [encoder.plain(one) for one in tokens]
    lexicon = fitted_lexicon([plain[row] for row in train], task.some(train))
    return lexicon, lexicon.logits(plain)


def compared(
    task: Task,
    rows: Sequence[Labelled],
    first: tuple[str, Matrix],
    beside: tuple[str, Matrix],
    together: str,
) -> tuple[dict[str, Mix], list[Measured]]:
    """The likeliest mix of each way on the val rows, and its scores on the test rows.

    ``first`` and ``beside`` are names and logits (n, k) of two readings; only those of val and
    test rows count. The ways are each alone, and the two ``together``.
    """
    parts, logits = Parts.of(rows), (first[1], beside[1])
    held, chosen_by = [one[parts.val] for one in logits], task.some(parts.val)
    shares = {
        beside[0]: [(0.0, 1.0)],
        first[0]: [(1.0, 0.0)],
        together: [(1.0, share) for share in _SHARES],
    }
    rarity = _rarity(task.some(parts.train))
    ways = {
        way: _lifted(_likeliest(chosen_by, held, of), chosen_by, held, rarity)
        for way, of in shares.items()
    }
    scores = [
        _score(f"{group} {way}".strip(), mix, task, logits, parts.val, own)
        for group, own in _groups(rows, parts.test)
        for way, mix in ways.items()
    ]
    return ways, scores


def _likeliest(task: Task, logits: Sequence[Matrix], shares: Sequence[tuple[float, float]]) -> Mix:
    even, level = replace(task, weights=np.ones_like(task.weights)), (0.0,) * len(task.labels)
    mixes = [Mix(n / float(t), w / float(t), level) for n, w in shares for t in TEMPERATURES]
    return min(mixes, key=lambda mix: loss_of(mix.logits(*logits), even))


def _lifted(mix: Mix, task: Task, logits: Sequence[Matrix], rarity: Matrix) -> Mix:
    """With rare labels raised as far as makes macro-F1 best (Menon et al., 2021, 2007.07314).

    What is likeliest is seldom a rare label, though the mean over labels asks for them as much.
    """
    if not task.exclusive:
        return mix
    mixes = [replace(mix, lift=tuple((lift * rarity).tolist())) for lift in _LIFTS]
    truth, labels = task.targets.argmax(axis=1), len(task.labels)
    return max(mixes, key=lambda one: macro_f1(truth, one.logits(*logits).argmax(axis=1), labels))


def _rarity(task: Task) -> Matrix:
    rarity = -np.log(task.targets.mean(axis=0).clip(1e-6))
    level: Matrix = rarity - rarity.mean()
    return level


def _groups(rows: Sequence[Labelled], test: Rows) -> list[tuple[str, NDArray[Any]]]:
    groups = np.array([row.group for row in rows])
    return [(str(group), test[groups[test] == group]) for group in np.unique(groups)]


def _score(
    name: str, mix: Mix, task: Task, logits: tuple[Matrix, Matrix], val: Rows, test: Rows
) -> Measured:
    mixed, threshold = mix.logits(*logits), 0.0
    if not task.exclusive:
        threshold = best_threshold(task.targets[val], mixed[val])
    return measured(name, task.some(test), mixed[test], threshold)
