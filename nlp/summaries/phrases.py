"""Phrases that several posts share, and in how many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from domain.posts import Post
from domain.summaries import CountedPhrase
from nlp.cleaning import clean
from nlp.folding import fold
from nlp.stopwords import DENIALS, EMPTY

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*[^\W_])?")
_LONGEST = 4
_READ = 5_000  # characters of a post
Words = tuple[str, ...]


def counted_phrases(posts: Sequence[Post], most: int) -> tuple[CountedPhrase, ...]:
    """Runs of two to four words in at least two posts, by how many posts say them.

    A phrase begins and ends with a word that means something. One that is part of a
    longer phrase of (nearly) the same posts is left out.
    """
    said: dict[Words, dict[int, str]] = {}
    for post in posts:
        for words, written in _phrases(post).items():
            said.setdefault(words, {})[post.id] = written
    shared = {words: ids for words, ids in said.items() if len(ids) > 1}
    order = sorted(shared, key=lambda words: (-len(shared[words]) * len(words) ** 0.5, words))
    chosen: list[Words] = []
    for words in order:
        if len(chosen) == most:
            break
        if not any(_same(words, one, shared) for one in chosen):
            chosen.append(words)
    return tuple(
        CountedPhrase(_usual(shared[words].values()), tuple(shared[words])) for words in chosen
    )


def _phrases(post: Post) -> dict[Words, str]:
    words = _WORD.findall(clean(post.content[:_READ]))
    folded = [fold(word).text for word in words]
    found: dict[Words, str] = {}
    for start, first in enumerate(folded):
        if first in EMPTY and first not in DENIALS:
            continue
        for end in range(start + 2, min(start + _LONGEST, len(words)) + 1):
            if folded[end - 1] not in EMPTY:
                found.setdefault(tuple(folded[start:end]), " ".join(words[start:end]).lower())
    return found


def _same(words: Words, other: Words, shared: Mapping[Words, Mapping[int, str]]) -> bool:
    """Whether they overlap in words, and in most of the posts of the smaller."""
    if not set(words) & set(other) - EMPTY:
        return False
    both = shared[words].keys() & shared[other].keys()
    return 2 * len(both) >= min(len(shared[words]), len(shared[other]))


def _usual(forms: Iterable[str]) -> str:
    listed = list(forms)
    return max(sorted(set(listed)), key=listed.count)
