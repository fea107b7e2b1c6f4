"""Read models: the numbers behind charts, digests and rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    Connection,
    FromClause,
    Select,
    func,
    select,
    tuple_,
    type_coerce,
)

from domain.posts import Post
from domain.windows import Window
from storage import post_rows
from storage.columns import micros, moment_of
from storage.lookup import among, page
from storage.tables import THERE, analyses, mentions, posts
from storage.work_tables import experiences

_QUARTER = 15 * 60 * 1_000_000
"""Every zone's offset is a multiple of a quarter of an hour, so no day cuts one in two."""
_HOUR = 60 * 60 * 1_000_000


class Overview:
    """Counts by brand and time; ``brand=None`` means everything in the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def days(
        self, brand: str | None, window: Window, zone: ZoneInfo
    ) -> list[tuple[date, int, int, int]]:
        """(local day, negative, neutral, positive) posts for each day, zeros too."""
        told = _told(brand)
        found: Counter[tuple[date, str]] = Counter()
        for moment, polarity, count in self._by_time(told, window, told.c.polarity):
            found[moment.astimezone(zone).date(), polarity] += count
        return [
            (day, found[day, "negative"], found[day, "neutral"], found[day, "positive"])
            for day in window.days(zone)
        ]

    def stages_by_week(
        self, brand: str | None, window: Window, zone: ZoneInfo
    ) -> list[tuple[str, date, int, int]]:
        """(stage, the week's Monday, all posts, negative ones), in that order."""
        told = _told(brand)
        totals: Counter[tuple[str, date]] = Counter()
        negative: Counter[tuple[str, date]] = Counter()
        rows = self._by_time(told, window, told.c.stage, told.c.polarity)
        for moment, stage, polarity, count in rows:
            if stage is None:
                continue
            place = stage, _monday(moment.astimezone(zone).date())
            totals[place] += count
            negative[place] += count * (polarity == "negative")
        return [(*place, totals[place], negative[place]) for place in sorted(totals)]

    def totals(self, brand: str | None, window: Window) -> dict[str, int]:
        """How many posts, mentions, negative, positive, authors and experiences.

        With a brand, ``posts`` and ``authors`` are those that mention it. Experiences
        count by when they were last told of.
        """
        felt = self.feelings(brand, window)
        heard = self._count(_heard(window, func.count())) if brand is None else sum(felt.values())
        voices = _heard(window, func.count(posts.c.author_id.distinct()))
        if brand is not None:
            # The sum keeps the post's row, and its text, unread: both sides are indexes.
            voices = voices.where((posts.c.id + 0).in_(_posts_naming(brand, window)))
        return {
            "posts": heard,
            "mentions": self._count(_mentioned(brand, window)),
            "negative": felt["negative"],
            "positive": felt["positive"],
            "authors": self._count(voices),
            "experiences": self._count(_lived(brand, window)),
        }

    def feelings(self, brand: str | None, window: Window, stage: str | None = None) -> Counter[str]:
        """How many posts of each polarity: as many as ``posts`` lists of it."""
        told = _told(brand)
        query = select(told.c.polarity, func.count()).where(*_asked(told, window, stage=stage))
        rows = self._connection.execute(query.group_by(told.c.polarity))
        return Counter({row[0]: row[1] for row in rows})

    def posts(
        self,
        brand: str | None,
        window: Window,
        polarity: str | None = None,
        stage: str | None = None,
        limit: int = 50,
        before_id: int | None = None,
    ) -> list[Post]:
        """The posts behind a count, newest first.

        ``before_id`` is the last id of the page before.
        """
        told = _told(brand)
        place = told.c.created_at, told.c.post_id
        query = select(told.c.post_id).where(*_asked(told, window, polarity, stage))
        if before_id is not None:
            last = select(posts.c.created_at, posts.c.id).where(posts.c.id == before_id)
            query = query.where(tuple_(*place) < last.scalar_subquery())
        newest = query.order_by(*(column.desc() for column in place))
        ids = list(self._connection.scalars(page(newest, limit)))
        rows = among(self._connection, post_rows.SELECT, posts.c.id, ids)
        found = {row.id: post_rows.post(row) for row in rows}
        return [found[number] for number in ids]

    def hourly(self, brand: str | None, window: Window) -> list[tuple[datetime, int]]:
        """(start, posts) of each hour counted from the window's start, zeros too."""
        at = posts.c.created_at if brand is None else mentions.c.created_at
        hour = (_micros(at) - micros(window.start)) // _HOUR
        query = select(hour, func.count()).where(_inside(at, window)).group_by(hour)
        if brand is None:
            query = query.where(THERE)
        else:
            query = query.where(mentions.c.brand == brand, mentions.c.repeated == 0)
        found = {int(number): count for number, count in self._connection.execute(query)}
        hours = -(-window.length // timedelta(hours=1))
        return [
            (window.start + timedelta(hours=number), found.get(number, 0))
            for number in range(hours)
        ]

    def sources(self, window: Window) -> list[tuple[str, int, datetime]]:
        """(source, posts, the latest) of each source heard in the window, busiest first."""
        at = posts.c.created_at
        query = select(posts.c.source, func.count(), func.max(_micros(at)))
        heard = query.where(_inside(at, window), THERE).group_by(posts.c.source)
        rows = self._connection.execute(heard)
        found = [(source, count, moment_of(last)) for source, count, last in rows]
        return sorted(found, key=lambda one: (-one[1], one[0]))

    def _by_time(self, told: FromClause, window: Window, *labels: Any) -> Iterable[Any]:
        """(start of a quarter of an hour, *labels, count)."""
        base = micros(window.start) // _QUARTER * _QUARTER
        quarter = (_micros(told.c.created_at) - base) // _QUARTER
        query = select(quarter, *labels, func.count()).where(_inside(told.c.created_at, window))
        for number, *rest in self._connection.execute(query.group_by(quarter, *labels)):
            yield moment_of(base + int(number) * _QUARTER), *rest

    def _count(self, query: Select[Any]) -> int:
        return self._connection.scalar(query) or 0


def _told(brand: str | None) -> FromClause:
    """Analysed posts, or the first mention of a brand in each, with the same columns."""
    if brand is None:
        return analyses
    first = mentions.c.brand == brand, mentions.c.repeated == 0
    columns = mentions.c.post_id, mentions.c.created_at, mentions.c.polarity, mentions.c.stage
    return select(*columns).where(*first).subquery()


def _asked(
    told: FromClause, window: Window, polarity: str | None = None, stage: str | None = None
) -> Iterable[Any]:
    yield _inside(told.c.created_at, window)
    if polarity is not None:
        yield told.c.polarity == polarity
    if stage is not None:
        yield told.c.stage == stage


def _heard(window: Window, wanted: Any) -> Select[Any]:
    return select(wanted).select_from(posts).where(_inside(posts.c.created_at, window), THERE)


def _posts_naming(brand: str, window: Window) -> Select[Any]:
    told = _told(brand)
    return select(told.c.post_id).where(_inside(told.c.created_at, window))


def _mentioned(brand: str | None, window: Window) -> Select[Any]:
    query = select(func.count()).select_from(mentions)
    query = query.where(_inside(mentions.c.created_at, window))
    if brand is None:
        return query
    # Both values said, so that the index is entered at the window's start.
    return query.where(mentions.c.brand == brand, mentions.c.repeated.in_((0, 1)))


def _lived(brand: str | None, window: Window) -> Select[Any]:
    query = select(func.count()).select_from(experiences)
    query = query.where(_inside(experiences.c.last_told_at, window))
    return query if brand is None else query.where(experiences.c.brand == brand)


def _inside(at: Any, window: Window) -> Any:
    return (at >= window.start) & (at < window.end)


def _micros(at: Any) -> Any:
    return type_coerce(at, BigInteger)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
