"""Find which new posts tell the same story as others, new or known, a batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from nlp.stories.comparing import FEWEST_WORDS, same_story
from nlp.stories.index import MarkIndex
from nlp.stories.marks import MARKS, Marks, marks_of, story_words

_COMPARED = 8
"""With so many of those that share most marks a post is compared."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A text to compare: who said it, and the words that tell the story."""

    post_id: int
    author: int | None
    words: tuple[str, ...]


def telling(post_id: int, author: int | None, content: str) -> Telling:
    """The telling of a post's content."""
    return Telling(post_id, author, story_words(content))


Fetch = Callable[[Collection[int]], Mapping[int, Telling]]


class StoryFinder:
    """Knows every text by its marks; asks for the words of those it must compare."""

    def __init__(self) -> None:
        self._index = MarkIndex()

    def know(self, marked: Sequence[tuple[int, bytes]]) -> None:
        """Take in texts marked before: (post id, marks as ``find`` gave them)."""
        marks = np.frombuffer(b"".join(one for _, one in marked), "<u4").reshape(-1, MARKS)
        self._index.add(np.array([number for number, _ in marked], np.int64), marks)

    def find(
        self, tellings: Sequence[Telling], fetch: Fetch
    ) -> tuple[dict[int, bytes], list[tuple[int, int]]]:
        """The marks of these by post id, and the pairs of posts that tell the same story.

        ``fetch`` gives the words of known posts; it leaves out those that are no longer there.
        """
        worded = [one for one in tellings if one.words]
        marks = marks_of([one.words for one in worded])
        self._index.add(np.array([one.post_id for one in worded], np.int64), marks)
        kept = {
            one.post_id: row.astype("<u4").tobytes() for one, row in zip(worded, marks, strict=True)
        }
        return kept, list(self._pairs(worded, marks, fetch))

    def _pairs(
        self, tellings: Sequence[Telling], marks: Marks, fetch: Fetch
    ) -> Iterator[tuple[int, int]]:
        here = {one.post_id: one for one in tellings}
        alike = self._alike(tellings, marks)
        elsewhere = {number for numbers in alike.values() for number in numbers} - here.keys()
        known = here | dict(fetch(elsewhere))
        joined = _Joined()
        for one in tellings:
            for number in alike.get(one.post_id, ()):
                other = known.get(number)
                if other is None or joined.root(number) == joined.root(one.post_id):
                    continue
                if _same(one, other):
                    joined.join(number, one.post_id)
                    yield number, one.post_id

    def _alike(self, tellings: Sequence[Telling], marks: Marks) -> dict[int, list[int]]:
        """For each post those that share most marks with it; each pair stands once."""
        rows, ids, _ = self._index.alike(marks)
        own = np.array([one.post_id for one in tellings], np.int64)[rows]
        new = np.isin(ids, own)
        once = (ids != own) & (~new | (ids < own))
        pairs = zip(own[once].tolist(), ids[once].tolist(), strict=True)
        return {
            number: [other for _, other in list(group)[:_COMPARED]]
            for number, group in groupby(pairs, key=itemgetter(0))
        }


def _same(one: Telling, other: Telling) -> bool:
    if min(len(one.words), len(other.words)) >= FEWEST_WORDS:
        return same_story(one.words, other.words)
    return one.author is not None and one.author == other.author and one.words == other.words


class _Joined:
    """Which posts were found to tell the same, each led by one of them."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, number: int) -> int:
        """The post that leads this one's story."""
        while (above := self._above.get(number, number)) != number:
            self._above[number] = self._above.get(above, above)
            number = above
        return number

    def join(self, one: int, other: int) -> None:
        """They tell the same."""
        low, high = sorted((self.root(one), self.root(other)))
        self._above[high] = low
