"""The collection of launches: what is new, who took it up, and where that is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from domain.analyses import Act, EntityKind
from domain.launches import Adopter, Curve, Launch
from domain.queries import Query
from storage import fulltext
from storage.dialects import upsert
from storage.lookup import among, page, portions
from storage.people_tables import adoptions, launches
from storage.posts import SAID
from storage.tables import ZERO, mentions, posts
from storage.understanding_tables import entities, signs

NAMED = (EntityKind.PRODUCT.value, EntityKind.VERSION.value)
"""The kinds of things whose first naming may be a launch."""

Match = tuple[int, int, datetime]
"""(post id, author id, when)."""


@dataclass(frozen=True, slots=True)
class NewThing:
    """A product or version that people began to name, together with a brand."""

    brand: str
    kind: str
    value: str


class Launches:
    """Keep launches and their adopters; find the posts that tell of adoption."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def matches(self, query: Query, since: datetime | None) -> Iterator[Match]:
        """Posts by somebody that match a query, in no order."""
        return fulltext.voices(self._connection, query, since)

    def first_heard(self) -> datetime | None:
        """When the oldest post kept was written."""
        first: datetime | None = self._connection.scalar(select(func.min(posts.c.created_at)))
        return first

    def new_things(self, since: datetime, least: int) -> list[NewThing]:
        """What was first named since then, by so many authors or more, those of most first."""
        voices = func.count(posts.c.author_id.distinct())
        columns = (mentions.c.brand, entities.c.kind, entities.c.value)
        query = (
            _named(*columns)
            .group_by(*columns)
            .having(voices >= least, func.min(posts.c.created_at) >= since)
            .order_by(voices.desc(), *columns)
        )
        return [NewThing(*row) for row in self._connection.execute(page(query, 100))]

    def naming(self, thing: NewThing) -> list[Match]:
        """Posts that name a thing together with its brand."""
        query = _named(posts.c.id, posts.c.author_id, posts.c.created_at).where(
            mentions.c.brand == thing.brand,
            entities.c.kind == thing.kind,
            entities.c.value == thing.value,
        )
        return [tuple(row) for row in self._connection.execute(query.distinct())]

    def acts(self, post_ids: Iterable[int]) -> Iterator[tuple[int, Act]]:
        """(post id, act) of what these posts do for those who read them."""
        query = select(signs.c.post_id, signs.c.name).where(signs.c.kind == "act")
        for row in among(self._connection, query, signs.c.post_id, post_ids):
            yield row.post_id, Act(row.name)

    def replace(self, found: Sequence[tuple[Launch, Sequence[Adopter]]]) -> None:
        """Put these in the place of all that were known; a launch keeps its id by its key."""
        keys = [launch.key for launch, _ in found]
        self._connection.execute(delete(launches).where(launches.c.key.not_in(keys)))
        self._connection.execute(delete(adoptions))
        for launch, adopters in found:
            keeping = upsert(self._connection, launches, ["key"])
            self._connection.execute(keeping, _row(launch))
            one = select(launches.c.id).where(launches.c.key == launch.key)
            launch_id = self._connection.scalar(one)
            for portion in portions(adopters, 10_000):
                rows = [_adoption(each) | {"launch_id": launch_id} for each in portion]
                self._connection.execute(insert(adoptions), rows)

    def every(self) -> list[Launch]:
        """Every launch, the one begun last first."""
        counts = func.count(adoptions.c.author_id), func.min(adoptions.c.at)
        joined = launches.outerjoin(adoptions, adoptions.c.launch_id == launches.c.id)
        query = (
            select(launches, counts[0].label("adopters"), counts[1].label("first_at"))
            .select_from(joined)
            .group_by(*launches.c)
            .order_by(counts[1].desc(), launches.c.id)
        )
        return [_launch(row) for row in self._connection.execute(query)]

    def get(self, launch_id: int) -> Launch | None:
        """One launch."""
        return next((one for one in self.every() if one.id == launch_id), None)

    def adopters(self, launch_id: int, limit: int, offset: int = 0) -> list[Adopter]:
        """Who took it up, the earliest first."""
        ours = select(adoptions).where(adoptions.c.launch_id == launch_id)
        ordered = page(ours.order_by(adoptions.c.rank), limit, offset)
        return [_adopter(row) for row in self._connection.execute(ordered)]

    def leaders(self, launch_id: int, limit: int) -> list[Adopter]:
        """Early and followed: those who led most later adopters."""
        ours = select(adoptions).where(adoptions.c.launch_id == launch_id, adoptions.c.led > 0)
        ordered = page(ours.order_by(adoptions.c.led.desc(), adoptions.c.rank), limit)
        return [_adopter(row) for row in self._connection.execute(ordered)]

    def times(self, launch_id: int) -> list[datetime]:
        """When it was taken up, in order."""
        ours = select(adoptions.c.at).where(adoptions.c.launch_id == launch_id)
        return list(self._connection.scalars(ours.order_by(adoptions.c.at)))

    def of_author(self, author_id: int) -> list[tuple[int, str, Adopter]]:
        """(launch id, its name, how they took it up) of what an author took up."""
        query = select(adoptions, launches.c.name).join(launches)
        ours = query.where(adoptions.c.author_id == author_id).order_by(adoptions.c.at.desc())
        return [(row.launch_id, row.name, _adopter(row)) for row in self._connection.execute(ours)]


def _named(*columns: Any) -> Any:
    """Posts that name a thing and a brand."""
    return (
        select(*columns)
        .select_from(entities)
        .join(posts, posts.c.id == entities.c.post_id)
        .join(mentions, (mentions.c.post_id == posts.c.id) & (mentions.c.repeated == ZERO))
        .where(entities.c.kind.in_(NAMED), SAID)
    )


def _row(launch: Launch) -> dict[str, Any]:
    curve = launch.curve
    return {
        "key": launch.key,
        "name": launch.name,
        "brand": launch.brand,
        "found": int(launch.found),
        "innovation": curve and curve.innovation,
        "imitation": curve and curve.imitation,
        "market": curve and curve.market,
        "distance": curve and curve.distance,
        "fits": curve and int(curve.fits),
    }


def _launch(row: Row[Any]) -> Launch:
    curve = None
    if row.fits is not None:
        shape = (row.innovation, row.imitation, row.market, row.distance)
        curve = Curve(*shape, bool(row.fits))
    return Launch(
        row.key, row.name, row.brand, bool(row.found), row.adopters, row.first_at, curve, row.id
    )


def _adoption(one: Adopter) -> dict[str, Any]:
    return {
        "author_id": one.author_id,
        "post_id": one.post_id,
        "at": one.at,
        "rank": one.rank,
        "category": one.category,
        "led": one.led,
        "acts": {act.value: count for act, count in one.acts.items()},
    }


def _adopter(row: Row[Any]) -> Adopter:
    acts = {Act(name): count for name, count in (row.acts or {}).items()}
    return Adopter(row.author_id, row.post_id, row.at, row.rank, row.category, row.led, acts)
