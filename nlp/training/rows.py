"""The labelled rows that may train shipped weights, read from the public sets' own files.

GoEmotions (Demszky et al., 2020; CC BY 4.0), XED (Öhman et al., 2020; CC BY 4.0), M-ABSA
(Wu et al., 2025; Apache-2.0 by its card), GoEmotions put into Portuguese by machine
(``nlp/training/translate.py``), sentences of our own drawn from patterns, and texts that we
wrote one by one. A set that is not in the data folder is left out.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from domain.analyses import Polarity
from nlp.training.aspects import aspect_of
from nlp.training.sentences import sentences
from nlp.training.written import written

_POSITIVE = frozenset(
    {"admiration", "amusement", "approval", "caring", "desire", "excitement", "gratitude"}
    | {"joy", "love", "optimism", "pride", "relief"}
)
_NEGATIVE = frozenset(
    {"anger", "annoyance", "disappointment", "disapproval", "disgust", "embarrassment"}
    | {"fear", "grief", "nervousness", "remorse", "sadness"}
)
_XED_POSITIVE = frozenset({"5", "8"})  # joy, trust
_XED_NEGATIVE = frozenset({"1", "3", "4", "6"})  # anger, disgust, fear, sadness
_XED_STEP = 2  # film lines, labelled without what was seen: half of them say as much
SPELT = {"neg": Polarity.NEGATIVE, "neu": Polarity.NEUTRAL, "pos": Polarity.POSITIVE}
_LANGUAGES = ("en", "es", "pt")
WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Row:
    """A text with its polarity, or with the opinions in it as ``aspect:polarity``.

    ``held`` rows are for validation. ``group`` names the set and ``language`` its tongue,
    for weighing.
    """

    text: str
    group: str
    language: str
    held: bool
    polarity: Polarity | None = None
    opinions: frozenset[str] | None = None


def rows(data: Path) -> Iterator[Row]:
    """Every row of every set, in a fixed order; those with mixed feelings have no polarity."""
    yield from _goemotions(data / "goemotions")
    yield from _translated(data / "goemotions", data / "goemotions-pt")
    yield from _xed(data / "xed")
    yield from _m_absa(data / "m-absa")
    for text, polarity, language in sentences():
        yield Row(text, "own", language, held=held_out(text), polarity=polarity)
    for one in written():
        yield Row(one.text, WRITTEN, one.language, held_out(one.text), one.polarity)


def _goemotions(folder: Path) -> Iterator[Row]:
    if not folder.is_dir():
        return
    names = (folder / "labels.txt").read_text("utf-8").split()
    for file, held in (("train.tsv", False), ("dev.tsv", True)):
        for text, numbers in columns(folder / file):
            felt = {names[int(number)] for number in numbers.split(",")}
            polarity = _leaning(bool(felt & _POSITIVE), bool(felt & _NEGATIVE), Polarity.NEUTRAL)
            if polarity is not None:
                yield Row(text, "goemotions", "en", held, polarity)


def _translated(folder: Path, translations: Path) -> Iterator[Row]:
    """Rows of the train part that were put into Portuguese, with the polarity they had."""
    known = {row.text: row.polarity for row in _goemotions(folder) if not row.held}
    if (file := translations / "train.tsv").is_file():
        for text, translation in columns(file):
            if text in known:
                yield Row(translation, "goemotions-pt", "pt", held=False, polarity=known[text])


def _xed(folder: Path) -> Iterator[Row]:
    for file in sorted(folder.glob("*.tsv")):
        for text, numbers in list(columns(file))[::_XED_STEP]:
            felt = {number.strip() for number in numbers.split(",")}
            polarity = _leaning(bool(felt & _XED_POSITIVE), bool(felt & _XED_NEGATIVE), None)
            if polarity is not None:
                yield Row(text, "xed", file.name[:2], held_out(text), polarity)


def left_out(xed: Path) -> Iterator[str]:
    """The lines of XED that are no rows."""
    for file in sorted(xed.glob("*.tsv")):
        yield from (text for text, _ in list(columns(file))[1::_XED_STEP])


def _leaning(positive: bool, negative: bool, neither: Polarity | None) -> Polarity | None:
    if positive and negative:
        return None
    if positive:
        return Polarity.POSITIVE
    return Polarity.NEGATIVE if negative else neither


def _m_absa(folder: Path) -> Iterator[Row]:
    for split, held in (("train", False), ("dev", True)):
        for language in _LANGUAGES:
            for file in sorted(folder.glob(f"*_{language}_{split}.txt")):
                domain = file.name.partition("_")[0]
                for line in file.read_text("utf-8").splitlines():
                    yield from _reviewed(line, domain, language, held)


def _reviewed(line: str, domain: str, language: str, held: bool) -> Iterator[Row]:
    text, mark, listed = line.partition("####")
    try:
        triplets = ast.literal_eval(listed)
    except (SyntaxError, ValueError):
        return
    if not mark:
        return
    told = [
        (aspect_of(domain, category), SPELT.get(polarity.strip().lower()[:3]))
        for _, category, polarity in triplets
    ]
    felt = {polarity for _, polarity in told if polarity not in (None, Polarity.NEUTRAL)}
    opinions = frozenset(f"{aspect}:{polarity}" for aspect, polarity in told if aspect and polarity)
    polarity = None if len(felt) > 1 else next(iter(felt), Polarity.NEUTRAL)
    yield Row(text, "m-absa", language, held, polarity, opinions)


def columns(file: Path) -> Iterator[tuple[str, str]]:
    """The first two columns of each line that has as many."""
    for line in file.read_text("utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) >= 2:
            yield columns[0], columns[1]


def held_out(text: str) -> bool:
    """Whether a row of a set without a validation part goes there: one in ten, always the same."""
    return hashlib.sha256(text.encode()).digest()[0] < 26
