"""A quick look whether a text may be of interest: the words of many queries at once.

It lets through whatever holds one of the words, and more; whoever knows the queries decides
exactly. So it compares words as the queries do, and asks for one word of a phrase only.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain.words import words


class Words:
    """Words, phrases, and beginnings of words as ``nub*``; without any, everything passes."""

    def __init__(self, asked: Iterable[str]) -> None:
        kept = [(max(words(one), key=len, default=""), one.rstrip().endswith("*")) for one in asked]
        self._whole = frozenset(word for word, open_ended in kept if word and not open_ended)
        self._starts = tuple(word for word, open_ended in kept if word and open_ended)

    def in_text(self, text: str) -> bool:
        """Whether the text holds one of them."""
        said = words(text)
        if not self._whole.isdisjoint(said):
            return True
        if self._starts:
            return any(word.startswith(self._starts) for word in said)
        return not self._whole
