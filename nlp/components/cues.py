"""The words and phrases of our own lexicon, found once for every component that weighs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Self

from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.folding import fold
from nlp.parts import Parts
from nlp.phrases import Hit, PhraseFinder, phrases

Cues = Mapping[str, Sequence[Hit]]


class CueFinder(Component):
    """Finds what speaks for intents, acts, severity, urgency, sarcasm and the common stages."""

    name = "cues"
    requires = ("doc._.folded", "doc._.undisguised")
    assigns = ("doc._.cues",)

    def __init__(self, finder: PhraseFinder) -> None:
        self._finder = finder

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the lexicon that ships with Boca."""
        return cls(PhraseFinder(phrases()))

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the hits in order of appearance, by what they speak for."""
        for doc in docs:
            cues: dict[str, list[Hit]] = defaultdict(list)
            plain = doc._.undisguised
            folded = doc._.folded if plain == doc._.text else fold(plain)
            for hit in self._finder.find(folded):
                cues[hit.phrase.meaning].append(hit)
            doc._.cues = dict(cues)


def strength(hits: Sequence[Hit]) -> float:
    """The log-odds that distinct phrases bring together: the strongest whole, the rest by half."""
    weights = {hit.phrase.words: hit.phrase.weight for hit in hits if not hit.negated}
    if not weights:
        return 0.0
    strongest = max(weights.values())
    return strongest + (sum(weights.values()) - strongest) / 2
