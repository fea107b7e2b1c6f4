"""The one place where foreign text is made safe to keep: NUL, lone surrogates, endless keys."""

from __future__ import annotations

import hashlib
import re

_DIRTY = re.compile("[\x00\ud800-\udfff]")
_KEY_BYTES = 1000
_KEY_HEAD = 900
_SHORT_KEY = _KEY_BYTES // 4  # No character takes more than four bytes.


def clean(text: str) -> str:
    """The text without NUL; paired surrogates joined, lone ones shown as U+FFFD."""
    if text.isprintable() or not _DIRTY.search(text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\x00", "")


def key(text: str) -> str:
    """A cleaned identifier of at most 1,000 bytes: a longer one ends in its own hash.

    PostgreSQL refuses index entries above 2,704 bytes.
    """
    text = clean(text)
    if len(text) <= _SHORT_KEY:
        return text
    encoded = text.encode()
    if len(encoded) <= _KEY_BYTES:
        return text
    head = encoded[:_KEY_HEAD].decode(errors="ignore")
    return f"{head}…{hashlib.sha256(encoded).hexdigest()[:32]}"


def clean_json(value: object) -> object:
    """The same JSON value with every text in it cleaned."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(str(name)): clean_json(one) for name, one in value.items()}
        case list() | tuple():
            return [clean_json(one) for one in value]
        case _:
            return value
