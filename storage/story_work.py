"""What is to be done for stories when posts come, change or go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from domain.posts import PostKind
from storage.bulk import insert_clean
from storage.lookup import portions
from storage.story_tables import story_due, story_posts
from storage.tables import mentions, posts

REPEATED_ELSEWHERE = 2
"""``mentions.repeated`` in a copy: counts by brand take in first mentions (0) only."""


def await_look(connection: Connection, fresh: Iterable[Mapping[str, Any]]) -> None:
    """Have new posts, just inserted, looked at for copies."""
    worded = [row["id"] for row in fresh if row["kind"] != PostKind.REACTION.value]
    insert_clean(connection, story_due, [{"post_id": number} for number in worded])


def look_again(connection: Connection, post_ids: Iterable[int]) -> None:
    """Have known posts looked at anew."""
    for portion in portions(post_ids):
        waits = select(story_due.c.post_id).where(story_due.c.post_id == posts.c.id)
        worded = posts.c.id.in_(portion) & (posts.c.kind != PostKind.REACTION.value)
        fresh = select(posts.c.id).where(worded, ~waits.exists())
        connection.execute(insert(story_due).from_select(["post_id"], fresh))


def pass_on(connection: Connection, post_ids: Sequence[int]) -> None:
    """Have whoever tells the same as posts that will be erased looked at anew."""
    stories = select(story_posts.c.story_id).where(story_posts.c.post_id.in_(post_ids))
    others = select(story_posts.c.post_id).where(
        story_posts.c.story_id.in_(stories), story_posts.c.post_id.not_in(post_ids)
    )
    look_again(connection, connection.scalars(others).all())


def count_once(connection: Connection, post_ids: Iterable[int]) -> None:
    """Leave the mentions of copies out of the counts, after they were written anew."""
    for portion in portions(post_ids):
        copied = select(story_posts.c.post_id).where(
            story_posts.c.post_id.in_(portion), story_posts.c.copy == 1
        )
        said = mentions.c.post_id.in_(copied) & (mentions.c.repeated == 0)
        connection.execute(update(mentions).where(said).values(repeated=REPEATED_ELSEWHERE))
