"""The action log: who acted on whose words and when, in columns, and all that was said."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain.influence import InteractionKind
from domain.windows import Window
from graph.columns import Codes, Flags, Floats, Ints, Nodes

KINDS = tuple(InteractionKind)
"""The order in which kinds are numbered in ``ActionLog.kind``."""

_CODES = {str(kind): code for code, kind in enumerate(KINDS)}

Act = tuple[int, int, float, int, int, str]
"""``(speaker_id, actor_id, at, post_id, on_post_id or 0, kind)``, ``at`` in epoch seconds."""

Said = tuple[int, float] | tuple[int, float, int]
"""``(author_id, at)``, and the post's id where it is known."""


@dataclass(frozen=True, slots=True)
class ActionLog:
    """Acts and posts as columns; authors as dense indices into ``author_ids`` (ascending).

    One row for each act: ``speaker``, ``actor`` (int32), ``at`` (epoch seconds), the act's
    own ``post``, the post acted on ``on_post`` (0: the account), ``kind`` (index into
    ``KINDS``). One row for each thing said: ``said_by``, ``said_at``, ``said_post`` (0:
    unknown). About 34 bytes an act and 20 a post.

    >>> log = ActionLog.build([[(7, 9, 60.0, 2, 1, "reply")]], [[(7, 0.0), (9, 60.0)]])
    >>> log.author_ids.tolist(), log.speaker.tolist(), log.actor.tolist()
    ([7, 9], [0], [1])
    """

    author_ids: Ints
    speaker: Nodes
    actor: Nodes
    at: Floats
    post: Ints
    on_post: Ints
    kind: Codes
    said_by: Nodes
    said_at: Floats
    said_post: Ints

    @classmethod
    def build(cls, acts: Iterable[Sequence[Act]], spoken: Iterable[Sequence[Said]]) -> ActionLog:
        """The log from batches of acts and of things said, as the storage streams them.

        Where ``spoken`` also tells each post's id, the delays of first acts can be learned.
        """
        speaker, actor, at, post, on_post, kind = _joined(map(act_columns, acts), act_columns(()))
        said_by, said_at, said_post = _joined(map(said_columns, spoken), said_columns(()))
        return cls.of_columns(
            speaker=speaker, actor=actor, at=at, post=post, on_post=on_post, kind=kind,
            said_by=said_by, said_at=said_at, said_post=said_post,
        )  # fmt: skip

    @classmethod
    def of_columns(
        cls,
        *,
        speaker: Ints,
        actor: Ints,
        at: Floats,
        post: Ints,
        on_post: Ints,
        kind: Codes,
        said_by: Ints,
        said_at: Floats,
        said_post: Ints,
    ) -> ActionLog:
        """The log from whole columns in which authors stand by their ids."""
        ids = _distinct(np.concatenate([_distinct(one) for one in (speaker, actor, said_by)]))
        return cls(
            author_ids=ids,
            speaker=_dense(ids, speaker),
            actor=_dense(ids, actor),
            at=at,
            post=post,
            on_post=on_post,
            kind=kind,
            said_by=_dense(ids, said_by),
            said_at=said_at,
            said_post=said_post,
        )

    @property
    def authors(self) -> int:
        """How many authors spoke or acted."""
        return len(self.author_ids)

    @property
    def acts(self) -> int:
        """How many acts there are."""
        return len(self.speaker)

    def index(self, author_ids: ArrayLike) -> Ints:
        """The dense index of each author; -1 for one who is not in the log."""
        wanted = np.asarray(author_ids, np.int64)
        if not self.authors:
            return np.full(wanted.shape, -1, np.int64)
        place = np.searchsorted(self.author_ids, wanted).clip(max=self.authors - 1)
        return np.where(self.author_ids[place] == wanted, place, -1)

    def until(self, now: float) -> ActionLog:
        """What had happened by ``now`` (epoch seconds): clocks ahead of ours are not believed."""
        return self._keeping(self.at <= now, self.said_at <= now)

    def after(self, moment: float) -> ActionLog:
        """What happened later than this moment (epoch seconds)."""
        return self._keeping(self.at > moment, self.said_at > moment)

    def within(self, window: Window) -> ActionLog:
        """What happened in the window."""
        start, end = window.start.timestamp(), window.end.timestamp()
        return self._keeping(
            (self.at >= start) & (self.at < end), (self.said_at >= start) & (self.said_at < end)
        )

    def of_kinds(self, kinds: Collection[InteractionKind]) -> ActionLog:
        """Only acts of these kinds; all that was said stays."""
        codes = [code for code, kind in enumerate(KINDS) if kind in kinds]
        return self._keeping(np.isin(self.kind, codes), np.ones(len(self.said_by), bool))

    def without(self, author_ids: Collection[int]) -> ActionLog:
        """All but what these authors said and did, and what was done with their words."""
        return self._keeping(*self.of_others(author_ids))

    def of_others(self, author_ids: Collection[int]) -> tuple[Flags, Flags]:
        """Which acts, and which of what was said, stay ``without`` these authors."""
        left_out = np.isin(self.author_ids, np.fromiter(author_ids, np.int64, len(author_ids)))
        acts: Flags = ~(left_out[self.speaker] | left_out[self.actor])
        said: Flags = ~left_out[self.said_by]
        return acts, said

    def among(self, author_ids: Collection[int]) -> ActionLog:
        """Only acts between these authors, and what they said."""
        chosen = np.isin(self.author_ids, np.fromiter(author_ids, np.int64, len(author_ids)))
        return self._keeping(chosen[self.speaker] & chosen[self.actor], chosen[self.said_by])

    def _keeping(self, acts: Flags, said: Flags) -> ActionLog:
        """The rows chosen; authors keep their indices. Nothing is copied where all stay."""
        chosen: dict[str, NDArray[Any]] = {}
        for names, keep in ((_ACT_NAMES, acts), (_SAID_NAMES, said)):
            if not keep.all():
                chosen |= {name: getattr(self, name)[keep] for name in names}
        return replace(self, **chosen) if chosen else self


_NAMES = [field.name for field in fields(ActionLog)]
_ACT_NAMES, _SAID_NAMES = _NAMES[1:7], _NAMES[7:]
_ACT_TYPES = (np.int64, np.int64, np.float64, np.int64, np.int64)
_SAID_TYPES = (np.int64, np.float64)

_TABLE = 1 << 20

Chunk = tuple[NDArray[Any], ...]


def act_columns(batch: Sequence[Act]) -> Chunk:
    """One batch of acts as typed columns."""
    codes = np.fromiter((_CODES[row[5]] for row in batch), np.uint8, len(batch))
    return (*_columns(batch, _ACT_TYPES), codes)


def said_columns(batch: Sequence[Said]) -> Chunk:
    """One batch of things said as typed columns; posts without an id get 0."""
    if batch and len(batch[0]) == 3:
        return _columns(batch, (*_SAID_TYPES, np.int64))
    return (*_columns(batch, _SAID_TYPES), np.zeros(len(batch), np.int64))


def _columns(batch: Sequence[Any], types: tuple[type, ...]) -> Chunk:
    """The first columns of some rows; ten times as fast as zip(*batch) for thousands of rows."""
    return tuple(
        np.fromiter(map(itemgetter(place), batch), kind, len(batch))
        for place, kind in enumerate(types)
    )


def _joined(chunks: Iterable[Chunk], empty: Chunk) -> Chunk:
    """Chunks of columns joined end to end."""
    return tuple(np.concatenate(column) for column in zip(empty, *chunks, strict=True))


def _distinct(column: Ints) -> Ints:
    """The distinct values, ascending; sorting is far faster here than the hashing of np.unique."""
    if _packed(column):
        there = np.zeros(int(column.max()) + 1, bool)
        there[column] = True
        return np.flatnonzero(there)
    ascending = np.sort(column)
    new: Flags = np.append(True, ascending[1:] != ascending[:-1])[: len(column)]
    return ascending[new]


def _dense(ids: Ints, column: Ints) -> Nodes:
    """The place of each id in the ascending ``ids``."""
    if _packed(ids):
        place = np.zeros(int(ids[-1]) + 1, np.int32)
        place[ids] = np.arange(len(ids), dtype=np.int32)
        dense: Nodes = place[column]
        return dense
    return np.searchsorted(ids, column).astype(np.int32)


def _packed(ids: Ints) -> bool:
    """Whether a table with a place for every id up to the greatest is small, as databases count."""
    return len(ids) > 0 and int(ids.min()) >= 0 and int(ids.max()) < 16 * len(ids) + _TABLE
