"""The collection of experiences: the units of work, and their queue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select

from domain.experiences import Answer, Experience, Factor, Priority, Reach, Reason
from storage.cleaning import key
from storage.dialects import upsert
from storage.interactions import ANSWERS
from storage.lookup import add_new, among, page, portions
from storage.tables import posts
from storage.work_tables import experience_posts, experiences, interactions

_BATCH = 1000


class Experiences:
    """Keep experiences by their key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(
        self, told: Sequence[Experience], weighed_at: datetime | None = None
    ) -> list[Experience]:
        """Store them, each over the one of the same key, and give them back with their ids.

        Without ``weighed_at`` they are due to be weighed.
        """
        if not told:
            return []
        rows = list({row["key"]: row for row in map(_row, told)}.values())
        rows = [row | {"weighed_at": weighed_at} for row in rows]
        self._connection.execute(upsert(self._connection, experiences, ["key"]), rows)
        query = select(experiences.c.key, experiences.c.id)
        found = among(self._connection, query, experiences.c.key, (row["key"] for row in rows))
        ids = {row.key: row.id for row in found}
        self._tie({ids[row["key"]]: row["post_ids"] for row in rows})
        return [replace(experience, id=ids[key(experience.key)]) for experience in told]

    def remove(self, ids: Iterable[int]) -> None:
        """Forget experiences that turned out to be none."""
        for portion in portions(ids):
            self._connection.execute(delete(experiences).where(experiences.c.id.in_(portion)))

    def get(self, experience_id: int) -> Experience | None:
        """The experience of this id."""
        found = self._read(select(experiences).where(experiences.c.id == experience_id))
        return next(iter(found), None)

    def get_many(self, experience_ids: Iterable[int]) -> dict[int, Experience]:
        """Those of these experiences that are known, by id."""
        query = select(experiences)
        rows = among(self._connection, query, experiences.c.id, experience_ids)
        return {row.id: _experience(row) for row in rows}

    def of_authors(self, author_ids: Iterable[int]) -> list[Experience]:
        """All that these authors went through, by id."""
        query = select(experiences).order_by(experiences.c.id)
        rows = among(self._connection, query, experiences.c.author_id, author_ids)
        return [_experience(row) for row in rows]

    def due(self, since: datetime, before: datetime, limit: int) -> list[Experience]:
        """What is to be weighed: never weighed as it is, or told of ``since`` and not weighed
        at or after ``before``. The never weighed come first."""
        weighed = experiences.c.weighed_at
        fresh = self._read(page(select(experiences).where(weighed.is_(None)), limit))
        old = select(experiences).where(weighed < before, experiences.c.last_told_at >= since)
        return fresh + self._read(page(old.order_by(weighed), limit - len(fresh)))

    def newly_answered(
        self, voices: Collection[int], before: datetime, limit: int
    ) -> list[Experience]:
        """Those to which one of these voices has spoken since their customer did, not known as
        answered, and not weighed at or after ``before``: however long ago they were told."""
        spoke = interactions.join(
            experience_posts, experience_posts.c.post_id == interactions.c.on_post_id
        )
        number = experience_posts.c.experience_id
        last = (
            select(number, func.max(interactions.c.at).label("at"))
            .select_from(spoke)
            .where(interactions.c.actor_id.in_(voices), interactions.c.kind.in_(ANSWERS))
            .group_by(number)
            .subquery()
        )
        query = select(experiences).join(last, last.c.experience_id == experiences.c.id)
        late = last.c.at >= experiences.c.last_told_at, experiences.c.answered_at.is_(None)
        return self._read(page(query.where(*late, experiences.c.weighed_at < before), limit))

    def serious(self, severity: float, since: datetime, after: int, limit: int) -> list[Experience]:
        """What is as bad as this or worse and was told of ``since``, by id, from ``after`` on."""
        told = experiences.c.severity >= severity, experiences.c.last_told_at >= since
        query = select(experiences).where(*told, experiences.c.id > after)
        return self._read(page(query.order_by(experiences.c.id), limit))

    def reach_at(self, share: float, since: datetime) -> float:
        """The reach to come above which only this share of the queue lies; 0 if it is empty."""
        told = experiences.c.last_told_at >= since, experiences.c.severity > 0
        count = select(func.count()).select_from(experiences).where(*told)
        place = int((self._connection.scalar(count) or 0) * share)
        ordered = select(experiences.c.to_come).where(*told).order_by(experiences.c.to_come.desc())
        return self._connection.scalar(ordered.offset(place).limit(1)) or 0.0

    def by_key(self, name: str) -> Experience | None:
        """The experience of this key."""
        found = self._read(select(experiences).where(experiences.c.key == name))
        return next(iter(found), None)

    def of_posts(self, post_ids: Iterable[int]) -> dict[int, int]:
        """Experience id by post id; the first, where a post tells of several."""
        query = select(experience_posts).order_by(experience_posts.c.experience_id.desc())
        rows = among(self._connection, query, experience_posts.c.post_id, post_ids)
        return {row.post_id: row.experience_id for row in rows}

    def queue(
        self,
        brand: str | None = None,
        stage: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
        offset: int = 0,
        unanswered: bool = False,
    ) -> list[Experience]:
        """What to mend (severity above 0), most pressing first; or only what is not answered."""
        query = _about(select(experiences), brand, since).where(experiences.c.severity > 0)
        if stage is not None:
            query = query.where(experiences.c.stage == stage)
        if unanswered:
            query = query.where(experiences.c.answered_at.is_(None))
        ordered = query.order_by(experiences.c.priority.desc(), experiences.c.id.desc())
        return self._read(page(ordered, limit, offset))

    def of_author(self, author_id: int, limit: int = 50) -> list[Experience]:
        """What an author went through, latest first."""
        query = select(experiences).where(experiences.c.author_id == author_id)
        latest = query.order_by(experiences.c.last_told_at.desc(), experiences.c.id.desc())
        return self._read(page(latest, limit))

    def active(self, since: datetime) -> Iterator[list[Experience]]:
        """Batches of what was told of since then, by id."""
        query = select(experiences).where(experiences.c.last_told_at >= since)
        last = 0
        while batch := self._read(_after(query, last)):
            yield batch
            last = batch[-1].id

    def count(self, brand: str | None = None, since: datetime | None = None) -> int:
        """How many experiences were told of since then, happy ones too."""
        query = _about(select(func.count()).select_from(experiences), brand, since)
        return self._connection.scalar(query) or 0

    def _read(self, query: Select[Any]) -> list[Experience]:
        return [_experience(row) for row in self._connection.execute(query)]

    def _tie(self, post_ids: dict[int, Sequence[int]]) -> None:
        """Note which posts tell of which experience; erased posts are passed over."""
        for portion in portions(post_ids):
            theirs = experience_posts.c.experience_id.in_(portion)
            self._connection.execute(delete(experience_posts).where(theirs))
        told = (post_id for some in post_ids.values() for post_id in some)
        known = {row.id for row in among(self._connection, select(posts.c.id), posts.c.id, told)}
        rows = [
            {"post_id": post_id, "experience_id": number}
            for number, some in post_ids.items()
            for post_id in some
            if post_id in known
        ]
        add_new(self._connection, experience_posts, rows)


def _about(query: Select[Any], brand: str | None, since: datetime | None) -> Select[Any]:
    if brand is not None:
        query = query.where(experiences.c.brand == brand)
    if since is not None:
        query = query.where(experiences.c.last_told_at >= since)
    return query


def _after(query: Select[Any], last: int) -> Select[Any]:
    return query.where(experiences.c.id > last).order_by(experiences.c.id).limit(_BATCH)


def _row(experience: Experience) -> dict[str, Any]:
    reach, priority, answer = experience.reach, experience.priority, experience.answer
    return {
        "key": key(experience.key),
        "brand": experience.brand,
        "stage": experience.stage,
        "author_id": experience.author_id,
        "told_at": experience.told_at,
        "last_told_at": experience.last_told_at,
        "score": experience.score,
        "severity": experience.severity,
        "so_far": reach.so_far,
        "to_come": reach.to_come,
        "low": reach.low,
        "high": reach.high,
        "priority": priority.value,
        "floored": int(priority.floored),
        "factors": [
            [factor.name, factor.value, factor.reason.code, dict(factor.reason.params)]
            for factor in priority.factors
        ],
        "post_ids": list(experience.post_ids),
        "answered_at": answer.at if answer else None,
        "answered_by": answer.author_id if answer else None,
    }


def _experience(row: Row[Any]) -> Experience:
    factors = tuple(
        Factor(name, value, Reason(code, params)) for name, value, code, params in row.factors or ()
    )
    return Experience(
        key=row.key,
        brand=row.brand,
        stage=row.stage,
        post_ids=tuple(row.post_ids or ()),
        author_id=row.author_id,
        told_at=row.told_at,
        last_told_at=row.last_told_at,
        score=row.score,
        severity=row.severity,
        reach=Reach(row.so_far, row.to_come, row.low, row.high),
        priority=Priority(row.priority, factors, bool(row.floored)),
        answer=Answer(row.answered_at, row.answered_by) if row.answered_at else None,
        id=row.id,
    )
