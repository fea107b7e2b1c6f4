"""Where a post's sentences and clauses begin and end: the pieces that evidence is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Self

from spacy.tokens import Doc

from domain.analyses import Span
from nlp.components.component import Component
from nlp.parts import Parts

LONGEST_CLAUSE = 400
LONGEST_PASSAGE = 1_000
"""Characters that are encoded together; a longer post is several passages."""

# After a stop or a line's end, and before a word that turns the thought around.
_BREAK = re.compile(
    r"(?<=[.!?…。！？؟])[\"'”’)\]]*\s+|\n\s*|;\s+"
    r"|[,\s]\s{0,2}(?=(?:mas|porém|contudo|entretanto|todavia|embora|however|but|although|though"
    r"|pero|aunque|sin embargo|mais|cependant|aber|jedoch|obwohl|ma|però)\s)",
    re.IGNORECASE,
)


class ClauseSplitter(Component):
    """Cuts a post into clauses, and gathers those into passages that are encoded together.

    A post that only greets has none: like one without words, it says nothing.
    """

    name = "clauses"
    requires = ("doc._.greets", "doc._.undisguised")
    assigns = ("doc._.clauses", "doc._.passages")

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """It needs nothing."""
        return cls()

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write spans without blanks around them, in order; passages are runs of clauses."""
        for doc in docs:
            clauses = () if doc._.greets else tuple(_clauses(doc._.undisguised))
            doc._.clauses = clauses
            doc._.passages = tuple(_passages(clauses))


def _clauses(text: str) -> Iterator[Span]:
    start = 0
    for cut in _BREAK.finditer(text):
        yield from _pieces(text, start, cut.start())
        start = cut.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without its blanks, cut where it is too long; nothing if it is blank."""
    start, end = _trimmed(text, start, end)
    while end - start > LONGEST_CLAUSE:
        blank = text.rfind(" ", start + LONGEST_CLAUSE // 2, start + LONGEST_CLAUSE)
        cut = blank if blank > 0 else start + LONGEST_CLAUSE
        yield Span(*_trimmed(text, start, cut))
        start, end = _trimmed(text, cut, end)
    if start < end:
        yield Span(start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _passages(clauses: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    run: list[Span] = []
    for clause in clauses:
        if run and clause.end - run[0].start > LONGEST_PASSAGE:
            yield tuple(run)
            run = []
        run.append(clause)
    if run:
        yield tuple(run)
