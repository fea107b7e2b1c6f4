"""What the models read: text without the marks that would hide or drown its words."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_URL = re.compile(r"(?:https?://|www\.)\S+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_LONG_RUN = re.compile(r"(\w)\1{3,}")
_SPACES = re.compile(r"\s+")
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
    text = _SYMBOL.sub(_spoken, text)
    if _shouted(text):
        text = text.lower()
    if "/" in text or "www." in text:
        text = _URL.sub(" ", text)
    if "@" in text:
        text = _HANDLE.sub("@user", text)
    text = _LONG_RUN.sub(r"\1\1\1", text)
    return _SPACES.sub(" ", text).strip()


def _shouted(text: str) -> bool:
    """Whether it is some words long, with hardly a small letter among the capitals."""
    if " " not in text or text[-9:].islower():
        return False
    capitals = sum(map(str.isupper, text))
    return capitals >= _SHOUT and capitals > 2 * sum(map(str.islower, text))


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
