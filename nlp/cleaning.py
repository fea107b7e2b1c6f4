"""What the models read: text without the marks that would hide or drown its words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LATIN = re.compile(r"[a-zA-Z]{2}|[a-zA-Z]\W*[а-яα-ω]|[а-яα-ω]\W*[a-zA-Z]")
_LIKE_LATIN = re.compile(r"[а-яёіјѕһԛԝα-ωА-ЯЁІЈЅΑ-Ω]")
_FOREIGN = re.compile(r"\w*[а-яёіјѕһԛԝα-ωА-ЯЁІЈЅΑ-Ω]\w*")
_ALIKE = str.maketrans(
    "аевсеніјкморѕтухһԛԝАВСЕНІЈКМОРЅТУХαβεηικμνορτυχΑΒΕΗΙΚΜΝΟΡΤΥΧ",
    "aebcehijkmopstyxhqwABCEHIJKMOPSTYXabehikmvoptuxABEHIKMNOPTYX",
)
_DIGITS = re.compile(r"(?<![\w-])(?=\w{0,30}[^\W\d_])(?=\w{0,30}[01345])\w{2,30}(?![\w-])")
_NUMBER = re.compile(
    r"^\d+[A-Za-z]$|^\d\d|\d\d$|^[A-Za-z]+[1-9]$"
    r"|^\d+(?:st|nd|rd|th|min|kg|km|cm|mm|ml|am|pm|gb|mb|hz|gh|hs|hrs?|px|em|d[ao]s?|[oa]s)$"
)
_NEVER = re.compile(r"[26789]|^[A-Z][A-Z\d]+$|\d{3}")
_INSIDE = re.compile(r"[^\W\d]\d{1,2}[^\W\d]")
_FULL_WIDTH = re.compile(r"[！-～]")
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_LIKE_LETTERS = re.compile(r"[01345]")
_LEET = str.maketrans("01345", "oieas")
_LEETSPEAK = 2  # words plainly spelled with digits; where there are as many, all that may be are
_ANY_LEET = re.compile(
    r"(?<!\S)[0134](?!\S)"
    r"|(?<![\w.,:/-])(?=\d{0,5}[^\W\d_])(?:[^\W\d_]|[01345]){2,30}(?![\w:/-])"
)
_URL = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_NETWORKED = re.compile(r"(?<!\w)(?:[@#]\w|https?(?!\w))")
_LONG_RUN = re.compile(r"(\w)\1{3,}")
_SHOUT = 8  # capitals; fewer are a name or an abbreviation
_SYMBOL = re.compile(r"[^\w\s!-~¡-¬®-ÿ‐-‧]")

# The encoder's vocabulary holds hardly any emoji; each stands for a word that it knows.
_WORDS = {
    "love": "❤♥😍🥰😘💕💖💗💓💙💚💛💜🖤🤍🧡💞💘",
    "happy": "😀😃😄😁😊🙂☺😇😋😌🤗😺",
    "funny": "😂🤣😆😅😹",
    "great": "👍👏🙌💪🔥⭐🌟✨🏆🥇💯🎉🥳🤩😎👌✅",
    "thanks": "🙏",
    "sad": "😢😭😞😔☹🙁😟😥😿😩😫😣😖💔😓🥺",
    "angry": "😡😠🤬😤👿💢",
    "bad": "👎💩🤮🤢🤡🙄😒😑😾❌",
    "afraid": "😱😨😰😧😦",
    "confused": "🤔😕🤨😐",
    "tired": "😴🥱",
}
_WORD_OF = {emoji: f" {word} " for word, emojis in _WORDS.items() for emoji in emojis}


def clean(text: str) -> str:
    """The text as the models read it.

    Invisible marks are dropped, web addresses are cut out, handles become ``@user``, an
    emoji becomes its word, a letter is said at most three times, spaces are single, and
    what is shouted is read as if it were said: the encoder knows few words in capitals.
    """
    text = undisguised(text if text.isascii() else _SYMBOL.sub(_spoken, text))
    if _shouted(text):
        text = text.lower()
    if "/" in text or "www." in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _HANDLE.sub("@user", text)
    text = _LONG_RUN.sub(r"\1\1\1", text)
    return " ".join(text.split())


def networked(text: str) -> bool:
    """Whether it is written as on social networks: with a handle, a hashtag or an address."""
    return _NETWORKED.search(text) is not None


def _shouted(text: str) -> bool:
    """Whether it is some words long, with hardly a small letter among the capitals."""
    if " " not in text or text[-9:].islower():
        return False
    capitals = sum(map(str.isupper, text))
    return capitals >= _SHOUT and capitals > 2 * sum(map(str.islower, text))


def undisguised(text: str) -> str:
    """The text with disguised letters put right, none added or lost.

    Full-width letters; Cyrillic and Greek letters in a word that also has Latin ones, or
    between such words; digits inside a word of letters (``p3ss1mo``), but not where they only
    end it, as the number of a model does, nor before a unit.
    """
    if not text.isascii() and _FULL_WIDTH.search(text):
        text = text.translate(_WIDE)
    if not text.isascii() and _LIKE_LATIN.search(text) and _LATIN.search(text):
        text = _FOREIGN.sub(lambda match: match[0].translate(_ALIKE), text)
    return _letters_for_digits(text) if _LIKE_LETTERS.search(text) else text


def _letters_for_digits(text: str) -> str:
    """Where several words are spelled with digits, the shortest and oddest are too."""
    plain = sum(_spelled(match) != match[0] for match in _DIGITS.finditer(text))
    if plain < _LEETSPEAK:
        return _DIGITS.sub(_spelled, text) if plain else text
    return _ANY_LEET.sub(lambda match: match[0].translate(_LEET), text)


def _spelled(match: re.Match[str]) -> str:
    word = match[0]
    letters = sum(character.isalpha() for character in word)
    if 2 * letters < len(word) or _NEVER.search(word):
        return word
    told = _INSIDE.search(word) or not _NUMBER.search(word)
    return word.translate(_LEET) if told else word


def legible(text: str) -> str:
    """The text without disguises and marks that leave no trace: what a language is told by."""
    if not text.isascii():
        text = _SYMBOL.sub(lambda match: "" if invisible(match[0]) else match[0], text)
    return undisguised(text)


def invisible(character: str) -> bool:
    """Whether it leaves no trace on a page: zero-width marks, soft hyphens, selectors."""
    return unicodedata.category(character) == "Cf" or "\ufe00" <= character <= "\ufe0f"


def _spoken(match: re.Match[str]) -> str:
    return _word(match[0])


@lru_cache(maxsize=4096)
def _word(character: str) -> str:
    if invisible(character):
        return ""
    return _WORD_OF.get(character, character)
