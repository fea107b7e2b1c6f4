"""Whether two texts are the same story, word by word: the last say after the marks.

A copy may have typing errors, words put before or after it, an end cut off, a few words more
or less. It may not have other words, or other numbers, where the first has its own: a form
letter with other facts is another story.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise

Words = Sequence[str]
FEWEST_WORDS = 8
"""Shorter texts are said by many people on their own: "chegou tarde"."""
_COVERED = 0.4
"""The share of the shorter text's pairs of words that the other must hold."""
_SHORTEST_SHARE = 0.35
_CHANGED_SHARE = 0.2


def same_story(one: Words, other: Words) -> bool:
    """Whether one is a copy of the other, or both are of a third."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < FEWEST_WORDS or len(short) < _SHORTEST_SHARE * len(long):
        return False
    if jaccard_parts(short, long)[0] < _COVERED:
        return False
    return _differ_as_copies_do(short, long)


def jaccard_parts(one: Words, other: Words) -> tuple[float, float]:
    """(share of the smaller set of word pairs that both have, Jaccard index of the two sets)."""
    first, second = set(pairwise(one)), set(pairwise(other))
    both = len(first & second)
    smaller, union = min(len(first), len(second)), len(first | second)
    return (both / smaller if smaller else 0.0, both / union if union else 0.0)


def _differ_as_copies_do(short: Words, long: Words) -> bool:
    start = _common(short, long)
    end = _common(short[start:][::-1], long[start:][::-1])
    middle, other = short[start : len(short) - end], long[start : len(long) - end]
    changed = 0
    for sign, low, high, first, last in SequenceMatcher(None, middle, other, False).get_opcodes():
        removed, added = middle[low:high], other[first:last]
        at_start = start == 0 and low == first == 0
        at_end = end == 0 and high == len(middle) and last == len(other)
        if sign == "replace" and not _mistyped(removed, added):
            return False
        if sign != "equal" and not (at_start or at_end):
            changed += max(len(removed), len(added))
    return changed <= max(3, _CHANGED_SHARE * len(short))


def _common(one: Words, other: Words) -> int:
    """How many words both begin with."""
    for count, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return count
    return min(len(one), len(other))


def _mistyped(one: Words, other: Words) -> bool:
    """Whether the same letters were meant; numbers must be equal."""
    first, second = "".join(one), "".join(other)
    if _digits(first) != _digits(second):
        return False
    slips = max(len(one), len(other)) + max(len(first), len(second)) // 8
    allowed = min(slips, max(1, min(len(first), len(second)) // 2))
    return abs(len(first) - len(second)) <= allowed and _slips(first, second) <= allowed


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _slips(one: str, other: str) -> int:
    """Letters wrong, missing, too many, or two in the wrong order (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, against in enumerate(other, 1):
            cost = min(
                last[column] + 1,
                current[-1] + 1,
                last[column - 1] + (letter != against),
            )
            swapped = row > 1 and column > 1 and letter == other[column - 2]
            if swapped and one[row - 2] == against:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, last = last, current
    return last[-1]
