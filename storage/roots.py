"""To which conversation a post belongs, whatever order its posts arrive in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PostKey = tuple[str, str]
Rows = Mapping[PostKey, dict[str, Any]]


def upward(row: Mapping[str, Any]) -> PostKey | None:
    """The key of the post to ask for this one's root: its thread's, else its parent's."""
    above = row["thread"] or row["parent"]
    return None if above is None or above == row["external_id"] else (row["source"], above)


def ties(row: Mapping[str, Any]) -> set[PostKey]:
    """The keys of the posts that this one acts on or points at."""
    pointed = (row["parent"], row["accepted_answer"], *(row["quotes"] or ()))
    return {(row["source"], one) for one in pointed if one and one != row["external_id"]}


def roots(rows: Rows, known: Mapping[PostKey, str]) -> dict[PostKey, str]:
    """The root of each of these rows; ``known`` holds the roots of posts stored before.

    Whatever leads to a post that nobody has seen yet has that post as its root for now.
    """
    found: dict[PostKey, str] = {}
    for start in rows:
        chain = _chain(start, rows, known, found)
        top = chain[-1]
        root = found.get(top) or known.get(top) or top[1]
        found |= {one: root for one in chain if one in rows}
    return found


def _chain(
    start: PostKey, rows: Rows, known: Iterable[PostKey], found: Rows | Any
) -> list[PostKey]:
    """The keys from a post upward, as far as the batch goes; a circle ends where it closes."""
    chain = dict.fromkeys([start])
    current = start
    while current in rows and current not in found and current not in known:
        above = upward(rows[current])
        if above is None or above in chain:
            break
        chain[above] = None
        current = above
    return list(chain)
