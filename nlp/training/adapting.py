"""Weights tuned to one set of labelled texts: a public one, or a user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nlp.encoder import Encoder
from nlp.heads import Head
from nlp.models import SENTIMENT, Weights
from nlp.training.comparing import Parts, by_words, compared, pieces, task_of
from nlp.training.fitting import Task, blank
from nlp.training.heads import HIDDEN, encode
from nlp.training.scoring import Measured
from nlp.training.sets import Labelled
from nlp.training.tuning import Course, learned

COURSE = Course(batch=64, rate=4e-4, keep=2.0, longest=200)
"""For small sets, by a network that already knows how people speak."""

BOTH = "both"
"""The way of the encoder and the lexicon together."""

_SEEN = 20_000  # rows, over all rounds, by a head that goes on learning; twice for a new one
_MOST_ROUNDS = 10


def adapted(start: Weights, name: str, rows: Sequence[Labelled]) -> tuple[Weights, list[Measured]]:
    """Weights taught the train rows, calibrated on the val rows, measured on the test rows.

    A head that ``start`` has goes on learning, the others are held where they were; a new one
    begins with the package's own encoder.
    """
    new = name not in start.heads
    task = task_of(name, rows, () if new else start.heads[name].labels)
    parts = Parts.of(rows)
    begun = Weights({}, {name: _blank(task)}) if new else start
    course = replace(COURSE, epochs=_rounds(len(parts.train), new=new))
    tokens = pieces([row.text for row in rows])
    lesson = [tokens[row] for row in parts.train]
    weights = learned(begun, lesson, [task.some(parts.train)], course)
    lexicon, said = by_words(tokens, task, parts.train)
    head, felt = weights.heads[name], np.zeros_like(task.targets)
    judged = [rows[row].text for row in parts.judged]
    felt[parts.judged] = head.logits(encode(Encoder(tuned=weights.encoder), judged))
    ways, scores = compared(task, rows, ("encoder", felt), ("lexicon", said), BOTH)
    best = ways[BOTH]
    lift = np.array(best.lift, np.float32) / np.float32(best.first)
    kept = replace(head, temperature=1 / best.first, out_bias=head.out_bias + lift)
    heads = {**weights.heads, name: kept}
    lexicons = {**weights.lexicons, name: replace(lexicon, share=best.beside)}
    leanings = {} if name == SENTIMENT else begun.leanings
    return Weights(weights.encoder, heads, lexicons, leanings, begun.stages), scores


def _rounds(rows: int, *, new: bool) -> int:
    return min(_MOST_ROUNDS, max(2, round(_SEEN * (1 + new) / rows)))


def _blank(task: Task) -> Head:
    return blank(task.labels, HIDDEN, np.random.default_rng(7))
