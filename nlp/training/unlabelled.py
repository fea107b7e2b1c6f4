"""Texts that nobody labelled, for a judge to say what it thinks of them.

Open ones only: questions to a bank (Banking77; CC BY 4.0), the film lines of XED that the rows
leave out, tweets in Portuguese (on stocks and on vaccines, as the package
``dante-corpora`` 2.0.5 has them under ``dante/data``; put there as ``dante``), and what
``nlp/training/translate.py`` puts into Portuguese and no row has. A set that is not in the data
folder is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from nlp.training.rows import columns, left_out
from nlp.training.sets import part_of, table

_DANTE = {"dantestocks.csv": "text", "danteshots.csv": "content"}
TRANSLATED = {"goemotions-pt": "rest.tsv", "banking77-pt": "rest.tsv"}
"""Where translations lie that teach no label."""


def unlabelled(data: Path) -> Iterator[str]:
    """Every text of every set, in a fixed order."""
    for name, column in _DANTE.items():
        if (file := data / "dante" / name).is_file():
            yield from (row[column] for row in table(file))
    yield from questions(data)
    yield from left_out(data / "xed")
    for folder, name in TRANSLATED.items():
        if (file := data / folder / name).is_file():
            yield from (translation for _, translation in columns(file))


def questions(data: Path) -> Iterator[str]:
    """Questions to a bank, without those that score what is taught to tell them apart."""
    if (file := data / "banking77" / "train.csv").is_file():
        for row in table(file):
            if part_of(row["text"]) == "train":
                yield " ".join(row["text"].split())
