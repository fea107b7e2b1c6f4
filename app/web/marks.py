"""Show where in a post the evidence stands: the text cut into marked and unmarked pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.analyses import Analysis, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of text that is evidence of something: ``feeling``, ``stage`` or ``brand``."""

    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with the kinds of evidence it holds, none for plain text."""

    text: str
    kinds: tuple[str, ...]


def marks_of(analysis: Analysis | None) -> list[Mark]:
    """The evidence of every label, as marks on the post's content."""
    if analysis is None:
        return []
    feeling = analysis.sentiment
    found = [(feeling.evidence, f"feeling-{feeling.polarity}")]
    found += [(label.evidence, "stage") for label in analysis.stages[:1]]
    found += [(mention.span, "brand") for mention in analysis.mentions]
    found += [(opinion.evidence, f"feeling-{opinion.polarity}") for opinion in analysis.opinions]
    return [Mark(span, kind) for span, kind in found if span is not None]


def pieces(content: str, marks: Sequence[Mark], start: int = 0, limit: int = 5_000) -> list[Piece]:
    """The content from ``start`` on, at most ``limit`` characters, cut at every mark's edge."""
    end = min(len(content), start + limit)
    edges = {start, end}
    for mark in marks:
        edges |= {edge for edge in (mark.span.start, mark.span.end) if start < edge < end}
    cuts = sorted(edges)
    return [Piece(content[left:right], _kinds_at(left, marks)) for left, right in pairwise(cuts)]


def _kinds_at(place: int, marks: Sequence[Mark]) -> tuple[str, ...]:
    covering = (mark.kind for mark in marks if mark.span.start <= place < mark.span.end)
    return tuple(dict.fromkeys(covering))
