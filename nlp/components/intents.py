"""What a post wants to bring about, and what a testimony does for its readers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from math import exp
from typing import ClassVar, Self

import numpy as np
from spacy.tokens import Doc

from domain.analyses import Act, ActLabel, Intent, IntentLabel, Span
from domain.posts import Post, PostKind
from nlp.components.component import Component
from nlp.components.cues import strength
from nlp.components.embedding import doc_vectors
from nlp.encoder import Encoder, Matrix
from nlp.examples import examples
from nlp.fewshot import Lines, encoded, fit
from nlp.parts import Parts

_RIDGE = 2.0
_LEANING = 8.0
"""What leaning wholly to a label's examples adds to its log-odds."""
_SURE = 0.5
_BIAS = -2.0
_DENIED = 3.0
"""What it takes away that every phrase for a label is denied: "never had a problem"."""
_ASKED = 3.5
_FELT = 2.0


Sign = tuple[str, float, Span | None]
"""A label, its chance and its evidence."""


class SignFinder:
    """Weighs three things for each label: our phrases, likeness to our examples, and the place.

    The chance is ``σ(bias + phrases + leaning + place)``: phrases bring their weights, the
    leaning is that of the clause that leans most (``nlp.fewshot``), the place is where in a
    thread the post stands. The weights are judgements, tried on sentences of our own.
    """

    def __init__(self, kind: str, labels: type[StrEnum], lines: Lines) -> None:
        self._kind = kind
        self._names = [label.value for label in labels]
        self._lines = lines

    @classmethod
    def taught(cls, kind: str, labels: type[StrEnum], encoder: Encoder) -> Self:
        """With the examples in ``KINDs.txt``, those of no label among them."""
        names = [label.value for label in labels]
        taught = examples(f"{kind}s")
        numbers = [names.index(name) if name in names else -1 for _, name in taught]
        vectors = encoded(encoder, [text for text, _ in taught])
        return cls(kind, labels, fit(vectors, numbers, len(names), _RIDGE))

    def find(
        self, docs: Sequence[Doc], place: Callable[[Doc], Mapping[str, float]]
    ) -> Iterator[tuple[Doc, list[Sign]]]:
        """The signs of each doc, the surest first; its ``place`` adds to a label's log-odds."""
        told = [doc for doc in docs if doc._.clauses]
        yield from ((doc, []) for doc in docs if not doc._.clauses)
        if not told:
            return
        vectors, starts = doc_vectors(told)
        leanings = np.split(self._lines.scores(vectors), starts)
        for doc, leaning in zip(told, leanings, strict=True):
            yield doc, sorted(self._found(doc, leaning, place(doc)), key=lambda one: -one[1])

    def _found(self, doc: Doc, leaning: Matrix, place: Mapping[str, float]) -> Iterator[Sign]:
        cues, most = doc._.cues, leaning.max(axis=0).clip(0, 0.6).tolist()
        for column, name in enumerate(self._names):
            seen = cues.get(f"{self._kind}.{name}", ())
            hits = [hit for hit in seen if not hit.negated]
            told = _BIAS + strength(hits) + place.get(name, 0.0)
            told -= _DENIED * bool(seen and not hits)
            told += _LEANING * most[column]
            chance = 1 / (1 + exp(-told))
            if chance >= _SURE:
                said = doc._.folded.span(hits[0].start, hits[0].end) if hits else None
                clause = doc._.clauses[int(leaning[-len(doc._.clauses) :, column].argmax())]
                yield name, round(chance, 4), said or clause


class SignComponent(Component):
    """What intents and acts have in common: signs that are likelier than not, surest first."""

    kind: ClassVar[str]
    signs: ClassVar[type[Intent | Act]]

    def __init__(self, finder: SignFinder) -> None:
        self._finder = finder

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """Taught by our own sentences."""
        return cls(SignFinder.taught(cls.kind, cls.signs, parts.models.encoder))


class IntentFinder(SignComponent):
    """Finds complaints, questions, answers, praise, recommendations, wishes and threats."""

    name, kind, signs = "intents", "intent", Intent
    requires = (
        "doc._.clauses",
        "doc._.clause_vectors",
        "doc._.passage_vectors",
        "doc._.cues",
        "doc._.folded",
        "doc._.sentiment",
    )
    assigns = ("doc._.intents",)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the intents of each post."""
        for doc, found in self._finder.find(docs, _place):
            doc._.intents = tuple(
                IntentLabel(Intent(name), sure, said) for name, sure, said in found
            )


class ActFinder(SignComponent):
    """Finds what a testimony does: shows, explains, clarifies, answers, guides or warns."""

    name, kind, signs = "acts", "act", Act
    requires = (
        "doc._.clauses",
        "doc._.clause_vectors",
        "doc._.passage_vectors",
        "doc._.cues",
        "doc._.folded",
    )
    assigns = ("doc._.acts",)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the acts of each post."""
        for doc, found in self._finder.find(docs, _place_of_acts):
            doc._.acts = tuple(ActLabel(Act(name), sure, said) for name, sure, said in found)


def _place(doc: Doc) -> dict[str, float]:
    """What the place in the thread, question marks and the feeling say of each intent."""
    post, score = doc._.post, doc._.sentiment.score
    asked = _ASKED if _asks(doc._.folded.text) else 0.0
    asked += 2.0 * (post.kind is PostKind.QUESTION)
    return {
        Intent.QUESTION.value: asked,
        Intent.ANSWER.value: _answering(post, doc._.text),
        Intent.COMPLAINT.value: -_FELT * score,
        Intent.PRAISE.value: _FELT * score - 0.5,
    }


def _place_of_acts(doc: Doc) -> dict[str, float]:
    return {Act.ANSWERS.value: _answering(doc._.post, doc._.text)}


def _asks(folded: str) -> bool:
    """Whether a question mark stands after a word (one in an address does not)."""
    return any(
        word.endswith(("?", '?"', "?!", "!?")) and "://" not in word
        for word in folded.replace("? ", "?\n").split()
    )


def _answering(post: Post, text: str) -> float:
    """An answer stands below something; what asks back is less of one."""
    if post.kind is PostKind.ANSWER:
        return 4.0
    asks_back = -1.5 if "?" in text else 0.0
    below = post.parent is not None or post.kind in (PostKind.REPLY, PostKind.COMMENT)
    return (0.5 if below else -2.0) + asks_back
