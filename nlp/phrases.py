"""Our own words and phrases, read from a file, and where they stand in a folded text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

from nlp.folding import Folded, fold

LEXICON = Path(__file__).parent / "lexicon" / "cues.txt"

_WORD = re.compile(r"\w+")
_GAP = r"(?:\W+\w+){0,2}?"
_STOP = re.compile(r"[.,!?;:\n]")
_NEGATORS = frozenset(
    (  # noqa: SIM905 - a list of words is read more easily as a line of text
        "nao nunca jamais nem sem ninguem not no never nor without nobody isn aren wasn don doesn "
        "didn won cannot cant dont doesnt didnt wont wasnt isnt ni sin tampoco nadie nada"
    ).split()
)
_REMEMBERED = 65_536
_SCOPE = 3
"""Words after a negator that it turns around, unless a stop stands between. A phrase of several
words is a thought of its own, which only the word right before it denies."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for, what they speak for and how strongly."""

    words: str
    meaning: str
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase at ``[start, end)`` of a folded text; ``negated`` by a word before it."""

    phrase: Phrase
    start: int
    end: int
    negated: bool


class PhraseFinder:
    """Finds any of thousands of phrases in one walk over the words of a text."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_word: dict[str, list[tuple[Phrase, re.Pattern[str] | None]]] = defaultdict(list)
        self._by_start: dict[str, list[tuple[Phrase, re.Pattern[str] | None]]] = defaultdict(list)
        for phrase in phrases:
            first, *rest = phrase.words.split()
            table = self._by_start if first.endswith("*") else self._by_word
            word, pattern = _compiled(first, rest)
            table[word].append((phrase, pattern))
        self._lengths = sorted({len(start) for start in self._by_start})
        self._starting = lru_cache(_REMEMBERED)(self._look_up)

    def find(self, folded: Folded) -> Iterator[Hit]:
        """Every place of every phrase, in order of appearance; places may overlap."""
        text = folded.text
        denied = -1, _SCOPE  # where the last negator ended, and how many words ago
        for word in _WORD.finditer(text):
            end, ago = denied
            for phrase, rest in self._starting(word[0]):
                if match := rest.match(text, word.end()) if rest else word:
                    near = ago < (_SCOPE if rest is None else 1) and word[0] not in _NEGATORS
                    negated = near and not _STOP.search(text, end, word.start())
                    yield Hit(phrase, word.start(), match.end(), negated)
            denied = (word.end(), 0) if word[0] in _NEGATORS else (end, ago + 1)

    def _look_up(self, word: str) -> tuple[tuple[Phrase, re.Pattern[str] | None], ...]:
        begun = (self._by_start.get(word[:length], ()) for length in self._lengths)
        found = [*self._by_word.get(word, ()), *chain.from_iterable(begun)]
        return tuple(dict.fromkeys(found))


def _compiled(first: str, rest: Sequence[str]) -> tuple[str, re.Pattern[str] | None]:
    """The word to look up, and what must follow it."""
    lead = _WORD.match(first)
    assert lead is not None, first
    if not rest and lead.end() >= len(first.rstrip("*")):
        return lead[0], None
    tail = _piece(first[lead.end() :]) if not first.endswith("*") else ""
    pieces = [_GAP if word == "~" else r"[\s\-]+" + _piece(word) for word in rest]
    return lead[0], re.compile(tail + "".join(pieces) + r"(?!\w)")


def _piece(word: str) -> str:
    exact = re.escape(word.rstrip("*")).replace("'", "['’]")
    return exact + (r"\w*" if word.endswith("*") else "")


@cache
def phrases(file: Path = LEXICON) -> tuple[Phrase, ...]:
    """Every phrase of a lexicon, choices written out."""
    found: dict[tuple[str, str], Phrase] = {}
    meaning = ""
    for line in file.read_text("utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            meaning = line[1:-1]
        elif line and not line.startswith("#"):
            weight, _, pattern = line.partition(" ")
            for choice in _written_out(pattern):
                words = " ".join(fold(choice).text.split())
                found.setdefault((meaning, words), Phrase(words, meaning, float(weight)))
    return tuple(found.values())


def _written_out(pattern: str) -> list[str]:
    """Every phrase of a pattern; options may hold choices themselves."""
    opened = pattern.find("[")
    if opened < 0:
        return [pattern]
    options, closed = _options(pattern, opened)
    return [
        pattern[:opened] + middle + rest
        for option in options
        for middle in _written_out(option)
        for rest in _written_out(pattern[closed + 1 :])
    ]


def _options(pattern: str, opened: int) -> tuple[list[str], int]:
    """The options of the choice that opens there, and where it closes."""
    depth, start, options = 0, opened + 1, []
    for at in range(opened, len(pattern)):
        depth += {"[": 1, "]": -1}.get(pattern[at], 0)
        if (depth == 1 and pattern[at] == "|") or depth == 0:
            options.append(pattern[start:at])
            start = at + 1
        if depth == 0:
            return options, at
    raise ValueError(f"a choice is left open in {pattern!r}")
