"""Heads on an encoder that stays as it is: encode, fit, calibrate, score. Needs no torch."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.heads import Head
from nlp.layout import Tokens
from nlp.models import ENCODER, LEANING, STAGES, Weights
from nlp.training.fitting import Recipe, Task, calibrated, fit
from nlp.training.scoring import Scores, micro_f1, told

HIDDEN = 256
"""Units in the hidden layer of a head."""

_BATCH = 512
_EPOCHS = {True: 12, False: 6}  # by whether the labels exclude each other


def fitted(encoder: Encoder, texts: Sequence[str], tasks: Sequence[Task]) -> dict[str, Head]:
    """A head for each task, fitted on every text that says something about it."""
    tones = encode(encoder, texts)
    heads = {}
    for task in tasks:
        recipe = Recipe(exclusive=task.exclusive, epochs=_EPOCHS[task.exclusive])
        heads[task.name] = fit(task.examples(tones), task.labels, recipe)
    return heads


def judged(
    encoder: Encoder, heads: Mapping[str, Head], texts: Sequence[str], tasks: Sequence[Task]
) -> tuple[dict[str, Head], Scores]:
    """The heads calibrated on held texts, and how good they are there."""
    tones = encode(encoder, texts)
    calm: dict[str, Head] = {}
    scores: Scores = {}
    for task in tasks:
        examples = task.examples(tones)
        head = calibrated(heads[task.name], examples, exclusive=task.exclusive)
        calm[task.name] = head
        measure = _exclusive if task.exclusive else _together
        scores |= measure(task.name, head, examples.vectors, examples.targets)
    return calm, scores


def encode(encoder: Encoder, texts: Sequence[str]) -> Matrix:
    """The tones (n, 512) of texts, as the pipeline would give them."""
    parts = [
        [one.tone for one in encoder.encode([[clean(t)] for t in texts[start : start + _BATCH]])]
        for start in range(0, len(texts), _BATCH)
    ]
    return np.array([tone for part in parts for tone in part], dtype=np.float32)


def logits_of(name: str, encoder: Encoder, weights: Weights, texts: Sequence[str]) -> Matrix:
    """Logits (n, k) of a head and its lexicon, before any leaning.

    The encoder is that of the weights, ``Encoder(tuned=weights.encoder)``.
    """
    lexicon = weights.lexicons.get(name)
    felt = weights.heads[name].logits(encode(encoder, texts))
    if lexicon is None:
        return felt
    said = lexicon.logits(plain_pieces(encoder, texts))
    return felt + np.float32(lexicon.share) * said


def plain_pieces(encoder: Encoder, texts: Sequence[str]) -> list[Tokens]:
    """The pieces of texts in small letters, as a lexicon reads them."""
    return [encoder.plain(one) for (one,) in encoder.tokens([[clean(text)] for text in texts])]


def save(weights: Weights, path: Path) -> None:
    """Write weights as safetensors, with each head's labels beside them."""
    tensors = {f"{ENCODER}{name}": value for name, value in weights.encoder.items()}
    heads = dict(weights.heads) | ({STAGES: weights.stages} if weights.stages else {})
    for name, head in heads.items():
        tensors |= head.tensors(name)
    for name, lexicon in weights.lexicons.items():
        tensors |= lexicon.tensors(name)
    labels = {name: head.labels for name, head in heads.items()}
    for language, one in weights.leanings.items():
        tensors[f"{LEANING}{language}"] = np.array([one.lean, one.calm], dtype=np.float32)
    # one entry only: safetensors writes several in random order
    save_file(tensors, str(path), metadata={"labels": json.dumps(labels)})


def _exclusive(name: str, head: Head, tones: Matrix, targets: Matrix) -> Scores:
    return told(name, head.softmax(tones), targets)


def _together(name: str, head: Head, tones: Matrix, targets: Matrix) -> Scores:
    said = head.sigmoid(tones) >= 0.5
    return {f"{name}_micro_f1": round(micro_f1(targets > 0, said), 4), f"{name}_rows": len(tones)}
