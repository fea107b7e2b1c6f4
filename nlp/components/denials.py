"""The clauses that deny a fault instead of telling one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.denials import denied_faults
from nlp.parts import Parts


class DenialFinder(Component):
    """Finds the clauses whose judgement has to be turned round."""

    name = "denials"
    requires = ("doc._.folded", "doc._.clauses")
    assigns = ("doc._.denials",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the set of clauses in which a denial begins."""
        for doc in docs:
            places = [place.start for place in denied_faults(doc._.folded)]
            doc._.denials = frozenset(
                clause
                for clause in (doc._.clauses if places else ())
                if any(clause.start <= start < clause.end for start in places)
            )
