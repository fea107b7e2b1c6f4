"""Which of many queries a post matches, as it arrives.

Every query has anchors: words of which any matching post must hold at least one. Only queries
with an anchor among a post's words are looked at, so the time hardly grows with their number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from domain.posts import Post
from domain.queries import AllOf, AnyOf, Like, Near, Phrase, Query
from nlp.queries.heard import Heard
from nlp.queries.holding import Holds, holding

Id = TypeVar("Id", bound=Hashable)


class _Anchor(NamedTuple):
    """A word, or the beginning of one."""

    text: str
    open_ended: bool


class Matcher(Generic[Id]):
    """Any number of queries, each with an id, ready to be held against posts."""

    def __init__(self, queries: Mapping[Id, Query]) -> None:
        self._held: list[tuple[Id, Holds]] = []
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_start: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, (name, query) in enumerate(queries.items()):
            self._held.append((name, holding(query)))
            self._file(number, anchors(query))

    def _file(self, number: int, found: frozenset[_Anchor] | None) -> None:
        if found is None:
            self._always.append(number)
            return
        for text, open_ended in found:
            known = self._by_start[len(text)] if open_ended else self._by_word
            known[text].append(number)

    def match(self, post: Post, language: str | None = None) -> list[Id]:
        """The ids of the queries that a post matches, in their order.

        ``language`` is what it was found to be written in, where the source does not say.
        """
        return self.match_heard(Heard(post, language))

    def match_heard(self, heard: Heard) -> list[Id]:
        """The same of a post whose words were split before."""
        found = (self._held[number] for number in sorted(self._candidates(heard.words)))
        return [name for name, holds in found if holds(heard)]

    def _candidates(self, words: Sequence[str]) -> set[int]:
        candidates = set(self._always)
        present = set(words)
        for word in present & self._by_word.keys():
            candidates.update(self._by_word[word])
        for length, by_start in self._by_start.items():
            for start in {word[:length] for word in present} & by_start.keys():
                candidates.update(by_start[start])
        return candidates


def anchors(query: Query) -> frozenset[_Anchor] | None:
    """Words of which every match holds at least one; None where there are none such."""
    match query:
        case Phrase(words, open_ended):
            whole = words[:-1] if open_ended and len(words) > 1 else words
            word = max(whole, key=len)
            return frozenset([_Anchor(word, open_ended and len(words) == 1)])
        case Like((start, *_)) if start:
            return frozenset([_Anchor(start, True)])
        case Near(left, right):
            return _fewest([_any(left), _any(right)])
        case AllOf(queries):
            return _fewest(map(anchors, queries))
        case AnyOf(queries):
            return _any(queries)
    return None


def _any(queries: Iterable[Query]) -> frozenset[_Anchor] | None:
    found = [anchors(one) for one in queries]
    known = [one for one in found if one is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _fewest(found: Iterable[frozenset[_Anchor] | None]) -> frozenset[_Anchor] | None:
    """The anchors that fewest posts hold, as far as one can tell: few, and long ones."""
    known = [one for one in found if one is not None]
    return min(known, key=_breadth, default=None)


def _breadth(found: frozenset[_Anchor]) -> float:
    return sum((8 if one.open_ended else 1) / len(one.text) for one in found)
