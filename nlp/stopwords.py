"""Words without meaning of their own, in the languages Boca reads; folded."""

from __future__ import annotations

from spacy.lang.en.stop_words import STOP_WORDS as _ENGLISH
from spacy.lang.es.stop_words import STOP_WORDS as _SPANISH
from spacy.lang.pt.stop_words import STOP_WORDS as _PORTUGUESE

from nlp.folding import fold

_INFORMAL = frozenset(
    (
        *("user", "pra", "pro", "pras", "pros", "vc", "vcs", "ta", "to", "ne", "ai", "la", "so"),
        *("tb", "tbm", "pq", "q", "n", "k", "oi", "ola", "hey"),
    )
)
EMPTY = frozenset(fold(word).text for word in _ENGLISH | _SPANISH | _PORTUGUESE) | _INFORMAL
DENIALS = frozenset({"nao", "not", "no", "sem", "without", "sin", "never", "nunca"})
"""They mean something beside another word."""
