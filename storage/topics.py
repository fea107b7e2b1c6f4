"""The collection of topics: which posts belong to them, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, func, insert, select, update

from domain.analyses import Polarity
from domain.topics import Topic, TopicChange, TopicEvent
from domain.windows import Window
from storage.lookup import add_new, among, change_each, page, portions
from storage.tables import analyses, posts
from storage.topic_tables import UNPLACED, post_topics, topic_events, topics


@dataclass(frozen=True, slots=True)
class PlacedVector:
    """A post's packed vector, and who wrote it."""

    post_id: int
    author_id: int
    vector: bytes


@dataclass(frozen=True, slots=True)
class Middle:
    """Where a topic lies: the mean of its vectors (packed floats) and how many it stands for."""

    topic_id: int
    vector: bytes
    weight: float


@dataclass(frozen=True, slots=True)
class TopicCount:
    """What a window holds of one topic."""

    posts: int
    negative: int


class Topics:
    """Keep topics, and the place of every post among them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unplaced(self, limit: int) -> list[PlacedVector]:
        """Posts that were not looked at since they were last analysed, oldest first."""
        return self._found(_vectors().where(UNPLACED).order_by(post_topics.c.post_id), limit)

    def loose(self, since: datetime, limit: int) -> list[PlacedVector]:
        """The newest posts that belong to no topic."""
        free = _vectors().where(post_topics.c.topic_id.is_(None), post_topics.c.placed == 1)
        query = free.where(post_topics.c.created_at >= since, post_topics.c.vector.is_not(None))
        return self._found(query.order_by(post_topics.c.created_at.desc()), limit)

    def sizes(self, topic_ids: Iterable[int]) -> dict[int, int]:
        """How many posts each of these topics holds."""
        held = post_topics.c.topic_id
        query = select(held, func.count().label("posts")).group_by(held)
        return {row.topic_id: row.posts for row in among(self._connection, query, held, topic_ids)}

    def members(self, topic_id: int, limit: int) -> list[PlacedVector]:
        """A topic's newest posts, as far as their vectors are kept."""
        inside = _vectors().where(post_topics.c.topic_id == topic_id)
        query = inside.where(post_topics.c.vector.is_not(None))
        return self._found(query.order_by(post_topics.c.created_at.desc()), limit)

    def place(self, places: Mapping[int, int | None]) -> None:
        """Put posts into topics, or into none."""
        by_topic: dict[int | None, list[int]] = {}
        for post_id, topic_id in places.items():
            by_topic.setdefault(topic_id, []).append(post_id)
        for topic_id, post_ids in by_topic.items():
            for portion in portions(post_ids):
                these = post_topics.c.post_id.in_(portion)
                moved = update(post_topics).where(these, post_topics.c.placed != _BY_HAND)
                self._connection.execute(moved.values(placed=1, topic_id=topic_id))
            self._touch(topic_id)

    def add(self, born_at: datetime) -> int:
        """A new topic, without posts."""
        row = {"words": {}, "name": "", "born_at": born_at, "last_at": born_at}
        made = insert(topics).values(row | {"middle": b"", "weight": 0.0}).returning(topics.c.id)
        return int(self._connection.execute(made).scalar_one())

    def middles(self) -> list[Middle]:
        """Where the living topics lie, by id."""
        query = select(topics.c.id, topics.c.middle, topics.c.weight)
        rows = self._connection.execute(query.where(_LIVING).order_by(topics.c.id))
        return [Middle(row.id, row.middle, row.weight) for row in rows]

    def set_middles(self, middles: Iterable[Middle]) -> None:
        """Move topics."""
        for middle in middles:
            moved = update(topics).where(topics.c.id == middle.topic_id)
            values = {"middle": middle.vector, "weight": middle.weight}
            self._connection.execute(moved.values(values))

    def set_words(self, topic_id: int, words: Mapping[str, Sequence[str]]) -> None:
        """Call a topic by these words of its own, by language."""
        named = update(topics).where(topics.c.id == topic_id)
        self._connection.execute(named.values(words={key: list(words[key]) for key in words}))

    def rename(self, topic_id: int, name: str, person: str, at: datetime) -> None:
        """Let a person name it; an empty name gives it its own words back."""
        self._connection.execute(update(topics).where(topics.c.id == topic_id).values(name=name))
        self.note(TopicEvent(topic_id, TopicChange.RENAMED, at, person=person))

    def merge(self, topic_id: int, into: int, at: datetime, person: str = "") -> None:
        """Make one topic a part of another; its page leads there from now on."""
        moved = update(post_topics).where(post_topics.c.topic_id == topic_id)
        self._connection.execute(moved.values(topic_id=into))
        gone = (topics.c.id == topic_id) | (topics.c.merged_into == topic_id)
        self._connection.execute(update(topics).where(gone).values(merged_into=into))
        self._touch(into)
        self.note(TopicEvent(topic_id, TopicChange.MERGED, at, into, person))

    def take_out(self, post_id: int) -> None:
        """A person says that this post belongs to no topic: it is never placed again."""
        one = update(post_topics).where(post_topics.c.post_id == post_id)
        self._connection.execute(one.values(topic_id=None, placed=_BY_HAND))

    def note(self, event: TopicEvent) -> None:
        """Remember a change."""
        row = {
            "topic_id": event.topic_id,
            "change": event.change.value,
            "at": event.at,
            "other": event.other,
            "person": event.person,
        }
        self._connection.execute(insert(topic_events), row)

    def events(self, topic_id: int) -> list[TopicEvent]:
        """What became of a topic, and what became a part of it, oldest first."""
        about = (topic_events.c.topic_id == topic_id) | (topic_events.c.other == topic_id)
        rows = self._connection.execute(
            select(topic_events).where(about).order_by(topic_events.c.id)
        )
        return [
            TopicEvent(row.topic_id, TopicChange(row.change), row.at, row.other, row.person)
            for row in rows
        ]

    def get_many(self, topic_ids: Iterable[int]) -> dict[int, Topic]:
        """These topics, by id."""
        wanted = list(topic_ids)
        held = select(post_topics.c.topic_id, func.count()).group_by(post_topics.c.topic_id)
        found: dict[int, Topic] = {}
        for portion in portions(wanted):
            counts = self._connection.execute(held.where(post_topics.c.topic_id.in_(portion)))
            sizes: dict[int, int] = {row[0]: row[1] for row in counts}
            rows = self._connection.execute(select(topics).where(topics.c.id.in_(portion)))
            found |= {row.id: _topic(row, sizes.get(row.id, 0)) for row in rows}
        return found

    def posts_of(self, topic_id: int, limit: int, offset: int = 0) -> list[int]:
        """Ids of a topic's posts, newest first; those gone at their source are left out."""
        inside = select(post_topics.c.post_id).join(posts).where(posts.c.gone_at.is_(None))
        query = inside.where(post_topics.c.topic_id == topic_id)
        ordered = query.order_by(post_topics.c.created_at.desc(), post_topics.c.post_id.desc())
        return list(self._connection.scalars(page(ordered, limit, offset)))

    def topic_of(self, post_id: int) -> int | None:
        """The topic a post belongs to."""
        query = select(post_topics.c.topic_id).where(post_topics.c.post_id == post_id)
        return self._connection.scalar(query)

    def counts(self, window: Window) -> dict[int, TopicCount]:
        """The posts of each topic in a window; those gone at their source are left out."""
        negative = case((analyses.c.polarity == Polarity.NEGATIVE.value, 1), else_=0)
        query = (
            select(post_topics.c.topic_id, func.count(), func.sum(negative))
            .join(analyses, analyses.c.post_id == post_topics.c.post_id)
            .join(posts, posts.c.id == post_topics.c.post_id)
            .where(_within(window), post_topics.c.topic_id.is_not(None), posts.c.gone_at.is_(None))
            .group_by(post_topics.c.topic_id)
        )
        return {row[0]: TopicCount(row[1], row[2]) for row in self._connection.execute(query)}

    def placed(self, window: Window) -> int:
        """How many posts of a window were looked at, of a topic or not."""
        query = select(func.count()).select_from(post_topics)
        return self._connection.scalar(query.where(_within(window))) or 0

    def fade(self, before: datetime) -> None:
        """Forget the vectors of posts older than that; what they were placed in stays."""
        old = (post_topics.c.created_at < before) & post_topics.c.vector.is_not(None)
        faded = update(post_topics).where(old, post_topics.c.placed != 0)
        self._connection.execute(faded.values(vector=None))

    def _touch(self, topic_id: int | None) -> None:
        if topic_id is None:
            return
        newest = select(func.max(post_topics.c.created_at)).where(
            post_topics.c.topic_id == topic_id
        )
        last = self._connection.scalar(newest)
        if last is not None:
            moved = update(topics).where(topics.c.id == topic_id)
            self._connection.execute(moved.values(last_at=last))

    def _found(self, query: Any, limit: int) -> list[PlacedVector]:
        rows = self._connection.execute(page(query, limit))
        return [
            PlacedVector(row.post_id, row.author_id or -row.post_id, row.vector) for row in rows
        ]


_LIVING = topics.c.merged_into.is_(None)
_BY_HAND = 2
_ANEW = (
    update(post_topics)
    .where(post_topics.c.post_id == bindparam("b_id"))
    .values(
        vector=bindparam("b_vector"),
        placed=case((post_topics.c.placed == _BY_HAND, _BY_HAND), else_=0),
    )
)


def keep_vectors(connection: Connection, vectors: Mapping[int, tuple[datetime, bytes]]) -> None:
    """Hand newly analysed posts over, to be placed; what a person placed stays where it is."""
    again = [{"b_id": one, "b_vector": vector} for one, (_, vector) in vectors.items()]
    change_each(connection, _ANEW, again)
    rows = [
        {"post_id": one, "created_at": at, "placed": 0, "vector": vector}
        for one, (at, vector) in vectors.items()
    ]
    add_new(connection, post_topics, rows)


def _within(window: Window) -> ColumnElement[bool]:
    return (post_topics.c.created_at >= window.start) & (post_topics.c.created_at < window.end)


def _vectors() -> Any:
    columns = (post_topics.c.post_id, post_topics.c.vector, posts.c.author_id)
    return select(*columns).join(posts, posts.c.id == post_topics.c.post_id)


def _topic(row: Row[Any], size: int) -> Topic:
    words = {language: tuple(listed) for language, listed in (row.words or {}).items()}
    return Topic(row.id, words, size, row.born_at, row.last_at, row.name, row.merged_into)
