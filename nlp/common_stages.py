"""The eight steps that nearly every service has, and what customers say at each.

What is known of them comes from sentences of our own (``examples/stages.txt``) and cue words
(``lexicon/cues.txt``). It helps where an owner's stage is like one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from domain.brands import COMMON_STAGES as COMMON
from domain.brands import ServiceStage
from nlp.components.cues import Cues
from nlp.encoder import Encoder, Matrix
from nlp.examples import examples
from nlp.fewshot import encoded, fit

_RIDGE = 3.0
_CLEAR = 0.15
"""How far a stage's own examples must lean to a common stage to be held for like it."""


class CommonStages:
    """The common stages as lines through the encoder's space, and as cue words."""

    def __init__(self, encoder: Encoder) -> None:
        taught = examples("stages")
        numbers = [COMMON.index(stage) for _, stage in taught]
        self.vectors = encoded(encoder, [text for text, _ in taught])
        self.lines = fit(self.vectors, numbers, len(COMMON), _RIDGE)
        self._numbers = np.array(numbers)

    def likeness(
        self, stages: Sequence[ServiceStage], vectors: Matrix, numbers: Sequence[int]
    ) -> Matrix:
        """Which common stage (8 rows) each of the owner's (columns) is like.

        As the owner says, or by the stage's id, or as its examples lean. What is like none
        gets an even share of all, so that it neither gains nor loses.
        """
        leaning = self.lines.scores(vectors)
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

    def known(self, like: Matrix) -> Matrix:
        """The vectors (n, 512) of our sentences for those common stages that are wanted."""
        wanted = (like == 1).any(axis=1)
        found: Matrix = self.vectors[wanted[self._numbers]]
        return found

    def cues(self, cues: Cues) -> Matrix:
        """``log(1 + n)`` of the distinct cue words of each common stage (8)."""
        counts = [
            len({hit.phrase.words for hit in cues.get(f"stage.{stage}", ())}) for stage in COMMON
        ]
        return np.log1p(np.array(counts, dtype=np.float32))
