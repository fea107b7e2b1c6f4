"""Sentences of our own: what customers say of a service, praising, asking and complaining.

The public sets hold hardly any customer service, and little plain negation. The patterns of
``sentences.txt`` say such things in Portuguese, English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from domain.analyses import Polarity

_FILE = Path(__file__).parent / "sentences.txt"
_MARKS = {"+": Polarity.POSITIVE, "-": Polarity.NEGATIVE, "=": Polarity.NEUTRAL}
_CHOICE = re.compile(r"\[([^\]]*)\]")


def sentences(file: Path = _FILE) -> Iterator[tuple[str, Polarity]]:
    """Every sentence with its polarity, always in the same order."""
    for line in file.read_text("utf-8").splitlines():
        mark, _, pattern = line.partition(" ")
        if mark in _MARKS:
            for sentence in expanded(pattern):
                yield sentence, _MARKS[mark]


def expanded(pattern: str) -> Iterator[str]:
    """Every sentence of a pattern: ``[a|b] c`` gives ``a c`` and ``b c``."""
    pieces = _CHOICE.split(pattern)
    choices = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(pieces)]
    for chosen in product(*choices):
        yield " ".join("".join(chosen).split()).replace(" ,", ",")
