"""The words of a text as Boca compares them: the one way to fold and to split.

What is indexed, what is matched live and what a query asks for all pass through here, so a
query means the same thing everywhere. Case, accents, compatibility forms, invisible marks
and Cyrillic or Greek letters that look Latin make no difference.

A text becomes words in order. An address (``@handle``) is one word of its own kind: the name
in it does not count as that word. A tag (``#tag``) is the words in it where it stands, and
once more a word of its own kind after the last word, so that tags tear no phrase apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from domain.analyses import Span

AT, TAG = "＠", "＃"
"""What the words of addresses and tags begin with. Folding leaves no such sign anywhere else,
and no index takes one for a blank."""
SIGNS = (AT, TAG)
_SIGNS = str.maketrans({"@": AT, "#": TAG, "_": "＿", ".": "．", "-": "－"})
_PLAIN = {ord(full): chr(plain) for plain, full in _SIGNS.items()}

MOST_CHARACTERS = 100_000
"""Of a text that are read; the rest of a longer one is not."""
_LONGEST_WORD = 200
_WORD = re.compile(rf"[^\W_]{{1,{_LONGEST_WORD}}}")
_PART = re.compile(rf"@\w(?:[\w.-]{{0,62}}\w)?|[^\W_]{{1,{_LONGEST_WORD}}}")
_TAG = re.compile(r"(?<![\w&/])#(?=\w{0,99}[^\W\d_])\w{1,100}")

_INVISIBLE = "\0\u115f\u1160\u3164\uffa0"  # NUL is not stored; the others are blank letters
_LOOKALIKES = str.maketrans(
    "авсеніјкморѕтухһԛԝԁӏαβεηικμνορτυχζıɑɡøłđħ",
    "abcehijkmopstyxhqwdlabehikmvoptyxziagoldh",
) | {ord("æ"): "ae", ord("œ"): "oe"}


class _Folds(dict[int, str]):
    """What each character folds to, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    """Fold until nothing changes: a fold can give something that folds further."""
    piece = unicodedata.normalize("NFKD", character).casefold()
    piece = "".join(one for one in piece if not _vanishes(one)).translate(_LOOKALIKES)
    return piece if piece == character else "".join(map(_folded, piece))


def _vanishes(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me", "Cf") or character in _INVISIBLE


FOLDS = _Folds()
"""Character code → what it folds to: none, one or several characters. For ``str.translate``."""


def fold(text: str) -> str:
    """The text in lower case, without accents, disguises or anything invisible."""
    return text.lower() if text.isascii() and "\0" not in text else text.translate(FOLDS)


def _western_bytes() -> tuple[bytes, bytes]:
    """How each Latin-1 byte folds (NUL: not into one), and those that vanish."""
    folded = [FOLDS[code] for code in range(256)]
    table = bytearray(256)
    for code, one in enumerate(folded):
        if len(one) == 1 and one < "\u0100" and one not in "@#":
            table[code] = ord(one) if _WORD.match(one) else ord(" ")
    return bytes(table), bytes(code for code in range(256) if not folded[code])


_WESTERN, _VANISHING = _western_bytes()


def words(text: str) -> list[str]:
    """The folded words of a text, in order; five times faster where Latin-1 suffices."""
    text = text[:MOST_CHARACTERS]
    try:
        western = text.encode("latin-1").translate(_WESTERN, _VANISHING)
    except UnicodeEncodeError:
        return _split(fold(text))
    plain = western.decode("latin-1").split()
    if b"\0" in western or len(max(plain, key=len, default="")) > _LONGEST_WORD:
        return _split(fold(text))
    return plain


def _split(folded: str) -> list[str]:
    if "@" in folded or "#" in folded:
        parts = _PART.findall(folded) + _TAG.findall(folded)
        return [part.translate(_SIGNS) if part[0] in "@#" else part for part in parts]
    return _WORD.findall(folded)


def phrase(text: str) -> tuple[str, ...]:
    """The words of a text where they stand, tags read as the words in them."""
    return tuple(word for word in words(text) if word[0] != TAG)


def shown(word: str) -> str:
    """A folded word as people write it."""
    return word.translate(_PLAIN)


class Place(NamedTuple):
    """A word and where in the original text it stands."""

    word: str
    span: Span


def places(text: str) -> list[Place]:
    """The same words as ``words`` gives, each with its span of the text."""
    text = text[:MOST_CHARACTERS]
    folded, origins = traced(text)
    found = [*_PART.finditer(folded), *_TAG.finditer(folded)]
    spans = (Span(origins[match.start()], origins[match.end() - 1] + 1) for match in found)
    return [Place(word, span) for word, span in zip(_split(folded), spans, strict=True)]


def traced(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters where in the text it came from."""
    pieces = [FOLDS[ord(character)] for character in text]
    folded = "".join(pieces)
    if len(folded) == len(text) and all(pieces):
        return folded, range(len(text))
    return folded, [at for at, piece in enumerate(pieces) for _ in piece]
