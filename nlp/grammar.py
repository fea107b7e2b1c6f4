"""Portuguese grammar: the part of speech, the morphology and the lemma of every word.

The weights are trained here (``nlp/training/grammar.py``) on Porttinari and DANTEStocks;
their card is ``docs/models/grammar-pt.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.symbols import NORM, ORTH
from spacy.tokens import Doc

from domain.analyses import Span
from domain.errors import ModelError

GRAMMAR = Path(__file__).parent / "weights" / "grammar-pt"

_ARTICLES = ("o", "a", "os", "as")
_SHOWING = [
    f"{stem}{end}" for stem, end in product(("est", "ess", "aquel"), ("e", "a", "es", "as"))
] + ["isto", "isso", "aquilo"]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text: Universal Dependencies' part of speech, features, and its lemma."""

    span: Span
    pos: str
    lemma: str
    morph: str


class Grammar:
    """Reads Portuguese texts word by word; contractions are read as the two words they are."""

    def __init__(self, folder: Path = GRAMMAR) -> None:
        try:
            self._nlp: Language = spacy.load(folder)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the grammar cannot be read: {error}".splitlines()[0],
                where=str(folder),
                todo="restore the folder, or train it: python -m nlp.training.grammar",
            ) from error
        tokenizer: Any = self._nlp.tokenizer
        for whole, first, second in contractions():
            cut = len(whole) - len(second)
            for form in (str.lower, str.capitalize, str.upper):
                written = form(whole)
                parts = ((written[:cut], first), (written[cut:], second))
                cases = [{ORTH: orth, NORM: norm} for orth, norm in parts]
                tokenizer.add_special_case(written, cases)

    def read(self, texts: Iterable[str]) -> Iterator[tuple[Word, ...]]:
        """The words of each text, in order. About 300 texts a second and core."""
        for doc in self._nlp.pipe(texts, batch_size=64):
            yield tuple(_words(doc))


def contractions() -> Iterator[tuple[str, str, str]]:
    """Contractions that mean nothing else, with their two words: (do, de, o).

    "nos" may be "us", and "à" is one letter: they stay as they are.
    """
    for article in _ARTICLES:
        yield f"d{article}", "de", article
        yield f"pel{article}", "por", article
        if article != "os":
            yield f"n{article}", "em", article
    yield from (("ao", "a", "o"), ("aos", "a", "os"))
    for word in _SHOWING:
        yield f"d{word}", "de", word
        yield f"n{word}", "em", word
    for word in ("ele", "ela", "eles", "elas"):
        yield f"d{word}", "de", word
        yield f"n{word}", "em", word
    for word in ("um", "uma", "uns", "umas"):
        yield f"n{word}", "em", word


def _words(doc: Doc) -> Iterator[Word]:
    for token in doc:
        if not token.is_space:
            span = Span(token.idx, token.idx + len(token))
            # Half a contraction ("d" of "do") is its own preposition.
            lemma = token.norm_ if token.pos_ == "ADP" else token.lemma_
            yield Word(span, token.pos_, lemma, str(token.morph))
