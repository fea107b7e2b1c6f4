"""A user's own labelled texts: CSV with a header, or JSON Lines; ``text`` and ``label`` each."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.analyses import Polarity
from domain.errors import ModelError
from nlp.training.sets import Labelled, part_of

_FEWEST = 30


def own_rows(file: Path) -> list[Labelled]:
    """The rows of a file; ModelError names the first line that cannot be used."""
    found = [_row(file, number, row) for number, row in enumerate(_records(file), start=1)]
    if len(found) < _FEWEST:
        raise ModelError(
            f"{len(found)} labelled texts are too few to learn from",
            where=str(file),
            todo=f"give at least {_FEWEST}, better some hundreds",
        )
    return found


def _records(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        if file.suffix.lower() == ".csv":
            yield from csv.DictReader(lines)
        else:
            yield from (json.loads(line) for line in lines if line.strip())


def _row(file: Path, number: int, row: Mapping[str, Any]) -> Labelled:
    text, label = row.get("text"), row.get("label")
    if not text or label not in tuple(Polarity):
        raise ModelError(
            "a row needs a text, and a label that is negative, neutral or positive",
            where=f"{file}, row {number}",
            todo="mend or leave out the row",
        )
    return Labelled(str(text), frozenset({str(label)}), part_of(str(text)))
