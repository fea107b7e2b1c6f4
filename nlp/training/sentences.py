"""Sentences of our own: what customers say, praising, asking, complaining, denying and jeering.

The public sets hold hardly any customer service, little plain negation and no irony that is
labelled. The patterns of ``sentences.txt`` say such things in Portuguese, English and Spanish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random

from domain.analyses import Polarity

_FILE = Path(__file__).parent / "sentences.txt"
_MARKS = {"+": Polarity.POSITIVE, "-": Polarity.NEGATIVE, "=": Polarity.NEUTRAL}
_NAME = re.compile(r"\$(\w+)")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")  # the innermost one
_BEFORE_STOP = re.compile(r"\s+(?=[,!?.](?:\s|$))")
_TRIES = 4  # draws for each sentence that is asked for


def sentences(file: Path = _FILE) -> Iterator[tuple[str, Polarity, str]]:
    """Every sentence with its polarity and language, always the same ones in the same order."""
    lists: dict[str, str] = {}
    language = ""
    for line in file.read_text("utf-8").splitlines():
        mark, _, rest = line.partition(" ")
        if mark in _MARKS:
            count, _, pattern = rest.partition(" ")
            for sentence in drawn(pattern, int(count), lists):
                yield sentence, _MARKS[mark], language
        elif mark.startswith("$"):
            lists[mark[1:]] = rest.removeprefix("= ")
        elif mark == "@":
            language = rest


def drawn(pattern: str, count: int, lists: Mapping[str, str]) -> list[str]:
    """At most ``count`` different sentences of a pattern: ``[a|b] $c`` with ``c`` in a list."""
    random = Random(pattern)  # noqa: S311 - the same pattern gives the same sentences
    named = _NAME.sub(lambda found: f"[{lists[found[1]]}]", pattern)
    found = dict.fromkeys(_one(named, random) for _ in range(count * _TRIES))
    return list(found)[:count]


def _one(pattern: str, random: Random) -> str:
    changes = 1
    while changes:
        pattern, changes = _CHOICE.subn(lambda at: random.choice(at[1].split("|")), pattern)
    plain = _BEFORE_STOP.sub("", " ".join(pattern.split())).lstrip(".,! ")
    return plain if random.random() < 0.4 else plain[:1].upper() + plain[1:]
