"""What is felt about which facet, and the clause that says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import numpy as np
from spacy.tokens import Doc

from domain.analyses import Opinion, Polarity, Span
from nlp.components.component import Component
from nlp.encoder import Matrix
from nlp.heads import Head
from nlp.parts import Parts

_SIGN = {Polarity.NEGATIVE: -1.0, Polarity.NEUTRAL: 0.0, Polarity.POSITIVE: 1.0}


class OpinionFinder(Component):
    """Finds opinions on aspects clause by clause; each is told once, where it is clearest.

    The head says which aspects a clause speaks of; how it feels about them is judged by
    head and by the clause's own feeling together, each as one witness. Where a clause
    denies a fault ("the service is not bad"), what the head says is turned round.
    """

    name = "opinions"
    requires = ("doc._.clauses", "doc._.clause_tones", "doc._.clause_feelings", "doc._.denials")
    assigns = ("doc._.opinions",)

    def __init__(self, head: Head, threshold: float) -> None:
        self._head = head
        self._threshold = threshold
        pairs = [label.split(":") for label in head.labels]
        self._aspects = [aspect for aspect, _ in pairs]
        self._polarities = [Polarity(polarity) for _, polarity in pairs]
        self._own = [[at for at, (name, _) in enumerate(pairs) if name == one] for one, _ in pairs]
        order = list(Polarity)
        self._order = [[order.index(self._polarities[at]) for at in own] for own in self._own]
        self._columns = {label: at for at, label in enumerate(head.labels)}

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the default head and the threshold of the settings."""
        return cls(parts.models.opinions, parts.settings.opinion_threshold)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write opinions, the surest first."""
        vectors = [doc._.clause_tones for doc in docs]
        chances = self._head.sigmoid(np.concatenate(vectors))
        cuts = np.cumsum([len(own) for own in vectors])[:-1]
        for doc, own in zip(docs, np.split(chances, cuts), strict=True):
            if doc._.denials:
                self._turn(own, [one in doc._.denials for one in doc._.clauses])
            judged = self._found(own, doc._.clause_feelings, doc._.clauses)
            found = sorted(judged, key=lambda one: -one.confidence)
            unique = {(one.aspect, one.polarity): one for one in reversed(found)}
            doc._.opinions = tuple(one for one in found if unique[one.aspect, one.polarity] is one)

    def _turn(self, chances: Matrix, denied: Sequence[bool]) -> None:
        """In clauses that deny a fault, the likelier side of every aspect is the positive one."""
        rows = np.flatnonzero(denied)
        for aspect in dict.fromkeys(self._aspects):
            one, other = (
                self._columns[f"{aspect}:{side}"] for side in (Polarity.NEGATIVE, Polarity.POSITIVE)
            )
            both = chances[rows][:, [one, other]]
            chances[rows, one], chances[rows, other] = both.min(axis=1), both.max(axis=1)

    def _found(
        self, chances: Matrix, feelings: Matrix, clauses: Sequence[Span]
    ) -> Iterator[Opinion]:
        for row, column in np.argwhere(chances >= self._threshold):
            sides = self._own[column]
            if chances[row, column] < chances[row, sides].max():
                continue  # one clause feels one way about one aspect
            felt = chances[row, sides] * feelings[row, self._order[column]]
            polarity = self._polarities[sides[int(felt.argmax())]]
            signs = np.array([_SIGN[self._polarities[side]] for side in sides])
            score = round(float(felt @ signs / felt.sum()), 4)
            chance = round(float(chances[row, column]), 4)
            yield Opinion(self._aspects[column], polarity, score, chance, clauses[row])
