"""The text with case, accents and hidden marks folded, for every component that seeks words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.folding import fold
from nlp.parts import Parts


class Folder(Component):
    """Folds a post once."""

    name = "folding"
    assigns = ("doc._.folded",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the folded text with its way back to the original."""
        for doc in docs:
            doc._.folded = fold(doc._.text)
