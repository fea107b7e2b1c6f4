"""A post as numbers: encoded once, whole and clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Self

import numpy as np
from spacy.tokens import Doc

from nlp.cleaning import clean
from nlp.components.component import Component
from nlp.encoder import DIMENSIONS, Encoded, Encoder, Matrix
from nlp.parts import Parts


class Embedder(Component):
    """Encodes the passages of a post; one of a thousand characters is a single passage."""

    name = "embedding"
    requires = ("doc._.undisguised", "doc._.clauses", "doc._.passages")
    assigns = (
        "doc._.passage_vectors",
        "doc._.clause_vectors",
        "doc._.passage_tones",
        "doc._.clause_tones",
        "doc._.clause_words",
    )

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the encoder that every head was trained on."""
        return cls(parts.models.encoder)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write matrices (passages, 512) and (clauses, 512), and tones and pieces too."""
        texts = [passage for doc in docs for passage in _texts(doc)]
        encoded = iter(self._encoder.encode(texts))
        for doc in docs:
            self._write(doc, [next(encoded) for _ in doc._.passages])

    def _write(self, doc: Doc, passages: Sequence[Encoded]) -> None:
        tones = self._encoder.tones
        doc._.passage_vectors = _rows([one.whole[None] for one in passages], DIMENSIONS)
        doc._.clause_vectors = _rows([one.clauses for one in passages], DIMENSIONS)
        doc._.passage_tones = _rows([one.tone[None] for one in passages], tones)
        doc._.clause_tones = _rows([one.clause_tones for one in passages], tones)
        doc._.clause_words = [words for one in passages for words in one.words]


def _texts(doc: Doc) -> Iterator[list[str]]:
    for passage in doc._.passages:  # of the whole: a clause alone may not show its disguise
        yield [clean(clause.of(doc._.undisguised)) for clause in passage]


def _rows(parts: Sequence[Matrix], width: int) -> Matrix:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([np.empty((0, width), dtype=np.float32), *parts])


def doc_vectors(docs: Sequence[Doc]) -> tuple[Matrix, list[int]]:
    """Of each doc, at least one, its passages' vectors, then its clauses', and where to cut."""
    parts = [part for doc in docs for part in (doc._.passage_vectors, doc._.clause_vectors)]
    counts = (len(doc._.passages) + len(doc._.clauses) for doc in docs[:-1])
    return np.concatenate(parts), list(accumulate(counts))
