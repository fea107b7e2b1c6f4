"""What can be said in the town, and how one answers what another said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from domain.analyses import Polarity
from domain.posts import PostKind

NO_BRAND, OWN_BRAND, RIVAL_BRAND = "", "own", "rival"


class Speech(StrEnum):
    """What somebody does with words."""

    COMPLAINT = "complaint"
    GRAVE = "grave"
    PRAISE = "praise"
    QUESTION = "question"
    REMARK = "remark"
    RECOMMENDATION = "recommendation"
    FAREWELL = "farewell"
    CHATTER = "chatter"
    ANSWER = "answer"
    ME_TOO = "me_too"
    AGREEMENT = "agreement"
    DISAGREEMENT = "disagreement"
    CURIOSITY = "curiosity"
    GRATITUDE = "gratitude"
    OFFICIAL = "official"
    RELIEF = "relief"
    SILENT = "silent"


class Saying(NamedTuple):
    """What one post says: its truth. ``stage`` is empty where the words tell none.

    ``theme`` is the stage the talk is about, told or not; ``brand`` the company it is
    about (own, rival or none), and ``mood`` what a silent act passes on.
    """

    speech: Speech
    polarity: Polarity
    brand: str
    theme: str
    told: bool = True

    @property
    def worded(self) -> bool:
        """Whether it has words at all: shares and reactions have none."""
        return self.speech is not Speech.SILENT

    @property
    def stage(self) -> str:
        """The stage that the words speak of, if they speak of one."""
        return self.theme if self.told and self.worded else ""


NEGATIVE, NEUTRAL, POSITIVE = Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE

_Reply = tuple[float, Speech, Polarity, bool]
_TO_NEGATIVE: tuple[_Reply, ...] = (
    (0.34, Speech.ME_TOO, NEGATIVE, True),
    (0.18, Speech.AGREEMENT, NEGATIVE, False),
    (0.14, Speech.DISAGREEMENT, POSITIVE, False),
    (0.20, Speech.ANSWER, NEUTRAL, True),
    (0.14, Speech.CURIOSITY, NEUTRAL, False),
)
_TO_POSITIVE: tuple[_Reply, ...] = (
    (0.30, Speech.ME_TOO, POSITIVE, True),
    (0.24, Speech.AGREEMENT, POSITIVE, False),
    (0.20, Speech.DISAGREEMENT, NEGATIVE, False),
    (0.16, Speech.CURIOSITY, NEUTRAL, False),
    (0.10, Speech.GRATITUDE, POSITIVE, False),
)
_TO_QUESTION: tuple[_Reply, ...] = (
    (0.46, Speech.ANSWER, NEUTRAL, True),
    (0.28, Speech.RECOMMENDATION, POSITIVE, False),
    (0.26, Speech.ME_TOO, NEGATIVE, True),
)
_TO_ANSWER: tuple[_Reply, ...] = (
    (0.5, Speech.GRATITUDE, POSITIVE, False),
    (0.3, Speech.CURIOSITY, NEUTRAL, False),
    (0.2, Speech.ME_TOO, NEGATIVE, True),
)
_TO_CHATTER: tuple[_Reply, ...] = ((1.0, Speech.CHATTER, NEUTRAL, False),)
_QUESTIONS = (Speech.QUESTION, Speech.CURIOSITY)


def reply_to(heard: Saying, rng: random.Random) -> Saying:
    """What one says to what one has heard."""
    choices = _choices(heard)
    _, speech, polarity, told = _pick(choices, rng)
    return Saying(speech, polarity, heard.brand, heard.theme, told)


def _choices(heard: Saying) -> Sequence[_Reply]:
    if heard.brand == NO_BRAND:
        return _TO_CHATTER
    if heard.speech in _QUESTIONS:
        return _TO_QUESTION
    if heard.polarity is NEGATIVE:
        return _TO_NEGATIVE
    return _TO_POSITIVE if heard.polarity is POSITIVE else _TO_ANSWER


def _pick(choices: Sequence[_Reply], rng: random.Random) -> _Reply:
    draw = rng.random()
    for choice in choices:
        draw -= choice[0]
        if draw < 0:
            return choice
    return choices[-1]


GRAVE_STAGES = frozenset({"use", "delivery", "billing", "support"})
RELIEF_STAGES = GRAVE_STAGES
"""Stages for which there are words of their own; other relief tells no stage."""

_ACTS: dict[int, tuple[tuple[PostKind | str, float], ...]] = {
    0: ((PostKind.REPLY, 0.52), (PostKind.SHARE, 0.2), ("quote", 0.14), ("address", 0.06)),
    1: ((PostKind.COMMENT, 0.8),),
    2: ((PostKind.COMMENT, 0.45),),
}


def act_kind(source: int, passed_on: bool, rng: random.Random) -> PostKind | str:
    """How one acts on a post: one that others act on in turn is never a mere reaction.

    "quote" and "address" are posts that quote another, or speak to its author by @name.
    """
    kinds = _ACTS[source]
    total = sum(weight for _, weight in kinds) if passed_on else 1.0
    draw = rng.random() * total
    for kind, weight in kinds:
        draw -= weight
        if draw < 0:
            return kind
    return kinds[0][0] if passed_on else PostKind.REACTION
