"""Whether a post means the opposite of what it says: a flag that is rather left down."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import exp
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Sarcasm, Span
from nlp.components.component import Component
from nlp.denials import thanked_faults
from nlp.parts import Parts
from nlp.phrases import Hit

_MARKED = re.compile(r"#(?:sqn|sarcasm\w*|sarcasmo|ironia|irony|not)\b|(?<!\w)/s(?!\w)|[🙄🙃]")
_QUOTED = re.compile(
    r"[\"“'](?:service|servico|atendimento|support|suporte|help|ajuda|premium|care|quality|"
    r"qualidade|great|excelente|otimo|maravilhos[oa]|eficien\w{2,6})[\"”']"
)
_TURN = re.compile(r"\b(?:mas|porem|but|pero|however|although|embora)\b")
_SIGN = re.compile(r"#(?:sqn|sarcas|iron|not\b)|/s\b")
_BIAS, _LEAST = -3.0, 0.6
_NEAR = 60
"""Characters between praise and the trouble that it does not go with."""
_TROUBLES = ("intent.complaint", "severity.time", "severity.repeated", "severity.money")


class SarcasmFinder(Component):
    """Weighs set phrases, marks, and praise for what nobody praises.

    It abstains more than it asserts: a missed irony costs a wrong sentiment, a false one
    costs the trust of somebody who meant it kindly.
    """

    name = "sarcasm"
    requires = ("doc._.cues", "doc._.folded")
    assigns = ("doc._.sarcasm",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the flag with its evidence where it is likely enough, else None."""
        for doc in docs:
            doc._.sarcasm = _told(doc)


def _told(doc: Doc) -> Sarcasm | None:
    found = list(_signs(doc))
    if not found:
        return None
    weights = sorted((weight for weight, _ in found), reverse=True)
    chance = 1 / (1 + exp(-(_BIAS + weights[0] + sum(weights[1:]) / 2)))
    if chance < _LEAST:
        return None
    return Sarcasm(round(chance, 4), max(found, key=lambda one: one[0])[1])


def _signs(doc: Doc) -> Iterator[tuple[float, Span]]:
    """What speaks for irony: a weight in log-odds, and where it stands."""
    folded = doc._.folded
    for hit in doc._.cues.get("sarcasm.cue", ()):
        troubled = any(_near(hit, other) for other in _troubles(doc))
        yield hit.phrase.weight + 2.0 * troubled, folded.span(hit.start, hit.end)
    for mark in _MARKED.finditer(folded.text):
        weight = 4.0 if _SIGN.match(mark[0]) else 1.5
        yield weight, folded.span(mark.start(), mark.end())
    for quoted in _QUOTED.finditer(folded.text):
        yield 2.0, folded.span(quoted.start(), quoted.end())
    for thanked in thanked_faults(folded):
        yield 4.0, thanked
    if (clash := _clash(doc)) is not None:
        yield 2.5, clash


def _clash(doc: Doc) -> Span | None:
    """Praise, and right after it trouble, with no turn of thought between."""
    troubles = _troubles(doc)
    for praise in doc._.cues.get("intent.praise", ()):
        for trouble in troubles:
            if praise.negated or not 0 <= trouble.start - praise.end <= _NEAR:
                continue
            between = doc._.folded.text[praise.end : trouble.start]
            if not re.search(r"[.!?;\n]", between) and not _TURN.search(between):
                span: Span = doc._.folded.span(praise.start, trouble.end)
                return span
    return None


def _troubles(doc: Doc) -> list[Hit]:
    hits = [hit for name in _TROUBLES for hit in doc._.cues.get(name, ())]
    return [hit for hit in hits if not hit.negated]


def _near(hit: Hit, other: Hit) -> bool:
    return hit.start < other.end + _NEAR and other.start < hit.end + _NEAR
