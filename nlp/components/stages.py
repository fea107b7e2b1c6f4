"""Which step of the service a post speaks of, by the owner's own blueprint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from spacy.tokens import Doc

from domain.analyses import Span, StageLabel
from domain.brands import ServiceStage
from nlp.cleaning import clean
from nlp.components.component import Component
from nlp.encoder import DIMENSIONS, Encoder, Matrix
from nlp.heads import softmax
from nlp.names import Name, NameFinder
from nlp.parts import Parts

_SHARPNESS = 18.0  # how much a cosine of 1 counts in the logits
_NO_STAGE = 0.45  # the cosine that a text has to its nearest example by mere chance
_WORD = 5.0  # what one of the stage's own words counts in the logits


class StageFinder(Component):
    """Compares each clause with the examples of each stage; its words count too.

    No training: a stage's prototypes are the vectors of its examples, words and name
    (Snell et al., 2017, arXiv:1703.05175, with the nearest prototype instead of their
    mean). ``No stage`` competes as one more class, so that the finder can abstain.
    """

    name = "stages"
    requires = ("doc._.clauses", "doc._.clause_vectors", "doc._.passage_vectors", "doc._.folded")
    assigns = ("doc._.stages",)

    def __init__(self, stages: Sequence[ServiceStage], encoder: Encoder, threshold: float) -> None:
        self._ids = [stage.id for stage in stages]
        self._threshold = threshold
        self._words = NameFinder(Name(word, stage.id) for stage in stages for word in stage.words)
        sentences = [(stage.name, *stage.words, *stage.examples) for stage in stages]
        self._starts = np.cumsum([0, *map(len, sentences)])[:-1]
        passages = [[clean(sentence)] for own in sentences for sentence in own]
        vectors = [encoded.whole for encoded in encoder.encode(passages)]
        self._prototypes = np.array(vectors, dtype=np.float32).reshape(-1, DIMENSIONS)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the stages and the threshold of the settings."""
        return cls(parts.stages, parts.models.encoder, parts.settings.stage_threshold)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the stages whose confidence reaches the threshold, the surest first."""
        for doc in docs:
            found = self._found(doc) if self._ids and doc._.clauses else ()
            doc._.stages = tuple(sorted(found, key=lambda label: -label.confidence))

    def _found(self, doc: Doc) -> Iterator[StageLabel]:
        near = self._nearness(np.concatenate([doc._.passage_vectors, doc._.clause_vectors]))
        of_clauses = near[len(doc._.passage_vectors) :]
        said = self._said(doc)
        for stage, confidence in enumerate(self._confidences(near, said)):
            if confidence >= self._threshold:
                place = self._ids[stage]
                clause = doc._.clauses[int(of_clauses[:, stage].argmax())]
                yield StageLabel(place, round(float(confidence), 4), said.get(place, clause))

    def _nearness(self, vectors: Matrix) -> Matrix:
        """The cosine of each vector to its nearest prototype of each stage."""
        cosines = vectors @ self._prototypes.T
        return np.maximum.reduceat(cosines, self._starts, axis=1)

    def _said(self, doc: Doc) -> dict[str, Span]:
        """The clause around the first of a stage's own words."""
        said: dict[str, Span] = {}
        for found in self._words.find(doc._.folded):
            place = doc._.folded.span(found.start, found.end)
            said.setdefault(found.name.meaning, _around(place, doc._.clauses))
        return said

    def _confidences(self, near: Matrix, said: dict[str, Span]) -> Matrix:
        words = np.array([_WORD * (stage in said) for stage in self._ids], dtype=np.float32)
        logits = np.append(near.max(axis=0) * _SHARPNESS + words, _NO_STAGE * _SHARPNESS)
        return softmax(logits[None, :])[0, :-1]


def _around(place: Span, clauses: Sequence[Span]) -> Span:
    return next((one for one in clauses if one.start <= place.start < one.end), place)
