"""From labelled rows to the heads that ship: encode, weigh, fit, calibrate, score."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from domain.analyses import Polarity
from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.heads import Head
from nlp.models import OPINIONS, SENTIMENT
from nlp.training.aspects import ASPECTS
from nlp.training.fitting import Examples, Recipe, calibrated, fit
from nlp.training.rows import Row
from nlp.training.scoring import calibration_error, macro_f1, micro_f1

POLARITIES = tuple(str(polarity) for polarity in Polarity)
OPINION_LABELS = tuple(f"{aspect}:{polarity}" for aspect in ASPECTS for polarity in Polarity)

_WEIGHTS = {"xed": 0.3}  # film subtitles, labelled line by line without what was seen
_BATCH = 512

Scores = dict[str, float]


def train(encoder: Encoder, rows: Sequence[Row]) -> tuple[dict[str, Head], Scores]:
    """Both heads, fitted on the rows that are not held, and their scores on those that are."""
    vectors = encode(encoder, [row.text for row in rows])
    held = np.array([row.held for row in rows])
    felt = np.array([row.polarity is not None for row in rows])
    told = np.array([row.opinions is not None for row in rows])
    feelings = _polarity_examples(rows, vectors)
    opinions = _opinion_examples(rows, vectors)
    sentiment, of_sentiment = _sentiment(feelings, felt & ~held, felt & held)
    heads, scores = {SENTIMENT: sentiment}, of_sentiment
    if told.any():
        heads[OPINIONS], of_opinions = _opinions(opinions, told & ~held, told & held)
        scores = scores | of_opinions
    return heads, scores


def encode(encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """The vectors (n, 512) of texts, as the pipeline would give them."""
    parts = [
        [one.whole for one in encoder.encode([[clean(t)] for t in texts[start : start + _BATCH]])]
        for start in range(0, len(texts), _BATCH)
    ]
    return np.array([vector for part in parts for vector in part], dtype=np.float32)


def save(heads: Mapping[str, Head], path: Path) -> None:
    """Write the weights as safetensors, with each head's labels beside them."""
    tensors = {
        key: value for name, head in heads.items() for key, value in head.tensors(name).items()
    }
    labels = {name: head.labels for name, head in heads.items()}
    save_file(tensors, str(path), metadata={"labels": json.dumps(labels)})


def _sentiment(examples: Examples, fitted: Matrix, held: Matrix) -> tuple[Head, Scores]:
    recipe = Recipe(exclusive=True, epochs=12)
    training = _balanced(examples.some(np.flatnonzero(fitted)))
    validation = _balanced(examples.some(np.flatnonzero(held)))
    head = calibrated(fit(training, POLARITIES, recipe), validation, exclusive=True)
    chances = head.softmax(validation.vectors)
    truth, said = validation.targets.argmax(axis=1), chances.argmax(axis=1)
    return head, {
        "sentiment_macro_f1": round(macro_f1(truth, said, len(POLARITIES)), 4),
        "sentiment_ece": round(calibration_error(truth == said, chances.max(axis=1)), 4),
        "sentiment_rows": len(training),
    }


def _opinions(examples: Examples, fitted: Matrix, held: Matrix) -> tuple[Head, Scores]:
    training = examples.some(np.flatnonzero(fitted))
    validation = examples.some(np.flatnonzero(held))
    head = fit(training, OPINION_LABELS, Recipe(exclusive=False))
    head = calibrated(head, validation, exclusive=False)
    said = head.sigmoid(validation.vectors) >= 0.5
    return head, {
        "opinions_micro_f1": round(micro_f1(validation.targets > 0, said), 4),
        "opinions_rows": len(training),
    }


def _polarity_examples(rows: Sequence[Row], vectors: Matrix) -> Examples:
    targets = np.array([[row.polarity == p for p in Polarity] for row in rows], dtype=np.float32)
    weights = np.array([_WEIGHTS.get(row.group, 1.0) for row in rows], dtype=np.float32)
    return Examples(vectors, targets, weights)


def _opinion_examples(rows: Sequence[Row], vectors: Matrix) -> Examples:
    none: frozenset[str] = frozenset()
    told = [[label in (row.opinions or none) for label in OPINION_LABELS] for row in rows]
    return Examples(vectors, np.array(told, dtype=np.float32), np.ones(len(rows), np.float32))


def _balanced(examples: Examples) -> Examples:
    """Weighed so that every label counts the same: no prior of one set is carried along."""
    mass = (examples.targets * examples.weights[:, None]).sum(axis=0)
    weights = examples.weights * (examples.targets @ (1 / mass.clip(1e-6)))
    return Examples(examples.vectors, examples.targets, weights / weights.mean())
