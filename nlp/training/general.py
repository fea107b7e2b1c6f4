"""A transformer taught the open rows that the weights that ship were taught.

With our own encoder and lexicon beside it, it judges sentiment (``nlp.model``); by itself, it
begins better than an untaught one where it is then tuned to somebody's labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlp.classifiers import HEADS
from nlp.encoder import Encoder, Matrix
from nlp.heads import softmax
from nlp.models import SENTIMENT, load_weights
from nlp.training.comparing import Mix
from nlp.training.fitting import temperature_of
from nlp.training.heads import logits_of, save
from nlp.training.leanings import leanings
from nlp.training.rows import Row, rows
from nlp.training.scoring import Scores, told
from nlp.training.tasks import POLARITIES, tasks_of
from nlp.training.transformer import Course, Pupil, course_for

_SHARE = 0.5
"""Of each of the two: on tweets and reviews that taught neither, half and half was best."""
_LARGEST, _OF_FIVE = "goemotions", 3
"""Of the largest set three rows in five are read: it would be most of the lesson."""


def general(
    encoder: str, data: Path, out: Path | None = None, course: Course | None = None
) -> Scores:
    """Teach the rows of a data folder that are not held, calibrate and measure on those that are.

    ``encoder`` is the folder or the name of a model on this machine. With ``out`` it is kept
    there, as safetensors with a tokenizer, and beside it the heads that ship, with leanings for
    what both say together: a folder that ``nlp.model`` takes.
    """
    read = _read(rows(data))
    sentiment, _ = tasks_of(read)
    held = np.array([row.held for row in read])
    texts = [row.text for row in read]
    taught, kept = np.flatnonzero(~held), np.flatnonzero(held)
    pupil = Pupil(encoder, sentiment, course or _course(encoder))
    pupil.learn([texts[row] for row in taught], sentiment.some(taught))
    logits, task = pupil.logits([texts[row] for row in kept]), sentiment.some(kept)
    calm = temperature_of(logits, replace(task, weights=np.ones_like(task.weights)))
    if out is not None:
        _keep(pupil, Mix(_SHARE / calm, _SHARE, (0.0,) * len(POLARITIES)), data, out)
    return told(sentiment.name, softmax(logits / calm), task.targets)


def _course(encoder: str) -> Course:
    return replace(course_for(encoder), rounds=((10**9, 1),), smoothing=0.1, longest=96)


def _keep(pupil: Pupil, mix: Mix, data: Path, out: Path) -> None:
    ours = load_weights()
    encoder = Encoder(tuned=ours.encoder)

    def judge(texts: Sequence[str]) -> Matrix:
        return mix.logits(pupil.logits(texts), logits_of(SENTIMENT, encoder, ours, texts))

    found = leanings(judge, data)
    pupil.save(out, mix)
    save(replace(ours, leanings=found), out / HEADS)


def _read(found: Iterable[Row]) -> list[Row]:
    judged = [row for row in found if row.polarity is not None]
    return [
        row for number, row in enumerate(judged) if row.group != _LARGEST or number % 5 < _OF_FIVE
    ]
