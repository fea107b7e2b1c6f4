"""A transformer taught the open rows that the weights that ship were taught.

It judges sentiment by itself (``nlp.model``), and begins better than an untaught one where it is
then tuned to somebody's labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlp.heads import softmax
from nlp.training.comparing import Mix
from nlp.training.fitting import TEMPERATURES, loss_of
from nlp.training.rows import Row
from nlp.training.scoring import Scores, told
from nlp.training.tasks import POLARITIES, tasks_of
from nlp.training.transformer import Course, Pupil

COURSE = Course(rounds=((10**9, 1),), smoothing=0.1, longest=96)
_LARGEST, _OF_FIVE = "goemotions", 3
"""Of the largest set three rows in five are read: it would be most of the lesson."""


def general(
    encoder: str, rows: Sequence[Row], out: Path | None = None, course: Course = COURSE
) -> Scores:
    """Teach the rows that are not held, calibrate and measure on those that are.

    ``encoder`` is the folder or the name of a model on this machine. With ``out`` it is kept
    there, as safetensors with a tokenizer: a folder that ``nlp.model`` takes.
    """
    read = _read(rows)
    sentiment, _ = tasks_of(read)
    held = np.array([row.held for row in read])
    texts = [row.text for row in read]
    taught, kept = np.flatnonzero(~held), np.flatnonzero(held)
    pupil = Pupil(encoder, sentiment, course)
    pupil.learn([texts[row] for row in taught], sentiment.some(taught))
    logits, task = pupil.logits([texts[row] for row in kept]), sentiment.some(kept)
    even = replace(task, weights=np.ones_like(task.weights))
    calm = min((float(one) for one in TEMPERATURES), key=lambda one: loss_of(logits / one, even))
    if out is not None:
        pupil.save(out, Mix(1 / calm, 0.0, (0.0,) * len(POLARITIES)))
    return told(sentiment.name, softmax(logits / calm), task.targets)


def _read(rows: Sequence[Row]) -> list[Row]:
    judged = [row for row in rows if row.polarity is not None]
    return [
        row for number, row in enumerate(judged) if row.group != _LARGEST or number % 5 < _OF_FIVE
    ]
