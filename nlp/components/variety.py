"""Brazilian or European Portuguese: by spelling, words, pronouns and how verbs go on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from math import exp
from pathlib import Path
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Span, Variety
from nlp.components.component import Component
from nlp.parts import Parts

BRAZILIAN, EUROPEAN, UNSURE = "pt-BR", "pt-PT", "pt"

_LEXICON = Path(__file__).parent.parent / "lexicon" / "varieties.txt"
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_BE = (
    r"(?:est(?:ou|á|ás|ão|amos|ava|avam|ive|iveram|ar)|and(?:o|a|am|amos)"
    r"|fic(?:o|ou|a|am|aram|uei)|continu(?:o|a|am|ou))"
)
_PATTERNS = (
    (2.0, ("ndo",), re.compile(rf"\b(?:{_BE}|tô|tá|vou|vai|fui|foi|tava)\s\w{{2,20}}[aei]ndo\b")),
    (1.5, ("e", "nos"), re.compile(r"(?:^|[.!?\n]\s*)(?:me|te|se|lhe|nos)\s\w{3,}")),
    (
        1.5,
        ("me", "nos"),
        re.compile(
            r"\b(?:eu|já|só|não|ele|ela|eles|pode[m]?|vão?|vai|quer)\s(?:me|nos)\s\w{3,}(?:ou|am|aram|eram|ar|er|ir)\b"
        ),
    ),
    (1.5, ("ô", "ê"), re.compile(r"\b\w{2,}[ôê][mn][aeiou]\w*")),
    (1.5, ("r$",), re.compile(r"r\$")),
    (1.0, ("kkk", "rs"), re.compile(r"\bk{3,}\b|\b(?:rs){1,4}\b")),
    (
        -3.0,
        ("a",),
        re.compile(rf"\b(?:{_BE})\s(?:sempre\s|ainda\s|já\s)?a\s\w{{2,20}}[aei]r(?:-\w+)?\b"),
    ),
    (-2.0, ("-",), re.compile(r"\b\w{3,20}-(?:me|te|nos|vos|lhe|lhes)\b")),
    (-1.0, ("-",), re.compile(r"\b\w{3,20}-(?:se|lo|la|los|las|no|na|o|a|os|as)\b")),
    (-1.5, ("ó", "é"), re.compile(r"\b(?!também|além|alguém|ninguém)\w{2,}[óé][mn][aeio]\w*")),
    (
        -1.5,
        ("meu", "minha", "vosso", "vossa", "nosso", "nossa"),
        re.compile(
            r"\b(?:o|a|os|as|do|da|dos|das|no|na|pelo|pela)\s(?:meu|minha|meus|minhas|vosso|vossa|nosso|nossa)\s\w"
        ),
    ),
    (-2.0, ("€", "euro"), re.compile(r"€|\beuros?\b")),
    (
        -2.0,
        ("calhar", "certeza", "espera", "acaso", "casa", "pequeno", "telemóvel", "estar a"),
        re.compile(
            r"\b(?:se calhar|com certeza que|de certeza|à espera|por acaso|casa de banho"
            r"|pequeno almoço|ao telemóvel|estar a)\b"
        ),
    ),
    (-1.0, ("há", "pois"), re.compile(r"\bhá (?:de|que) \w+|\bpois\b")),
)
"""Log-odds, letters of which the text holds some (to look for them is quicker), and a sign."""
_READ = 5_000  # characters that are enough to tell
_SURE = 1.0
"""Log-odds from which one of the two is said."""


class VarietyTagger(Component):
    """Adds up what speaks for either; says ``pt`` where that is little."""

    name = "variety"
    requires = ("doc._.language",)
    assigns = ("doc._.variety",)

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the variety of Portuguese posts; what the source says wins."""
        for doc in docs:
            doc._.variety = None
            if doc._.language == "pt":
                given = (doc._.post.language or "").replace("_", "-").lower()
                known = {"pt-br": BRAZILIAN, "pt-pt": EUROPEAN}.get(given)
                doc._.variety = Variety(known, 1.0) if known else variety(doc._.text)


def variety(text: str) -> Variety:
    """The variety of a Portuguese text, with the sign that tells it best."""
    signs = list(_signs(text))
    score = sum(weight for weight, _ in signs)
    chance = 1 / (1 + exp(-abs(score)))
    if abs(score) < _SURE:
        return Variety(UNSURE, round(1 - chance + 0.5, 4))
    best = max(signs, key=lambda sign: sign[0] if score > 0 else -sign[0])
    return Variety(BRAZILIAN if score > 0 else EUROPEAN, round(chance, 4), best[1])


def _signs(text: str) -> Iterator[tuple[float, Span]]:
    """Every distinct sign once: its log-odds (Brazilian is positive), and where it stands."""
    lowered = _lowered(text[:_READ])
    weights = _weights()
    seen: set[str] = set()
    for word in _WORD.finditer(lowered):
        if word[0] in weights and word[0] not in seen:
            seen.add(word[0])
            yield weights[word[0]], Span(word.start(), word.end())
    for weight, needed, pattern in _PATTERNS:
        if any(one in lowered for one in needed) and (found := pattern.search(lowered)):
            yield weight, Span(found.start(), found.end())


def _lowered(text: str) -> str:
    """In lower case where that is one character still, so that places stay right."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(map(_lower, text))


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


@cache
def _weights() -> dict[str, float]:
    weights: dict[str, float] = {}
    for line in _LEXICON.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            weight, *words = line.split()
            weights |= dict.fromkeys((word.lower() for word in words), float(weight))
    return weights
