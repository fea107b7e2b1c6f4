"""The text folded (case, accents, hidden marks) for those that seek words; and undisguised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.cleaning import undisguised
from nlp.components.component import Component
from nlp.folding import fold
from nlp.parts import Parts


class Folder(Component):
    """Folds a post once, and takes its disguise off once."""

    name = "folding"
    assigns = ("doc._.folded", "doc._.undisguised")

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the folded text with its way back to the original, and the text undisguised."""
        for doc in docs:
            doc._.undisguised = undisguised(doc._.text)
            doc._.folded = fold(doc._.text)
