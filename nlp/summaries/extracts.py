"""The sentences that say most of what a set of posts says."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.analyses import Span
from domain.posts import Post
from domain.summaries import Extract
from nlp.cleaning import clean
from nlp.folding import fold
from nlp.stopwords import EMPTY

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_SHORTEST, _LONGEST = 25, 280
_READ = 5_000  # characters of a post
_ALIKE = 0.35
"""The share of an extract's weight that another post must say to be counted as alike."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    post: Post
    span: Span
    words: frozenset[str]


def extracts(posts: Sequence[Post], most: int) -> tuple[Extract, ...]:
    """At most so many sentences, each of another author where there are enough.

    Greedy cover of what many posts say: a word weighs by the logarithm of the posts that
    hold it, and is paid for once (Lin and Bilmes, ACL 2011, the coverage term; within
    1 − 1/e of the best choice). Longer sentences must bring more. O(sentences · most).
    """
    sentences = [one for post in posts for one in _sentences(post)]
    held = {post.id: _words(post.content[:_READ]) for post in posts}
    holding = Counter(word for words in held.values() for word in words)
    weights = {word: math.log(count) for word, count in holding.items() if count > 1}
    chosen: list[_Sentence] = []
    covered: set[str] = set()
    while sentences and len(chosen) < most:
        best = max(sentences, key=lambda one: _gain(one, covered, weights))
        if _gain(best, covered, weights) <= 0:
            break
        chosen.append(best)
        covered |= best.words
        sentences = [one for one in sentences if not _same_voice(one, best)]
    return tuple(_extract(one, held, weights) for one in chosen)


def _sentences(post: Post) -> Iterator[_Sentence]:
    content = post.content[:_READ]
    for match in _SENTENCE.finditer(content):
        text = match[0].strip()
        if _SHORTEST <= len(text) <= _LONGEST:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _Sentence(post, Span(start, start + len(text)), _words(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in _WORD.findall(clean(text))) - EMPTY


def _gain(one: _Sentence, covered: set[str], weights: dict[str, float]) -> float:
    new = sum(weights.get(word, 0.0) for word in one.words - covered)
    return float(new / (10 + len(one.words)) ** 0.75)


def _same_voice(one: _Sentence, other: _Sentence) -> bool:
    if one.post.id == other.post.id:
        return True
    return one.post.author is not None and one.post.author == other.post.author


def _extract(one: _Sentence, held: dict[int, frozenset[str]], weights: dict[str, float]) -> Extract:
    whole = sum(weights.get(word, 0.0) for word in one.words)
    alike = tuple(
        post_id
        for post_id, words in held.items()
        if post_id != one.post.id
        and sum(weights.get(word, 0.0) for word in one.words & words) >= _ALIKE * whole
    )
    return Extract(one.post.id, one.span.of(one.post.content), one.span, alike)
