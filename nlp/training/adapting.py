"""Weights tuned to one set of labelled texts: a public one, or a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.heads import Head
from nlp.models import SENTIMENT, Weights
from nlp.training.fitting import TEMPERATURES, Task, blank, loss_of
from nlp.training.heads import HIDDEN, encode
from nlp.training.lexicons import fitted_lexicon
from nlp.training.scoring import Measured, best_threshold, measured
from nlp.training.sets import Labelled
from nlp.training.tuning import Course, learned

COURSE = Course(batch=64, rate=4e-4, keep=2.0, longest=200)
"""For small sets, by a network that already knows how people speak."""

_SEEN = 20_000  # rows, over all rounds, by a head that goes on learning; twice for a new one
_MOST_ROUNDS = 10

_SHARES = (0.25, 0.5, 0.75, 1.0, 1.5)


@dataclass(frozen=True, slots=True)
class Mix:
    """How much the logits of the head and those of the lexicon count."""

    head: float
    words: float

    def logits(self, felt: Matrix, said: Matrix) -> Matrix:
        """Calibrated logits (n, k) of both."""
        mixed: Matrix = np.float32(self.head) * felt + np.float32(self.words) * said
        return mixed


def adapted(start: Weights, name: str, rows: Sequence[Labelled]) -> tuple[Weights, list[Measured]]:
    """Weights taught the train rows, calibrated on the val rows, measured on the test rows.

    A head that ``start`` has goes on learning, the others are held where they were; a new one
    begins with the package's own encoder. Measured are the lexicon alone (the floor), the
    head alone, and both together.
    """
    task = _task(start, name, rows)
    part = np.array([row.part for row in rows])
    train, val, test = (np.flatnonzero(part == one) for one in ("train", "val", "test"))
    begun = start if name in start.heads else Weights({}, {name: _blank(task)})
    course = replace(COURSE, epochs=_rounds(len(train), new=name not in start.heads))
    texts = [row.text for row in rows]
    tokens = [one[0] for one in Encoder().tokens([[clean(text)] for text in texts])]
    lesson = [tokens[row] for row in train]
    weights = learned(begun, lesson, [task.some(train)], course)
    encoder = Encoder(tuned=weights.encoder)
    plain = [encoder.plain(one) for one in tokens]
    lexicon = fitted_lexicon([plain[row] for row in train], task.some(train))
    head = weights.heads[name]
    felt, said = (np.zeros_like(task.targets) for _ in range(2))
    seen = np.concatenate([val, test])
    felt[seen] = head.logits(encode(encoder, [texts[row] for row in seen]))
    said[seen] = lexicon.logits([plain[row] for row in seen])
    ways = _ways(task.some(val), felt[val], said[val])
    scores = [
        _score(way, mix, task, (felt, said), val, own, group)
        for group, own in _groups(rows, test)
        for way, mix in ways.items()
    ]
    best = ways["both"]
    heads = {**weights.heads, name: replace(head, temperature=1 / best.head)}
    lexicons = {**weights.lexicons, name: replace(lexicon, share=best.words)}
    leanings = {} if name == SENTIMENT else begun.leanings
    return Weights(weights.encoder, heads, lexicons, leanings, begun.stages), scores


def _task(start: Weights, name: str, rows: Sequence[Labelled]) -> Task:
    known = start.heads[name].labels if name in start.heads else ()
    labels = known or tuple(sorted({label for row in rows for label in row.labels}))
    targets = np.array([[label in row.labels for label in labels] for row in rows], np.float32)
    exclusive = all(len(row.labels) == 1 for row in rows)
    weights = np.ones(len(rows), np.float32)
    if exclusive:
        share = targets.mean(axis=0).clip(1e-6)
        weights = (targets @ share**-0.5).astype(np.float32)  # half the way to even classes
        weights /= weights.mean()
    return Task(name, labels, exclusive, targets, weights)


def _rounds(rows: int, *, new: bool) -> int:
    return min(_MOST_ROUNDS, max(2, round(_SEEN * (1 + new) / rows)))


def _blank(task: Task) -> Head:
    return blank(task.labels, HIDDEN, np.random.default_rng(7))


def _ways(task: Task, felt: Matrix, said: Matrix) -> dict[str, Mix]:
    """The likeliest mix of each kind on the val rows."""
    return {
        "lexicon": _likeliest(task, felt, said, [(0.0, 1.0)]),
        "encoder": _likeliest(task, felt, said, [(1.0, 0.0)]),
        "both": _likeliest(task, felt, said, [(1.0, share) for share in _SHARES]),
    }


def _likeliest(
    task: Task, felt: Matrix, said: Matrix, shares: Sequence[tuple[float, float]]
) -> Mix:
    even = replace(task, weights=np.ones_like(task.weights))
    mixes = [Mix(h / float(t), w / float(t)) for h, w in shares for t in TEMPERATURES]
    return min(mixes, key=lambda mix: loss_of(mix.logits(felt, said), even))


def _groups(rows: Sequence[Labelled], test: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
    groups = np.array([row.group for row in rows])
    return [(str(group), test[groups[test] == group]) for group in np.unique(groups)]


def _score(
    way: str,
    mix: Mix,
    task: Task,
    logits: tuple[Matrix, Matrix],
    val: NDArray[Any],
    test: NDArray[Any],
    group: str,
) -> Measured:
    felt, said = logits
    threshold = 0.0
    if not task.exclusive:
        threshold = best_threshold(task.targets[val], mix.logits(felt[val], said[val]))
    found = mix.logits(felt[test], said[test])
    return measured(f"{group} {way}".strip(), task.some(test), found, threshold)
