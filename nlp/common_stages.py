"""The eight steps that nearly every service has, and what customers say at each.

What is known of them comes from a head taught on texts of our own (``nlp/training/stages.py``)
and from cue words (``lexicon/cues.txt``). It helps where an owner's stage is like one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.brands import COMMON_STAGES as COMMON
from domain.brands import ServiceStage
from nlp.components.cues import Cues
from nlp.encoder import Matrix
from nlp.examples import NONE
from nlp.heads import Head, softmax

LABELS = (*COMMON, NONE)
"""What the head tells apart; the last stands for a text that speaks of no step of a service."""

_CLEAR = 0.5
"""How likely a stage's own examples must be of a common stage for it to be held for like it."""


class CommonStages:
    """The common stages as a head on the encoder's meaning, and as cue words."""

    def __init__(self, head: Head) -> None:
        self._head = head

    def logits(self, vectors: Matrix) -> tuple[Matrix, Matrix]:
        """Of n meanings (n, 512): to which stage each leans (n, 8), whether to any at all (n)."""
        logits = self._head.logits(vectors)
        stages, none = logits[:, : len(COMMON)], logits[:, len(COMMON)]
        any_stage = np.logaddexp.reduce(stages, axis=1) - none
        return stages - stages.mean(axis=1, keepdims=True), any_stage

    def likeness(
        self, stages: Sequence[ServiceStage], vectors: Matrix, numbers: Sequence[int]
    ) -> Matrix:
        """Which common stage (8 rows) each of the owner's (columns) is like.

        As the owner says, or by the stage's id, or as its examples lean. What is like none
        gets an even share of all, so that it neither gains nor loses.
        """
        leaning = softmax(self.logits(vectors)[0])
        like = np.zeros((len(COMMON), len(stages)), dtype=np.float32)
        for column, stage in enumerate(stages):
            known = stage.like or stage.id
            means = leaning[np.asarray(numbers) == column].mean(axis=0)
            if known in COMMON:
                like[COMMON.index(known), column] = 1
            elif means.max() >= _CLEAR:
                like[int(means.argmax()), column] = 1
            else:
                like[:, column] = 1 / len(COMMON)
        return like

    def cues(self, cues: Cues) -> Matrix:
        """``log(1 + n)`` of the distinct cue words of each common stage (8)."""
        counts = [
            len({hit.phrase.words for hit in cues.get(f"stage.{stage}", ())}) for stage in COMMON
        ]
        return np.log1p(np.array(counts, dtype=np.float32))
