"""All posts of the town in the order of time: who, when, on what, saying what."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from app.simulation.people import FORUM, REVIEWS, Floats, Ints, People
from app.simulation.recovery import Told
from app.simulation.settings import TownSettings
from app.simulation.speech import (
    NEUTRAL,
    OWN_BRAND,
    Saying,
    Speech,
    act_kind,
    reply_to,
)
from app.simulation.spread import Acts
from domain.posts import PostKind

OFFICIAL = -1
QUOTE, ADDRESS = "quote", "address"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Posts as columns in order of time; all references are places in this order.

    ``author`` is an account, OFFICIAL for our own; ``on`` the post acted on, -1 for
    none; ``cascade`` the post of one's own accord that it goes back to, -1 for the
    official ones; ``moved`` marks acts that spread along a tie; ``to_come`` counts the
    people whom a cascade will still move after the end (on its first post);
    ``seed`` is the place among the told seeds, -1 for others.
    """

    author: Ints
    at: Floats
    on: Ints
    cascade: Ints
    moved: np.ndarray[tuple[int], np.dtype[np.bool_]]
    to_come: Ints
    seed: Ints
    kinds: list[PostKind | str]
    sayings: list[Saying]

    def __len__(self) -> int:
        return len(self.kinds)


def timeline(
    settings: TownSettings, people: People, told: Told, acts: Acts, rng: random.Random
) -> Timeline:
    """Put people's own posts, what they set off and the official answers in order."""
    table = _Table(settings, told, acts)
    kinds, sayings = _said(people, told, table, rng)
    return Timeline(
        table.author,
        table.at,
        table.on,
        table.cascade,
        table.moved,
        table.to_come,
        table.seed,
        kinds,
        sayings,
    )


class _Table:
    """The columns, ordered by time, without what comes after the end."""

    def __init__(self, settings: TownSettings, told: Told, acts: Acts) -> None:
        seeds, moved = len(told.seeds), len(acts.actor)
        official = [
            (index, one)
            for index, one in enumerate(told.recoveries)
            if one.answered_at < settings.seconds
        ]
        place = {recovery: seeds + moved + i for i, (recovery, _) in enumerate(official)}
        author = np.array([seed.author for seed in told.seeds], dtype=np.int64)
        at = np.array([seed.at for seed in told.seeds])
        answers = [place.get(seed.answers, -1) for seed in told.seeds]
        on = [np.array(answers, dtype=np.int64), acts.cause]
        on.append(np.array([one.seed for _, one in official], dtype=np.int64))
        self._all_on = np.concatenate(on)
        self._all_at = np.concatenate([at, acts.at, [one.answered_at for _, one in official]])
        order = np.argsort(self._all_at, kind="stable")
        order = order[self._all_at[order] < settings.seconds]
        rank = np.full(len(self._all_at) + 1, -1)
        rank[order] = np.arange(len(order))
        nobody = np.full(len(official), -1)
        self.author = np.concatenate([author, acts.actor, nobody])[order]
        self.at = np.floor(self._all_at[order])
        self.on = rank[self._all_on[order]]
        self.cascade = rank[np.concatenate([np.arange(seeds), acts.cascade, nobody])[order]]
        self.moved = (order >= seeds) & (order < seeds + moved)
        self.seed = np.where(order < seeds, order, -1)
        later = np.bincount(acts.cascade[acts.at >= settings.seconds], minlength=len(rank))
        self.to_come = np.where(self.seed >= 0, later[order], 0)


def _said(
    people: People, told: Told, table: _Table, rng: random.Random
) -> tuple[list[PostKind | str], list[Saying]]:
    """How each acts and what each says, in the light of what it answers."""
    passed_on = np.bincount(table.on[table.moved], minlength=len(table.at)) > 0
    kinds: list[PostKind | str] = []
    sayings: list[Saying] = []
    heard: list[Saying] = []
    for place, (author, on, seed) in enumerate(
        zip(table.author.tolist(), table.on.tolist(), table.seed.tolist(), strict=True)
    ):
        source = int(people.source[author]) if author != OFFICIAL else 0
        if seed >= 0:
            saying = told.seeds[seed].saying
            kind: PostKind | str = _own_kind(source, saying)
        elif author == OFFICIAL:
            saying = Saying(Speech.OFFICIAL, NEUTRAL, OWN_BRAND, sayings[on].theme, told=False)
            kind = _reply_kind(int(people.source[int(table.author[on])]))
        else:
            kind = act_kind(source, bool(passed_on[place]), rng)
            saying = _act(kind, heard[on], rng)
            if source == FORUM and kinds[on] is PostKind.QUESTION and kind is PostKind.COMMENT:
                kind = PostKind.ANSWER if saying.speech in _ANSWERS else kind
        kinds.append(kind)
        sayings.append(saying)
        heard.append(heard[on] if saying.speech is Speech.SILENT else saying)
    return kinds, sayings


_ANSWERS = (Speech.ANSWER, Speech.RECOMMENDATION)


def _act(kind: PostKind | str, heard: Saying, rng: random.Random) -> Saying:
    if kind in (PostKind.SHARE, PostKind.REACTION):
        return heard._replace(speech=Speech.SILENT)
    return reply_to(heard, rng)


def _own_kind(source: int, saying: Saying) -> PostKind:
    if saying.speech is Speech.RELIEF:
        return _reply_kind(source)
    if saying.speech is Speech.QUESTION and source == FORUM:
        return PostKind.QUESTION
    return PostKind.REVIEW if source == REVIEWS else PostKind.POST


def _reply_kind(source: int) -> PostKind:
    return PostKind.COMMENT if source in (FORUM, REVIEWS) else PostKind.REPLY
