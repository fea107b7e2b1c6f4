"""Sentiment as people have taught it, over whatever judged it before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.parts import Parts
from nlp.teaching import Taught


class TaughtJudge(Component):
    """Moves a judgement by what people's labels taught; without any it changes nothing.

    A grade that the author gave is no judgement of ours, and is left alone.
    """

    name = "taught"
    requires = ("doc._.sentiment", "doc._.passage_vectors")
    assigns = ("doc._.sentiment",)

    def __init__(self, taught: Taught | None) -> None:
        self._taught = taught

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the layer that was learned, if one was."""
        return cls(parts.taught)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the sentiment anew."""
        if self._taught is None:
            return
        for doc in docs:
            if len(doc._.passage_vectors) and doc._.post.rating is None:
                vector = doc._.passage_vectors.mean(axis=0)
                doc._.sentiment = self._taught.judged(doc._.sentiment, vector)
