"""The collection of prospects: who asks or wants to buy, and which testimonies they met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Row,
    Select,
    case,
    delete,
    func,
    insert,
    select,
    type_coerce,
)

from domain.analyses import Intent, Polarity
from domain.influence import Interaction, InteractionKind
from domain.prospects import Certainty, Exposure, Prospect, Sequel
from storage.lookup import MOST, among, page, portions
from storage.people_tables import exposures, prospects
from storage.posts import OPENS, SAID
from storage.tables import ZERO, analyses, authors, corrections, mentions, posts
from storage.understanding_tables import signs, understandings
from storage.work_tables import interactions

_WANTING = (Intent.QUESTION.value, Intent.PURCHASE.value)
_HAVING = (Intent.COMPLAINT.value, Intent.CHURN.value, Intent.CONTACT.value)
"""Who complains, leaves or wants to be called back has bought already."""

Spoken = tuple[int, int, str, str, datetime]
"""(post id, author id, source, the thread's root, when)."""


@dataclass(frozen=True, slots=True)
class Met:
    """A testimony of a brand as far as it can be met: its counters, and who is known to have."""

    post_id: int
    author_id: int
    source: str
    at: datetime
    polarity: Polarity
    opens: bool
    views: int | None
    replies: int
    observed: int
    likely: int


class Prospects:
    """Keep prospects and what they met; find what speaks for either."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark(self) -> tuple[int, ...]:
        """Numbers that change when anything is read anew or corrected. O(analyses)."""
        at = func.sum(type_coerce(analyses.c.analysed_at, BigInteger) // 1_000_000)
        read = self._connection.execute(select(func.count(), at)).one()
        said = select(func.count(), func.max(corrections.c.id))
        return tuple(int(one or 0) for one in (*read, *self._connection.execute(said).one()))

    def asking(self) -> Iterator[Prospect]:
        """Every post that asks about a brand or wants to buy, by a customer's voice, oldest first.

        A post that complains, leaves or asks to be called back is by somebody who bought.
        """
        other = signs.alias("other")
        having = select(other.c.post_id).where(
            other.c.post_id == signs.c.post_id, other.c.kind == "intent", other.c.name.in_(_HAVING)
        )
        query = (
            select(
                posts.c.author_id, mentions.c.brand, posts.c.created_at, posts.c.id, signs.c.name
            )
            .select_from(signs)
            .join(posts, posts.c.id == signs.c.post_id)
            .join(mentions, (mentions.c.post_id == posts.c.id) & (mentions.c.repeated == ZERO))
            .join(understandings, understandings.c.post_id == posts.c.id)
            .where(signs.c.kind == "intent", signs.c.name.in_(_WANTING), SAID, ~having.exists())
            .where(understandings.c.official == 0)
            .order_by(posts.c.created_at, posts.c.id, signs.c.confidence.desc(), signs.c.name)
        )
        for row in self._connection.execute(query):
            yield Prospect(*row[:4], Intent(row[4]))

    def said(self, author_ids: Iterable[int]) -> Iterator[Spoken]:
        """All that these authors said."""
        columns = posts.c.id, posts.c.author_id, posts.c.source, posts.c.root, posts.c.created_at
        rows = among(self._connection, select(*columns).where(SAID), posts.c.author_id, author_ids)
        return map(_spoken, rows)

    def of_brands(self, author_ids: Iterable[int]) -> Iterator[tuple[int, str, datetime, int, str]]:
        """(author id, brand, when, post id, polarity) of what these said of brands."""
        query = (
            select(
                posts.c.author_id, mentions.c.brand, posts.c.created_at,
                posts.c.id, mentions.c.polarity,
            )
            .select_from(posts)
            .join(mentions, (mentions.c.post_id == posts.c.id) & (mentions.c.repeated == ZERO))
            .where(SAID)
        )  # fmt: skip
        rows = among(self._connection, query, posts.c.author_id, author_ids)
        return (tuple(row) for row in rows)

    def intents(self, post_ids: Iterable[int]) -> Iterator[tuple[int, Intent]]:
        """(post id, intent) of each of these posts."""
        query = select(signs.c.post_id, signs.c.name).where(signs.c.kind == "intent")
        for row in among(self._connection, query, signs.c.post_id, post_ids):
            yield row.post_id, Intent(row.name)

    def acted(self, author_ids: Iterable[int]) -> Iterator[Interaction]:
        """What these authors did with others' posts."""
        query = select(interactions).where(interactions.c.on_post_id.is_not(None))
        for row in among(self._connection, query, interactions.c.actor_id, author_ids):
            kind = InteractionKind(row.kind)
            ends = row.speaker_id, row.actor_id
            yield Interaction(kind, *ends, row.at, row.post_id, row.on_post_id)

    def testimonies(
        self, threads: Iterable[tuple[str, str]], post_ids: Iterable[int]
    ) -> Iterator[tuple[str, Spoken]]:
        """(brand, post) of testimonies in these threads (source, root), or among these posts."""
        by_source: dict[str, list[str]] = {}
        for source, root in threads:
            by_source.setdefault(source, []).append(root)
        columns = posts.c.id, posts.c.author_id, posts.c.source, posts.c.root, posts.c.created_at
        query = _testimonies(mentions.c.brand, *columns)
        for source, roots in by_source.items():
            ours = query.where(posts.c.source == source)
            for row in among(self._connection, ours, posts.c.root, roots):
                yield row.brand, _spoken(row)
        for row in among(self._connection, query, posts.c.id, post_ids):
            yield row.brand, _spoken(row)

    def replace(
        self,
        found: Iterable[tuple[Prospect, Sequel]],
        met: Iterable[tuple[str, Exposure]],
    ) -> None:
        """Put these prospects, and what each met of a brand, in the place of all before."""
        for table, rows in (
            (exposures, (_exposure(brand, one) for brand, one in met)),
            (prospects, (_prospect(one, later) for one, later in found)),
        ):
            self._connection.execute(delete(table))
            for portion in portions(rows, 10_000):
                self._connection.execute(insert(table), portion)

    def of_brand(
        self, brand: str | None, limit: int, offset: int = 0
    ) -> list[tuple[Prospect, Sequel]]:
        """The prospects of a brand, or of all, those of late first."""
        query = select(prospects).order_by(prospects.c.since.desc(), prospects.c.author_id)
        ours = query.where(prospects.c.brand == brand) if brand else query
        return [_found(row) for row in self._connection.execute(page(ours, limit, offset))]

    def of_author(self, author_id: int) -> list[tuple[Prospect, Sequel]]:
        """The brands that an author asked about."""
        query = select(prospects).where(prospects.c.author_id == author_id)
        return [_found(row) for row in self._connection.execute(query.order_by(prospects.c.since))]

    def met_by(self, author_ids: Iterable[int]) -> dict[int, list[Exposure]]:
        """What these prospects met, oldest first; each testimony once."""
        query = select(exposures).order_by(exposures.c.at, exposures.c.post_id)
        found: dict[int, dict[int, Exposure]] = {}
        for row in among(self._connection, query, exposures.c.author_id, author_ids):
            one = Exposure(row.author_id, row.post_id, Certainty(row.certainty), row.at)
            found.setdefault(row.author_id, {}).setdefault(row.post_id, one)
        return {author_id: list(each.values()) for author_id, each in found.items()}

    def to_meet(self, brand: str, since: datetime) -> list[Met]:
        """The testimonies of a brand since then, the newest first, with who met them."""
        query = _testimonies(
            posts.c.id, posts.c.author_id, posts.c.source, posts.c.created_at,
            mentions.c.polarity, OPENS, posts.c.views, posts.c.replies,
            *(_meetings(brand, certainty) for certainty in (Certainty.OBSERVED, Certainty.LIKELY)),
        ).where(mentions.c.brand == brand, posts.c.created_at >= since)  # fmt: skip
        newest = page(query.order_by(posts.c.created_at.desc(), posts.c.id.desc()), MOST)
        return [_met(row) for row in self._connection.execute(newest)]

    def shares(self, brand: str) -> dict[str, tuple[int, int]]:
        """(prospects of a brand, authors) of each source."""
        ours = (prospects.c.author_id == authors.c.id) & (prospects.c.brand == brand)
        query = (
            select(authors.c.source, func.count(prospects.c.author_id), func.count())
            .select_from(authors.outerjoin(prospects, ours))
            .group_by(authors.c.source)
        )
        return {row[0]: (row[1], row[2]) for row in self._connection.execute(query)}


def _testimonies(*columns: Any) -> Select[Any]:
    """Posts of customers that tell of a brand: they feel something, or do something for others."""
    doing = select(signs.c.post_id).where(signs.c.post_id == posts.c.id, signs.c.kind == "act")
    feeling = mentions.c.polarity != Polarity.NEUTRAL.value
    ours = select(understandings.c.post_id).where(
        understandings.c.post_id == posts.c.id, understandings.c.official == 1
    )
    return (
        select(*columns)
        .select_from(mentions)
        .join(posts, posts.c.id == mentions.c.post_id)
        .where(mentions.c.repeated == ZERO, SAID, feeling | doing.exists(), ~ours.exists())
    )


def _meetings(brand: str, certainty: Certainty) -> Any:
    sure = case((exposures.c.certainty == certainty.value, 1))
    return (
        select(func.count(sure))
        .where(exposures.c.post_id == posts.c.id, exposures.c.brand == brand)
        .scalar_subquery()
    )


def _spoken(row: Row[Any]) -> Spoken:
    return row.id, row.author_id, row.source, row.root, row.created_at


def _met(row: Sequence[Any]) -> Met:
    post_id, author_id, source, at, polarity, opens, views, replies, observed, likely = row
    counters = (views, replies or 0, observed, likely)
    return Met(post_id, author_id, source, at, Polarity(polarity), bool(opens), *counters)


def _prospect(one: Prospect, later: Sequel) -> dict[str, Any]:
    return {
        "brand": one.brand,
        "author_id": one.author_id,
        "post_id": one.post_id,
        "since": one.since,
        "intent": one.intent.value,
        "later_posts": later.posts,
        "later_intents": [intent.value for intent in later.intents],
        "later_polarity": later.polarity and later.polarity.value,
    }


def _exposure(brand: str, one: Exposure) -> dict[str, Any]:
    return {
        "brand": brand,
        "author_id": one.author_id,
        "post_id": one.post_id,
        "certainty": one.certainty.value,
        "at": one.at,
    }


def _found(row: Row[Any]) -> tuple[Prospect, Sequel]:
    one = Prospect(row.author_id, row.brand, row.since, row.post_id, Intent(row.intent))
    intents = tuple(Intent(name) for name in row.later_intents or ())
    polarity = Polarity(row.later_polarity) if row.later_polarity else None
    return one, Sequel(row.later_posts, intents, polarity)
