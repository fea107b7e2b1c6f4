"""What a voice sets in motion: acts between authors, and measures of influence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InteractionKind(StrEnum):
    """How one author acted on another's words."""

    REPLY = "reply"
    MENTION = "mention"
    SHARE = "share"
    QUOTE = "quote"
    REACTION = "reaction"
    ACCEPTED_ANSWER = "accepted_answer"


@dataclass(frozen=True, slots=True)
class Interaction:
    """A directed act: ``actor`` did something with what ``speaker`` had said.

    Influence flows from the speaker to the actor. ``post_id`` is the act's own post,
    ``on_post_id`` the post acted on (None where only the account was addressed).
    """

    kind: InteractionKind
    speaker_id: int
    actor_id: int
    at: datetime
    post_id: int
    on_post_id: int | None = None


@dataclass(frozen=True, slots=True)
class Influence:
    """A named measure of one author, with an 80 % interval ``[low, high]``.

    ``expected_reach`` counts distinct people set in motion by one post, the author
    not counted; ``vouched_reach`` counts each of them only as far as others act on them in
    turn, so that it is never more; ``pagerank`` and ``degree`` are baselines whose interval is
    a point.
    """

    author_id: int
    measure: str
    value: float
    low: float
    high: float
    measured_at: datetime
    topic: str = ""


EXPECTED_REACH = "expected_reach"
PAGERANK = "pagerank"
DEGREE = "degree"
VOUCHED_REACH = "vouched_reach"
