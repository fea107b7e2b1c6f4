"""Whether a post greets and says nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.folding import fold
from nlp.greetings import LONGEST, only_greets
from nlp.parts import Parts


class GreetingTeller(Component):
    """Tells greetings apart: whoever wishes a brand a good day has no opinion on it."""

    name = "greetings"
    requires = ("doc._.folded", "doc._.mentions")
    assigns = ("doc._.greets",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write whether each post only greets."""
        for doc in docs:
            doc._.greets = len(doc._.text) <= LONGEST and only_greets(_without_names(doc))


def _without_names(doc: Doc) -> str:
    """The folded text with the names of brands left out."""
    spans = [mention.span for mention in doc._.mentions if mention.span]
    if not spans:
        folded: str = doc._.folded.text
        return folded
    text = list(doc._.text)
    for span in spans:
        text[span.start : span.end] = " " * (span.end - span.start)
    return fold("".join(text)).text
