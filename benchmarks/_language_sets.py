"""Texts whose language is known, set by set, for the benchmark of languages."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlp.training.rows import held_out
from nlp.training.sets import labelled, part_of
from nlp.training.written import written

SHORTEST = 20
"""Characters that a text has without its handles and links."""
_ASIDE = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)@\w+|\bhttp\b")
_TWEETS = (
    ("portuguese", "pt"),
    ("english", "en"),
    ("spanish", "es"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
)


@dataclass(frozen=True)
class Spoken:
    """Texts of one set in one language (``pt``, or ``pt-BR`` where the variety is known)."""

    name: str
    language: str
    texts: list[str]

    def some(self, most: int | None) -> Spoken:
        """The first of its texts; all of them without a number."""
        return Spoken(self.name, self.language, self.texts[:most])


def spoken(data: Path, part: str) -> Iterator[Spoken]:
    """Every set in every language it has: the ``val`` or the ``test`` part of its texts."""
    for name, language, texts in _all(data):
        known = dict.fromkeys(text for text in map(str.strip, texts) if long_enough(text))
        yield Spoken(name, language, [text for text in known if part_of(text) == part])


def long_enough(text: str) -> bool:
    """Whether enough is left of it without handles and links."""
    return len(" ".join(_ASIDE.sub(" ", text).split())) >= SHORTEST


def varieties(data: Path, part: str) -> Iterator[Spoken]:
    """Texts of a known variety: our own held ones, and sets that Brazilians wrote."""
    own = [one for one in written() if held_out(one.text)]
    for variety in ("pt-BR", "pt-PT"):
        yield Spoken("our own texts", variety, [t.text for t in own if t.variety == variety])
    brazilian = {"B2W reviews", "Reclame Aqui", "UMSAB tweets"}
    for one in spoken(data, part):
        if one.language == "pt" and one.name in brazilian:
            yield Spoken(one.name, "pt-BR", one.texts)


def _all(data: Path) -> Iterator[tuple[str, str, Iterable[str]]]:
    for stem, language in _TWEETS:
        files = sorted((data / "umsab").glob(f"{stem}_*_text.txt"))
        yield "UMSAB tweets", language, (line for file in files for line in _lines(file))
    yield "Minas Gerais tweets", "pt", _column(data / "tweets-mg" / "tweets.csv", "Text")
    yield "airline tweets", "en", _column(data / "airline-tweets" / "tweets.csv", "text")
    yield "B2W reviews", "pt", (row.text for row in labelled("b2w", data))
    yield "Reclame Aqui", "pt", (row.text for row in labelled("reclame-aqui", data))
    yield "Banking77", "en", (row.text for row in labelled("banking77", data))
    for language in ("pt", "en", "es"):
        reviews = (row.text for row in labelled("m-absa", data) if row.group == language)
        yield "M-ABSA reviews", language, reviews
    for file in sorted((data / "xed").glob("*.tsv")):
        yield "XED film lines", file.name[:2], (line.split("\t")[0] for line in _lines(file))


def _lines(file: Path) -> list[str]:
    return file.read_text("utf-8").split("\n")


def _column(file: Path, name: str) -> Iterator[str]:
    with file.open(encoding="utf-8", errors="replace", newline="") as lines:
        for row in csv.DictReader(lines):
            yield row[name] or ""
