"""Which of many queries a post matches, as it arrives.

Every query has anchors: words of which any matching post must hold at least one. Only queries
with an anchor among a post's words are looked at, so the time hardly grows with their number.
Where a ``*`` leaves no beginning to hold on to, up to three letters inside a word are the anchor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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


_Of = Callable[[Phrase], _Anchor | None]
_ByLength = dict[int, dict[str, list[int]]]
_PIECE = 3


class Matcher(Generic[Id]):
    """Any number of queries, each with an id, ready to be held against posts."""

    def __init__(self, queries: Mapping[Id, Query]) -> None:
        self._held: list[tuple[Id, Holds]] = []
        self._always: list[int] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_start: _ByLength = defaultdict(lambda: defaultdict(list))
        self._by_piece: _ByLength = defaultdict(lambda: defaultdict(list))
        for number, (name, query) in enumerate(queries.items()):
            self._held.append((name, holding(query)))
            self._file(number, query)

    def _file(self, number: int, query: Query) -> None:
        found, inside = anchors(query), _anchored(query, _inside)
        if found is not None:
            for text, open_ended in found:
                known = self._by_start[len(text)] if open_ended else self._by_word
                known[text].append(number)
        elif inside is not None:
            for text, _ in inside:
                self._by_piece[len(text)][text].append(number)
        else:
            self._always.append(number)

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
        for length, by_piece in self._by_piece.items():
            for piece in _pieces(present, length) & by_piece.keys():
                candidates.update(by_piece[piece])
        return candidates


def _pieces(words: Iterable[str], length: int) -> set[str]:
    """All so many letters that stand side by side in a word."""
    return {word[at : at + length] for word in words for at in range(len(word) - length + 1)}


def anchors(query: Query) -> frozenset[_Anchor] | None:
    """Words of which every match holds at least one; None where there are none such."""
    return _anchored(query, _outside)


def _anchored(query: Query, of: _Of) -> frozenset[_Anchor] | None:
    match query:
        case Phrase():
            anchor = of(query)
            return anchor and frozenset([anchor])
        case Near(left, right):
            return _fewest([_any(left, of), _any(right, of)])
        case AllOf(queries):
            return _fewest(_anchored(one, of) for one in queries)
        case AnyOf(queries):
            return _any(queries, of)
    return None


def _outside(phrase: Phrase) -> _Anchor | None:
    """The longest of its words, or else the longest beginning of one."""
    whole = [_Anchor(word, False) for word in phrase.words if isinstance(word, str)]
    likes = (word.parts[0] for word in phrase.words if isinstance(word, Like))
    return max(
        whole or (_Anchor(start, True) for start in likes if start), key=_length, default=None
    )


def _inside(phrase: Phrase) -> _Anchor | None:
    """The first letters of the longest piece of its words."""
    parts = (word.parts if isinstance(word, Like) else (word,) for word in phrase.words)
    return _Anchor(max((one for some in parts for one in some), key=len)[:_PIECE], True)


def _length(anchor: _Anchor) -> int:
    return len(anchor.text)


def _any(queries: Iterable[Query], of: _Of) -> frozenset[_Anchor] | None:
    found = [_anchored(one, of) for one in queries]
    known = [one for one in found if one is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _fewest(found: Iterable[frozenset[_Anchor] | None]) -> frozenset[_Anchor] | None:
    """The anchors that fewest posts hold, as far as one can tell: few, and long ones."""
    known = [one for one in found if one is not None]
    return min(known, key=_breadth, default=None)


def _breadth(found: frozenset[_Anchor]) -> float:
    return sum((8 if one.open_ended else 1) / len(one.text) for one in found)
