"""Topics of late: which are new, which rise, and what they are about."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.topics import Movement, Topic, TopicTrend
from domain.windows import Window
from nlp.topics.settings import TopicSettings
from nlp.topics.trends import movement, ratio
from storage.topics import TopicCount
from storage.unit import Unit

_BEFORE = 4
"""How many times the recent days are looked back to compare."""
_NOTHING = TopicCount(0, 0)
_ORDER = {Movement.NEW: 0, Movement.RISING: 1, Movement.STEADY: 2, Movement.FALLING: 3}


def trends(unit: Unit, settings: TopicSettings, now: datetime) -> list[TopicTrend]:
    """Topics spoken of in the last days or before them: new problems first, then by size."""
    start = now - timedelta(days=settings.recent_days)
    earlier = start - timedelta(days=settings.recent_days * _BEFORE)
    late, past = Window(start, now), Window(earlier, start)
    recent, before = unit.topics.counts(late), unit.topics.counts(past)
    all_recent, all_before = unit.topics.placed(late), unit.topics.placed(past)
    found = [
        _trend(topic, recent.get(id, _NOTHING), before.get(id, _NOTHING), all_recent, all_before)
        for id, topic in unit.topics.get_many(recent.keys() | before.keys()).items()
    ]
    return sorted(found, key=_first)


def _trend(
    topic: Topic, recent: TopicCount, before: TopicCount, all_recent: int, all_before: int
) -> TopicTrend:
    middle, low, high = ratio(recent.posts, before.posts, all_recent, all_before)
    return TopicTrend(
        topic=topic,
        movement=movement(before.posts, all_before, low, high),
        recent=recent.posts,
        before=before.posts,
        ratio=middle,
        low=low,
        high=high,
        negative=recent.negative / recent.posts if recent.posts else 0.0,
    )


def _first(trend: TopicTrend) -> tuple[bool, int, int, int]:
    return not trend.new_problem, _ORDER[trend.movement], -trend.recent, trend.topic.id
