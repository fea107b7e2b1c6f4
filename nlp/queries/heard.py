"""A post as queries see it: its words, where each stands, and what the post is."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

from domain.analyses import Span
from domain.posts import Post
from domain.queries import Like, Near, Phrase, Query, Word, phrases, stars
from domain.words import places, words

UNKNOWN = "und"


class Heard:
    """A post with its words split once, however many queries ask for them."""

    def __init__(self, post: Post, language: str | None = None) -> None:
        self.post = post
        self.language = (language or post.language or UNKNOWN).lower().replace("_", "-")
        self.words: Sequence[str] = words(post.content)

    @cached_property
    def present(self) -> frozenset[str]:
        """Each of its words."""
        return frozenset(self.words)

    @cached_property
    def stars(self) -> float | None:
        """Its grade on the scale of 1 to 5, if it has one."""
        return stars(self.post.rating) if self.post.rating else None

    @cached_property
    def _at(self) -> dict[str, list[int]]:
        at: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            at[word].append(place)
        return dict(at)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.present)

    def beginning(self, start: str) -> Iterator[str]:
        """Its words that begin so."""
        for word in self._sorted[bisect_left(self._sorted, start) :]:
            if not word.startswith(start):
                return
            yield word

    def fitting(self, like: Like) -> Iterator[str]:
        """Its words that are made so."""
        start = like.parts[0]
        known = self.beginning(start) if start else iter(self.present)
        return known if like.goes_on else filter(like.fits, known)

    def starts(self, phrase: Phrase) -> list[int]:
        """The places where a phrase begins, in order."""
        found = self._places(phrase.words[0])
        for step, word in enumerate(phrase.words[1:], 1):
            if not found:
                return []
            here = set(self._places(word))
            found = [place for place in found if place + step in here]
        return found

    def _places(self, word: Word) -> list[int]:
        if isinstance(word, str):
            return self._at.get(word, [])
        return sorted(place for one in self.fitting(word) for place in self._at[one])

    def near(self, query: Near) -> bool:
        """Whether one of the left begins near to one of the right."""
        return any(
            self._closest(left, right, query.distance) or self._closest(right, left, query.distance)
            for left in query.left
            for right in query.right
        )

    def _closest(self, first: Phrase, second: Phrase, distance: int) -> bool:
        """Whether the second begins where the first does or after it, and near enough."""
        ahead = self.starts(second)
        reach = len(first.words) + distance
        for here in self.starts(first):
            following = bisect_left(ahead, here)
            if following < len(ahead) and ahead[following] - here <= reach:
                return True
        return False


def spans(query: Query, heard: Heard) -> list[Span]:
    """Where in a post's content the phrases stand that a query seeks, in order, merged."""
    covered = {
        place + step
        for sought in phrases(query)
        for place in heard.starts(sought)
        for step in range(len(sought.words))
    }
    if not covered:
        return []
    told = places(heard.post.content)
    return _merged([(place, told[place].span) for place in sorted(covered)])


def _merged(marked: Sequence[tuple[int, Span]]) -> list[Span]:
    """Neighbours as one span; a tag and the words in it are the same place."""
    merged: list[tuple[int, Span]] = []
    for place, span in marked:
        if merged and place == merged[-1][0] + 1 and span.start >= merged[-1][1].end:
            span = Span(merged.pop()[1].start, span.end)
        merged.append((place, span))
    return sorted({span for _, span in merged})
