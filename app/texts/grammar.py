"""The words of Portuguese texts from standard input, with their grammar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from app.texts.lines import Line, chunks

if TYPE_CHECKING:
    from nlp.grammar import Word


def worded(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Each line's words, in order."""
    from nlp.grammar import Grammar

    grammar = Grammar()
    for chunk in chunks(stream):
        read = grammar.read(line.text for line in chunk if isinstance(line, Line))
        for line in chunk:
            yield _told(line, next(read)) if isinstance(line, Line) else line.told


def _told(line: Line, words: tuple[Word, ...]) -> dict[str, Any]:
    told = [
        {
            "text": word.span.of(line.text),
            "pos": word.pos,
            "lemma": word.lemma,
            "morph": word.morph,
            "span": [word.span.start, word.span.end],
        }
        for word in words
    ]
    return {"id": line.id, "words": told}


def columns(told: Mapping[str, Any]) -> list[str]:
    """What a person is shown of it."""
    return [f"{word['text']}/{word['pos']}" for word in told.get("words", ())]
