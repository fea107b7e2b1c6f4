"""How grave and how urgent a post is, with the reasons that can be said to a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from spacy.tokens import Doc

from domain.analyses import EntityKind, Ground, Intent, Judgement, Span
from domain.experiences import Reason
from nlp.components.component import Component
from nlp.parts import Parts
from nlp.phrases import Hit

_KINDS = ("harm", "money", "time", "repeated", "threat")
_DURATION = re.compile(
    r"\b(\d{1,3}|um|uma|dois|duas|tres|quatro|cinco|seis|dez|two|three|four|five|six|ten|a|"
    r"dos|cuatro|varios|varias|several|many)\s(hora|dia|semana|mes|ano|hour|day|week|month|year)"
    r"(?:e?s)?\b"
)
_DAYS = {"hora": 0.04, "hour": 0.04, "dia": 1, "day": 1, "semana": 7, "week": 7}
_DAYS |= {"mes": 30, "month": 30, "ano": 365, "year": 365}
_LONG = 7
"""Days from which a wait weighs, in a post that is not content."""
_CALM = 0.35
"""What a ground weighs where nothing in the post is felt to be bad."""


class SeverityJudge(Component):
    """Joins the grounds as independent risks: ``1 − Π(1 − wᵢ)``.

    A ground weighs in full where the post is negative, and less the happier it is: a shop
    that is praised for its quick refund has no grave case.
    """

    name = "severity"
    requires = (
        "doc._.cues",
        "doc._.folded",
        "doc._.sentiment",
        "doc._.intents",
        "doc._.entities",
        "doc._.official",
    )
    assigns = ("doc._.severity", "doc._.urgency")

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write both judgements; a brand's own voice has neither."""
        for doc in docs:
            if doc._.official:
                doc._.severity = doc._.urgency = Judgement()
                continue
            grave = list(_grave(doc))
            doc._.severity = _judged(grave)
            doc._.urgency = _judged(_urgent(doc, grave))


def _judged(grounds: Iterable[Ground]) -> Judgement:
    calm = 1.0
    ordered = sorted(grounds, key=lambda ground: -ground.weight)
    for ground in ordered:
        calm *= 1 - ground.weight
    return Judgement(round(1 - calm, 4), tuple(ordered))


def _grave(doc: Doc) -> Iterator[Ground]:
    share = _share(doc)
    found = {kind: _said(doc, f"severity.{kind}") for kind in _KINDS}
    for kind, hit in found.items():
        if hit is not None:
            yield _ground(doc, f"severity.{kind}", hit, share)
    waits = None if found["time"] else _wait(doc, share)
    if waits is not None:
        yield waits
    if found["money"] is None and share == 1 and (amount := _amount(doc)) is not None:
        yield amount


def _urgent(doc: Doc, grave: Sequence[Ground]) -> Iterator[Ground]:
    share = _share(doc)
    if (hit := _said(doc, "urgency.now")) is not None:
        yield _ground(doc, "urgency.now", hit, max(share, 0.7))
    for ground in grave:
        if ground.reason.code in ("severity.harm", "severity.threat"):
            yield ground
    for label in doc._.intents:
        if label.intent is Intent.CHURN:
            why = Reason("urgency.churn", {"words": _words(doc, label.evidence)})
            yield Ground(why, round(0.4 * label.confidence, 4), label.evidence)


def _share(doc: Doc) -> float:
    """In full for what complains or is felt as negative, less for what is content."""
    complains = any(label.intent is Intent.COMPLAINT for label in doc._.intents)
    if complains or doc._.sentiment.score < -0.2:
        return 1.0
    return _CALM if doc._.sentiment.score < 0.3 else _CALM / 3


def _said(doc: Doc, meaning: str) -> Hit | None:
    """The weightiest phrase that is not denied."""
    hits = [hit for hit in doc._.cues.get(meaning, ()) if not hit.negated]
    return max(hits, key=lambda hit: hit.phrase.weight, default=None)


def _ground(doc: Doc, code: str, hit: Hit, share: float) -> Ground:
    span = doc._.folded.span(hit.start, hit.end)
    weight = round(hit.phrase.weight * share, 4)
    return Ground(Reason(code, {"words": span.of(doc._.text)}), weight, span)


def _wait(doc: Doc, share: float) -> Ground | None:
    """A long time named by a post that complains."""
    for found in _DURATION.finditer(doc._.folded.text):
        count = int(found[1]) if found[1].isdigit() else 2
        days = count * _DAYS[found[2]]
        if days >= _LONG and share == 1:
            span = doc._.folded.span(found.start(), found.end())
            weight = 0.25 if days < 30 else 0.35
            return Ground(Reason("severity.time", {"words": span.of(doc._.text)}), weight, span)
    return None


def _amount(doc: Doc) -> Ground | None:
    """A sum of money named by a post that complains."""
    for entity in doc._.entities:
        if entity.kind is EntityKind.MONEY:
            words = entity.evidence.of(doc._.text)
            return Ground(Reason("severity.money", {"words": words}), 0.25, entity.evidence)
    return None


def _words(doc: Doc, span: Span | None) -> str:
    return span.of(doc._.text) if span else ""
