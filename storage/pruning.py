"""Erase what is too old to keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, exists, select

from domain.alerts import Delivery
from storage import dialects, fulltext
from storage.people_tables import OF_AUTHORS
from storage.stamps import stamp
from storage.story_work import pass_on
from storage.tables import authors, posts
from storage.work_tables import (
    digests,
    experience_posts,
    experiences,
    influences,
    interactions,
    outbox,
    quarantine,
)

_BATCH = 5000


def prune(engine: Engine, before: datetime) -> int:
    """Erase posts older than that, batch by batch, and whatever nothing else holds on to.

    What hangs on a post (versions, analysis, acts, words in the index) goes with it;
    so do experiences and authors left without any post, and old quarantined, delivered
    and digested texts. Killed in the middle, it goes on the next time.
    """
    erased = 0
    with engine.connect() as connection:
        while ids := _erase(connection, before):
            erased += ids
        dialects.begin_writing(connection)
        _sweep(connection, before)
        dialects.tidy(connection)
        connection.commit()
        dialects.settle(connection)
    return erased


def _erase(connection: Connection, before: datetime) -> int:
    dialects.begin_writing(connection)
    query = select(posts.c.id).where(posts.c.created_at < before).limit(_BATCH)
    ids: Sequence[int] = connection.scalars(query).all()
    fulltext.purge(connection, ids)
    pass_on(connection, ids)
    told = select(experience_posts.c.experience_id).where(experience_posts.c.post_id.in_(ids))
    touched = connection.scalars(told).all()
    stamp(connection, ids)
    connection.execute(delete(posts).where(posts.c.id.in_(ids)))
    left = exists().where(experience_posts.c.experience_id == experiences.c.id)
    connection.execute(delete(experiences).where(experiences.c.id.in_(touched), ~left))
    connection.commit()
    return len(ids)


def _sweep(connection: Connection, before: datetime) -> None:
    spoke = exists().where(posts.c.author_id == authors.c.id)
    heard = exists().where(interactions.c.speaker_id == authors.c.id)
    acted = exists().where(interactions.c.actor_id == authors.c.id)
    connection.execute(delete(authors).where(~spoke, ~heard, ~acted))
    for table in (influences, *OF_AUTHORS):
        known = exists().where(authors.c.id == table.c.author_id)
        connection.execute(delete(table).where(~known))
    connection.execute(delete(quarantine).where(quarantine.c.at < before))
    connection.execute(delete(digests).where(digests.c.written_at < before))
    over = outbox.c.state != Delivery.WAITING.value
    connection.execute(delete(outbox).where(over, outbox.c.created_at < before))
