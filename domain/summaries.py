"""Many posts in few words, all of them people's own."""

from __future__ import annotations

from dataclasses import dataclass

from domain.analyses import Span


@dataclass(frozen=True, slots=True)
class Extract:
    """A sentence of a post, as it was written; ``alike`` posts say much the same."""

    post_id: int
    text: str
    span: Span
    alike: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountedPhrase:
    """Words that several posts share, and which posts."""

    words: str
    post_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A sentence by a language model, and the posts that it rests on."""

    text: str
    post_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a set of posts says: its extracts and phrases come first, the most telling first.

    ``rewritten`` is empty unless a language model was asked and all it said was checked.
    """

    posts: int
    voices: int
    extracts: tuple[Extract, ...]
    phrases: tuple[CountedPhrase, ...]
    rewritten: tuple[Rewritten, ...] = ()
