"""The collection of communities: who belongs to them, how they live, who stands out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from domain.communities import Community, Life, Role, Standing
from storage.dialects import insert_new, upsert
from storage.lookup import page, portions
from storage.people_tables import (
    communities,
    community_days,
    community_members,
    community_voices,
)
from storage.tables import THERE, analyses, posts
from storage.topic_tables import post_topics

_LIFE = ("at", "members", "active", "acts", "inside", "mutual", "newcomers")


class Communities:
    """Keep the communities found last, and what each was like on every day before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def membership(self) -> dict[int, int]:
        """The community of each author who has one."""
        rows = self._connection.execute(
            select(community_members.c.author_id, community_members.c.community_id)
        )
        return {row[0]: row[1] for row in rows}

    def replace(
        self,
        membership: Mapping[int, int],
        lives: Mapping[int, Life],
        standings: Iterable[Standing],
        at: datetime,
    ) -> None:
        """Put these in the place of those found before; who is not among them is gone."""
        self._connection.execute(delete(community_members))
        self._connection.execute(delete(community_voices))
        known = [{"id": one, "born_at": at} for one in lives]
        self._write(insert_new(self._connection, communities), known)
        self._keep_or_end(set(lives), at)
        days = [_day(one, life) for one, life in lives.items()]
        self._write(upsert(self._connection, community_days, ["community_id", "day"]), days)
        members = [{"author_id": who, "community_id": one} for who, one in membership.items()]
        self._write(insert(community_members), members)
        self._write(insert(community_voices), [_voice(one) for one in standings])

    def count_posts(self, since: datetime) -> None:
        """Count anew what the members' posts of late are about, by stage and by topic."""
        stages = self._counts(analyses, "stage", since)
        topics = self._counts(post_topics, "topic_id", since)
        for one in self._connection.scalars(select(communities.c.id).where(_LIVING)):
            told: dict[str, Any] = {"stages": stages.get(one, {}), "topics": topics.get(one, {})}
            changed = update(communities).where(communities.c.id == one)
            self._connection.execute(changed.values(told))

    def living(self, limit: int, offset: int = 0) -> list[Community]:
        """The communities there are, the largest first."""
        size = community_days.c.members.desc()
        query = _latest().where(_LIVING).order_by(size, communities.c.id)
        return [_community(row) for row in self._connection.execute(page(query, limit, offset))]

    def get(self, community_id: int) -> Community | None:
        """One community, gone or not."""
        one = _latest().where(communities.c.id == community_id)
        row = self._connection.execute(one).first()
        return _community(row) if row else None

    def of_author(self, author_id: int) -> int | None:
        """The community an author belongs to."""
        one = community_members.c.author_id == author_id
        return self._connection.scalar(select(community_members.c.community_id).where(one))

    def members(self, community_id: int, limit: int, offset: int = 0) -> list[int]:
        """The ids of a community's authors, in order."""
        query = select(community_members.c.author_id).order_by(community_members.c.author_id)
        ours = query.where(community_members.c.community_id == community_id)
        return list(self._connection.scalars(page(ours, limit, offset)))

    def lives(self, community_id: int) -> list[Life]:
        """What a community was like on each day it was looked at, oldest first."""
        query = select(*(community_days.c[name] for name in _LIFE))
        ours = query.where(community_days.c.community_id == community_id)
        return [Life(*row) for row in self._connection.execute(ours.order_by(community_days.c.day))]

    def standings(self, community_id: int) -> list[Standing]:
        """Who stands out in it, the first first."""
        ours = select(community_voices).where(community_voices.c.community_id == community_id)
        ordered = ours.order_by(community_voices.c.value.desc(), community_voices.c.author_id)
        return [
            Standing(row.community_id, Role(row.role), row.author_id, row.value)
            for row in self._connection.execute(ordered)
        ]

    def _write(self, statement: Any, rows: Iterable[dict[str, Any]]) -> None:
        for portion in portions(rows, 10_000):
            self._connection.execute(statement, portion)

    def _keep_or_end(self, living: set[int], at: datetime) -> None:
        rows = self._connection.execute(select(communities.c.id, communities.c.gone_at)).all()
        for row in rows:
            if (row.id in living) == (row.gone_at is None):
                continue
            gone = None if row.id in living else at
            changed = update(communities).where(communities.c.id == row.id)
            self._connection.execute(changed.values(gone_at=gone))

    def _counts(self, table: Any, name: str, since: datetime) -> dict[int, Counter[str]]:
        """Posts since then of each community's members, by a column of a table of posts."""
        column, home = table.c[name], community_members.c.community_id
        query = (
            select(home, column, func.count())
            .select_from(table)
            .join(posts, posts.c.id == table.c.post_id)
            .join(community_members, community_members.c.author_id == posts.c.author_id)
            .where(column.is_not(None), posts.c.created_at >= since, THERE)
            .group_by(home, column)
        )
        found: dict[int, Counter[str]] = {}
        for one, value, count in self._connection.execute(query):
            found.setdefault(one, Counter())[str(value)] = count
        return found


_LIVING = communities.c.gone_at.is_(None)


def _latest() -> Select[Any]:
    """Communities beside the last day of each."""
    day = community_days.alias("latest")
    last = select(func.max(day.c.day)).where(day.c.community_id == communities.c.id)
    same = community_days.c.community_id == communities.c.id
    columns = (community_days.c[name] for name in _LIFE)
    joined = select(communities, *columns).join(community_days, same)
    return joined.where(community_days.c.day == last.scalar_subquery())


def _day(community_id: int, life: Life) -> dict[str, Any]:
    midnight = datetime.combine(life.at.date(), time(0), life.at.tzinfo)
    values = {name: getattr(life, name) for name in _LIFE}
    return {"community_id": community_id, "day": midnight, **values}


def _voice(one: Standing) -> dict[str, Any]:
    return {
        "community_id": one.community_id,
        "role": one.role.value,
        "author_id": one.author_id,
        "value": one.value,
    }


def _community(row: Row[Any]) -> Community:
    life = Life(*(getattr(row, name) for name in _LIFE))
    topics = {int(topic): count for topic, count in (row.topics or {}).items()}
    return Community(row.id, row.born_at, life, row.stages or {}, topics, row.gone_at)
