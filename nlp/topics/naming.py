"""Names for topics, in their own words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from nlp.cleaning import clean
from nlp.folding import fold
from nlp.stopwords import DENIALS, EMPTY

_WORD = re.compile(r"[^\W\d_][\w'’-]*[^\W_]")
_MOST = 6
_SHARED = 0.15
"""The share of its posts that say a word before it can name the topic."""
Phrase = tuple[str, ...]


class Names:
    """Tells which words are a topic's own: common in it, and rare elsewhere.

    ``everywhere`` are texts as they come, in one language: the ground that a topic must
    stand out from.
    """

    def __init__(self, everywhere: Iterable[str]) -> None:
        self._texts = 0
        self._holding: Counter[Phrase] = Counter()
        for text in everywhere:
            self._texts += 1
            self._holding.update(_phrases(text).keys())

    def of(self, texts: Sequence[str], unspoken: AbstractSet[str] = frozenset()) -> tuple[str, ...]:
        """The words and pairs of words of a topic, most telling first, as people write them.

        Scored by the log-likelihood ratio of being in one of its texts rather than in any
        (Dunning, Computational Linguistics 19, 1993). ``unspoken`` are folded words that name
        nothing here, such as the brands'.
        """
        written: dict[Phrase, Counter[str]] = {}
        for text in texts:
            for phrase, form in _phrases(text).items():
                written.setdefault(phrase, Counter())[form] += 1
        least = max(2, math.ceil(len(texts) * _SHARED))
        scores = {
            phrase: self._score(forms.total(), len(texts), phrase)
            for phrase, forms in written.items()
            if forms.total() >= least and not unspoken & set(phrase)
        }
        best = sorted(scores, key=lambda phrase: (-scores[phrase], phrase))
        return tuple(written[phrase].most_common(1)[0][0] for phrase in _distinct(best, scores))

    @staticmethod
    def folded(name: str) -> frozenset[str]:
        """The words of a name, as ``unspoken`` asks for them."""
        return frozenset(fold(match[0].lower()).text for match in _WORD.finditer(name))

    def _score(self, inside: int, texts: int, phrase: Phrase) -> float:
        outside = max(self._holding[phrase] - inside, 0) + 0.5
        here, there = inside / texts, outside / (max(self._texts - texts, 0) + 1)
        if here <= there:
            return 0.0
        # A pair of words says more than the sum of its parts.
        return inside * math.log(here / there) * (1.3 if len(phrase) == 2 else 1.0)


def _distinct(best: Iterable[Phrase], scores: Mapping[Phrase, float]) -> list[Phrase]:
    """The best that do not repeat each other's words."""
    chosen: list[Phrase] = []
    for phrase in best:
        if len(chosen) == _MOST or scores[phrase] <= 0:
            break
        if not any(set(phrase) & set(one) for one in chosen):
            chosen.append(phrase)
    return chosen


def _phrases(text: str) -> dict[Phrase, str]:
    """The words of a text and the pairs of neighbours, folded, with how they were written.

    Words without meaning of their own name nothing; a denial does beside another word.
    """
    words = [match[0].lower() for match in _WORD.finditer(clean(text[:2_000]))]
    folded = [fold(word).text for word in words]
    found: dict[Phrase, str] = {
        (key,): word for key, word in zip(folded, words, strict=True) if key not in EMPTY
    }
    for place in range(len(words) - 1):
        first, second = folded[place], folded[place + 1]
        if second not in EMPTY and (first not in EMPTY or first in DENIALS):
            found[first, second] = f"{words[place]} {words[place + 1]}"
    return found
