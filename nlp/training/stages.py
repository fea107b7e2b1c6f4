"""The head that tells the common stages of service apart, and a post that speaks of none.

It reads the encoder's meaning, which training leaves as it is, so it needs no torch.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nlp.common_stages import LABELS
from nlp.encoder import Encoder, Matrix
from nlp.examples import NONE, examples
from nlp.fewshot import encoded
from nlp.heads import Head, softmax
from nlp.models import STAGES
from nlp.training.fitting import Examples, Recipe, calibrated, fit
from nlp.training.rows import held_out
from nlp.training.scoring import told
from nlp.training.written import written

_RECIPE = Recipe(exclusive=True, epochs=12)


def stage_head() -> tuple[Head, dict[str, float]]:
    """The head, fitted on texts of our own, calibrated and scored on one in ten of them."""
    rows = list(_told())
    numbers = np.array([LABELS.index(stage) for _, stage in rows])
    held = np.array([held_out(text) for text, _ in rows])
    vectors = encoded(Encoder(), [text for text, _ in rows])
    taught, kept = (_examples(vectors[own], numbers[own]) for own in (~held, held))
    head = calibrated(fit(taught, LABELS, _RECIPE), kept, exclusive=True)
    return head, told(STAGES, softmax(head.logits(kept.vectors)), kept.targets)


def _told() -> Iterator[tuple[str, str]]:
    yield from ((one.text, one.stage or NONE) for one in written())
    yield from examples("stages")


def _examples(vectors: Matrix, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Examples:
    """Rare stages count more, half the way to as much as the others."""
    targets = np.eye(len(LABELS), dtype=np.float32)[numbers]
    share = targets.mean(axis=0).clip(1e-6)
    weights = (targets @ share**-0.5).astype(np.float32)
    return Examples(vectors, targets, weights / weights.mean())
