"""The collection of interactions: who acted on whose words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from domain.influence import Interaction, InteractionKind
from domain.windows import Window
from storage.lookup import add_new, batches, page, portions
from storage.posts import seconds
from storage.stamps import stamp
from storage.tables import posts
from storage.work_tables import interactions

ANSWERS = tuple(
    kind.value for kind in (InteractionKind.REPLY, InteractionKind.MENTION, InteractionKind.QUOTE)
)
"""Acts by which something is said to somebody: a like is no answer."""

Act = tuple[int, int, float, int, int, str]
"""(speaker id, actor id, epoch seconds, post id, id of the post acted on or 0, kind)."""


class Interactions:
    """Keep acts between authors, each once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, acts: Sequence[Interaction]) -> int:
        """Store acts; one by the same post on the same speaker of the same kind is known."""
        rows = [
            {
                "kind": act.kind.value,
                "speaker_id": act.speaker_id,
                "actor_id": act.actor_id,
                "at": act.at,
                "post_id": act.post_id,
                "on_post_id": act.on_post_id,
            }
            for act in acts
        ]
        stamp(self._connection, (act.post_id for act in acts))
        return add_new(self._connection, interactions, rows)

    def log(self, window: Window | None) -> Iterator[list[Act]]:
        """Every act of the window, or of all time, in batches and in no order."""
        query = select(
            interactions.c.speaker_id,
            interactions.c.actor_id,
            seconds(interactions.c.at),
            interactions.c.post_id,
            func.coalesce(interactions.c.on_post_id, 0),
            interactions.c.kind,
        )
        if window is not None:
            query = query.where(interactions.c.at >= window.start, interactions.c.at < window.end)
        return batches(self._connection, query)

    def cascades(self, post_ids: Iterable[int]) -> dict[int, list[tuple[int, float, str]]]:
        """(actor id, epoch seconds, kind) of everyone a post set in motion, itself or by others.

        Accepting an answer is an act of the asker, but what others say to the question is
        not set in motion by the answer: the walk does not go on from there.
        """
        found: dict[int, list[tuple[int, float, str]]] = {}
        for portion in portions(post_ids):
            for row in self._connection.execute(_cascades(portion)):
                found.setdefault(row[0], []).append((row[1], row[2], row[3]))
        return found

    def of_author(self, author_id: int, limit: int = 50) -> list[Interaction]:
        """Acts of this author and on this author's words, newest first."""
        at = interactions.c.at
        spoke = page(
            select(interactions).where(interactions.c.speaker_id == author_id).order_by(at.desc()),
            limit,
        )
        acted = page(
            select(interactions)
            .where(interactions.c.actor_id == author_id, interactions.c.speaker_id != author_id)
            .order_by(at.desc()),
            limit,
        )
        found = [
            _interaction(row) for query in (spoke, acted) for row in self._connection.execute(query)
        ]
        return sorted(found, key=lambda act: act.at, reverse=True)[: max(0, limit)]


def _interaction(row: Row[Any]) -> Interaction:
    kind = InteractionKind(row.kind)
    return Interaction(kind, row.speaker_id, row.actor_id, row.at, row.post_id, row.on_post_id)


def _cascades(post_ids: Sequence[int]) -> Select[Any]:
    roots = select(posts.c.id.label("root"), posts.c.id.label("post")).where(
        posts.c.id.in_(post_ids)
    )
    spread = roots.cte("spread", recursive=True)
    onwards = interactions.c.kind != InteractionKind.ACCEPTED_ANSWER.value
    step = select(spread.c.root, interactions.c.post_id).where(
        interactions.c.on_post_id == spread.c.post, onwards
    )
    spread = spread.union(step)
    return (
        select(
            spread.c.root,
            interactions.c.actor_id,
            seconds(interactions.c.at),
            interactions.c.kind,
        )
        .where(interactions.c.on_post_id == spread.c.post)
        .order_by(spread.c.root, interactions.c.at)
    )
