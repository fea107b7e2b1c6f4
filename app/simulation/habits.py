"""How each person writes: typos, bare vowels, slang, emoji, stretched words."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_VOWELS = "aeiou"
_BARE = {
    code: bare
    for code in range(0xC0, 0x250)
    if (bare := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)
}


class Habits(NamedTuple):
    """Rates in [0, 1] of one person's habits; ``wordy`` is how much one likes to write."""

    typo: float
    slang: float
    emoji: float
    stretch: float
    bang: float
    wordy: float
    bare: bool
    lower: bool


def habits_of(seed: int, author: int) -> Habits:
    """The habits of this author of this town, always the same."""
    rng = random.Random(seed * 1_000_003 + author)  # noqa: S311
    return Habits(
        typo=rng.choice((0.0, 0.0, 0.01, 0.03, 0.08)),
        slang=rng.choice((0.0, 0.0, 0.3, 0.8)),
        emoji=rng.choice((0.0, 0.0, 0.1, 0.3, 0.6)),
        stretch=rng.choice((0.0, 0.0, 0.05, 0.2)),
        bang=rng.choice((0.0, 0.1, 0.4)),
        wordy=rng.random(),
        bare=rng.random() < 0.25,
        lower=rng.random() < 0.25,
    )


def in_the_manner(
    text: str,
    habits: Habits,
    slang: Mapping[str, str],
    emoji: Sequence[str],
    kept: Sequence[str],
    rng: random.Random,
) -> str:
    """The text as this person would have typed it; words with a ``kept`` part stay whole."""
    if habits.slang and rng.random() < habits.slang:
        text = _with_slang(text, slang, rng)
    if habits.typo or habits.stretch:
        text = " ".join(_typed(word, habits, kept, rng) for word in text.split(" "))
    if text.endswith(".") and rng.random() < habits.bang:
        text = text[:-1] + "!" * rng.choice((1, 1, 2, 3))
    if habits.lower:
        text = text.lower()
    if habits.bare:
        text = without_accents(text)
    if emoji and rng.random() < habits.emoji:
        text = f"{text} {rng.choice(emoji) * rng.choice((1, 1, 1, 2, 3))}"
    return text


def without_accents(text: str) -> str:
    """The text with its Latin letters bare; emoji and punctuation stay."""
    return text if text.isascii() else text.translate(_BARE)


def _with_slang(text: str, slang: Mapping[str, str], rng: random.Random) -> str:
    words = text.split(" ")
    for place, word in enumerate(words):
        bare = word.rstrip(",.!?:")
        if bare in slang and rng.random() < 0.8:
            words[place] = slang[bare] + word[len(bare) :]
    return " ".join(words)


def _typed(word: str, habits: Habits, kept: Sequence[str], rng: random.Random) -> str:
    if len(word) < 4 or not word[-1:].isalpha() or not word.isalpha():
        return word
    if rng.random() < habits.typo and not _is_kept(word, kept):
        return _slip(word, rng)
    if rng.random() < habits.stretch * 0.15 and not _is_kept(word, kept):
        return _stretched(word, rng)
    return word


def _is_kept(word: str, kept: Sequence[str]) -> bool:
    folded = without_accents(word.lower())
    return any(folded.startswith(part) for part in kept)


def _slip(word: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    match rng.randrange(3):
        case 0:
            return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        case 1:
            return word[:place] + word[place + 1 :]
        case _:
            return word[:place] + word[place] + word[place:]


def _stretched(word: str, rng: random.Random) -> str:
    places = [place for place, letter in enumerate(word) if letter in _VOWELS]
    if not places:
        return word
    place = places[-1] if rng.random() < 0.5 else rng.choice(places)
    return word[:place] + word[place] * rng.randint(3, 6) + word[place + 1 :]
