"""Which step of the service a post speaks of, by the owner's own blueprint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from typing import Self

import numpy as np
from spacy.tokens import Doc

from domain.analyses import Span, StageLabel
from domain.brands import ServiceStage
from nlp.common_stages import CommonStages
from nlp.components.component import Component
from nlp.components.embedding import doc_vectors
from nlp.encoder import Encoder, Matrix
from nlp.fewshot import encoded, fit
from nlp.heads import Head, softmax
from nlp.names import Name, NameFinder
from nlp.parts import Parts
from nlp.shared_words import SharedWords

_RIDGE = 1.0
_OWN, _COMMON, _SHARED, _CUES = 5.0, 0.15, 0.25, 1.4
"""What leaning to a stage's own examples, leaning to the common stage that it is like, words
shared with its examples and cue words of the common stage weigh: chosen on the validation
halves of ``benchmarks/nlp_stages.py``."""
_SHARPNESS = 1.0
_WORD = 2.5  # what one of the stage's own words counts
_NEAR, _NEARNESS = 0.5, 8.0  # the cosine to an own example from which a text speaks of a stage
_SOME = 0.5  # how likely it must be that the post speaks of a stage at all
_OPENING = 0.5  # how much more the first clause counts: it says what a post is about


class StageFinder(Component):
    """Joins what the owner's few examples teach with what is known of the common stages.

    No training: every stage is a line through the vectors of its examples
    (``nlp.fewshot``), helped by the common stage that it is like (``nlp.common_stages``).
    Before that stands the question whether the post speaks of any stage at all.
    """

    name = "stages"
    requires = (
        "doc._.clauses",
        "doc._.clause_vectors",
        "doc._.passage_vectors",
        "doc._.folded",
        "doc._.cues",
    )
    assigns = ("doc._.stages",)

    def __init__(
        self, stages: Sequence[ServiceStage], encoder: Encoder, head: Head, threshold: float
    ) -> None:
        self._ids = [stage.id for stage in stages]
        self._threshold = threshold
        self._words = NameFinder(Name(word, stage.id) for stage in stages for word in stage.words)
        taught = [(stage.name, *(stage.examples or stage.words)) for stage in stages]
        numbers = [number for number, own in enumerate(taught) for _ in own]
        self._prototypes = encoded(encoder, [text for own in taught for text in own])
        self._lines = fit(self._prototypes, numbers, len(stages), _RIDGE)
        self._general = CommonStages(head)
        self._like = self._general.likeness(stages, self._prototypes, numbers)
        self._shared = SharedWords(
            [(*own, *stage.words) for own, stage in zip(taught, stages, strict=True)]
        )

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the stages and the threshold of the settings."""
        models = parts.models
        return cls(parts.stages, models.encoder, models.stages, parts.settings.stage_threshold)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the stages whose confidence reaches the threshold, the surest first."""
        judged = [doc for doc in docs if self._ids and doc._.clauses]
        for doc in docs:
            doc._.stages = ()
        if not judged:
            return
        vectors, starts = doc_vectors(judged)
        common, any_stage = self._general.logits(vectors)
        leanings = self._lines.scores(vectors) * _OWN + common @ self._like * _COMMON
        nearest = (vectors @ self._prototypes.T).max(axis=1)
        parts = (np.split(values, starts) for values in (leanings, any_stage, nearest))
        for doc, leaning, some, near in zip(judged, *parts, strict=True):
            said = self._said(doc)
            chance = _chance(some[: len(doc._.passages)].max(), near.max(), bool(said))
            found = self._found(doc, leaning, chance, said) if chance >= _SOME else ()
            doc._.stages = tuple(sorted(found, key=lambda label: -label.confidence))

    def _found(
        self, doc: Doc, leaning: Matrix, chance: float, said: dict[str, Span]
    ) -> Iterator[StageLabel]:
        passages = len(doc._.passages)
        confidences = (self._shares(doc, leaning, said) * np.float32(chance)).tolist()
        for stage, confidence in enumerate(confidences):
            if confidence >= self._threshold:
                place = self._ids[stage]
                clause = doc._.clauses[int(leaning[passages:, stage].argmax())]
                yield StageLabel(place, round(confidence, 4), said.get(place, clause))

    def _shares(self, doc: Doc, leaning: Matrix, said: dict[str, Span]) -> Matrix:
        """How likely each stage is, given that the post speaks of one."""
        passages = len(doc._.passages)
        pooled = leaning[:passages].mean(axis=0) + leaning[passages:].max(axis=0)
        logits = pooled + _OPENING * leaning[passages]
        logits += _SHARED * self._shared.scores(doc._.folded.text)
        logits += _CUES * (self._general.cues(doc._.cues) @ self._like)
        logits += np.array([_WORD * (stage in said) for stage in self._ids], dtype=np.float32)
        shares: Matrix = softmax(logits[None, :] * _SHARPNESS)[0]
        return shares

    def _said(self, doc: Doc) -> dict[str, Span]:
        """The clause around the first of a stage's own words."""
        said: dict[str, Span] = {}
        for found in self._words.find(doc._.folded):
            place = doc._.folded.span(found.start, found.end)
            said.setdefault(found.name.meaning, _around(place, doc._.clauses))
        return said


def _around(place: Span, clauses: Sequence[Span]) -> Span:
    return next((one for one in clauses if one.start <= place.start < one.end), place)


def _chance(any_stage: float, nearest: float, said: bool) -> float:
    """How likely a post speaks of any stage of this owner at all."""
    near = max(0.0, nearest - _NEAR)
    logit = any_stage + _NEARNESS * near + _WORD * said
    return 1 / (1 + exp(-max(-30.0, min(30.0, logit))))
