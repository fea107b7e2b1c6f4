"""Finding names in text: whole words, whatever their case, accents or hidden marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.errors import ModelError
from nlp.folding import Folded, fold

_WORD = re.compile(r"\w+")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Name:
    """A phrase to look for, and what it means to the one who looks."""

    phrase: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Found:
    """A name at ``[start, end)`` of a folded text."""

    name: Name
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A name compiled: what stands before its first word, and the rest of it."""

    name: Name
    lead: str
    rest: re.Pattern[str]


class NameFinder:
    """Finds any of thousands of names in one walk over the words of a text.

    Every word of the text is looked up among the names' first words; only names that
    begin with it are then compared, so the time does not grow with their number.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_word: dict[str, list[_Pattern]] = defaultdict(list)
        for name in names:
            word, pattern = _compiled(name)
            self._by_word[word].append(pattern)

    def find(self, folded: Folded) -> Iterator[Found]:
        """Every place of every name, in order of appearance; places may overlap."""
        if not self._by_word:
            return
        for word in _WORD.finditer(folded.text):
            for pattern in self._by_word.get(word[0], ()):
                start = word.start() - len(pattern.lead)
                if start < 0 or not folded.text.startswith(pattern.lead, start):
                    continue
                if match := pattern.rest.match(folded.text, word.start()):
                    yield Found(pattern.name, start, match.end())


def _compiled(name: Name) -> tuple[str, _Pattern]:
    phrase = fold(name.phrase).text.strip()
    first = _WORD.search(phrase)
    if first is None:
        raise ModelError(
            f"the name {name.phrase!r} holds no letter or digit, so it cannot be looked for",
            where=name.meaning,
            todo="give a name that holds a word",
        )
    words = [re.escape(word) for word in _BLANKS.split(phrase[first.start() :])]
    rest = re.compile(r"[\s\-]+".join(words) + r"(?!\w)")
    return first[0], _Pattern(name, phrase[: first.start()], rest)
