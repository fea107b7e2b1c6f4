"""The clauses that deny a fault instead of telling one, or thank for it instead of blaming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Span
from nlp.components.component import Component
from nlp.denials import denied_faults, thanked_faults
from nlp.parts import Parts


class DenialFinder(Component):
    """Finds the clauses whose judgement has to be turned round."""

    name = "denials"
    requires = ("doc._.folded", "doc._.clauses")
    assigns = ("doc._.denials", "doc._.mockeries")

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the sets of clauses in which a denial begins, and those with mocking thanks."""
        for doc in docs:
            doc._.denials = _clauses(doc, denied_faults(doc._.folded))
            doc._.mockeries = _clauses(doc, thanked_faults(doc._.folded))


def _clauses(doc: Doc, places: Iterable[Span]) -> frozenset[Span]:
    starts = [place.start for place in places]
    return frozenset(
        clause
        for clause in (doc._.clauses if starts else ())
        if any(clause.start <= start < clause.end for start in starts)
    )
