"""Put every post into the topic it belongs to; find, merge, split and name topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from math import log

from app.application import App
from domain.posts import Post
from domain.runs import Run, RunOutcome
from domain.topics import TopicChange, TopicEvent
from nlp.topics.atlas import MEMORY, Atlas
from nlp.topics.naming import Names
from nlp.topics.space import Space
from nlp.topics.vectors import Matrix, unpack
from storage.topics import Middle, PlacedVector
from storage.unit import Unit

SPACE = "topics"
"""The name under which the common middle of all posts is kept."""

BATCH = 4_000
_SETTLED = 200
"""Posts that the space is learned from, at least."""
_NAMED_ANEW = 1.1
"""A topic is named anew each time it has grown by so much."""
_NAMED_BY = 200
"""Posts that a topic is named by, the newest; and as many to tell them from."""


def topics(app: App, now: datetime) -> Run:
    """Place what was analysed since; each batch in one transaction with all that it changes."""
    counts: Counter[str] = Counter()
    done = True
    while done:
        with app.store.writing() as unit:
            placing = Placing(app, unit, now)
            done = placing.run()
        counts.update(placing.counts)
        app.progress("topics", counts["posts"])
    with app.store.writing() as unit:
        unit.topics.fade(now - timedelta(days=app.settings.topics.days))
    return Run("topics", now, app.clock(), RunOutcome.OK, dict(counts))


class Placing:
    """One batch of posts, placed among the topics there are and those it brings."""

    def __init__(self, app: App, unit: Unit, now: datetime) -> None:
        self._app, self._unit, self._now = app, unit, now
        self._settings = app.settings.topics
        self._changed: set[int] = set()
        self._joined: Counter[int] = Counter()
        self._made: set[int] = set()
        self.counts: Counter[str] = Counter()

    def run(self) -> bool:
        """Whether there was anything to place; too few posts to learn from are left waiting."""
        waiting = self._unit.topics.unplaced(BATCH)
        if not waiting or not self._atlas_for(waiting):
            return False
        self.counts["posts"] += len(waiting)
        self._place(waiting)
        self._discover({one.post_id for one in waiting})
        self._merge()
        self._split()
        self._keep()
        return True

    def _atlas_for(self, waiting: Sequence[PlacedVector]) -> bool:
        """Open the atlas; another pipeline's vectors cannot be compared, so it is drawn anew."""
        version = self._version(waiting)
        kept = self._unit.learned.get(SPACE)
        if kept is not None and kept["version"] == version:
            self._atlas = Atlas(Space.decode(kept), self._settings.closeness)
            for one in self._unit.topics.middles():
                self._atlas.put(one.topic_id, one.vector, one.weight)
            return True
        if len(waiting) < _SETTLED:
            return False
        space = Space.learned(_rows(waiting))
        self._unit.learned.keep(SPACE, {**space.encode(), "version": version}, self._now)
        self._atlas = Atlas(space, self._settings.closeness)
        for one in self._unit.topics.middles():
            if members := self._unit.topics.members(one.topic_id, MEMORY):
                self._atlas.anew(one.topic_id, _rows(members))
        return True

    def _version(self, waiting: Sequence[PlacedVector]) -> str:
        analyses = self._unit.analyses.get_many([waiting[-1].post_id])
        return next(iter(analyses.values())).version

    def _place(self, waiting: Sequence[PlacedVector]) -> None:
        places = self._atlas.nearest(_rows(waiting))
        joined: dict[int, list[PlacedVector]] = {}
        for one, topic_id in zip(waiting, places, strict=True):
            if topic_id is not None:
                joined.setdefault(topic_id, []).append(one)
        for topic_id, members in joined.items():
            self._atlas.absorb(topic_id, _rows(members))
            self._joined[topic_id] += len(members)
        self._changed.update(joined)
        post_ids = (one.post_id for one in waiting)
        self._unit.topics.place(dict(zip(post_ids, places, strict=True)))

    def _discover(self, fresh: Collection[int]) -> None:
        """Topics are born around fresh posts: elsewhere was looked before."""
        since = self._now - timedelta(days=self._settings.days)
        loose = self._unit.topics.loose(since, BATCH)
        if len(loose) < self._settings.least:
            return
        new = [one.post_id in fresh for one in loose]
        for group in self._atlas.groups(_rows(loose), self._settings.least, new):
            members = [loose[place] for place in group]
            if len({one.author_id for one in members}) >= self._settings.voices:
                self._found(members, TopicChange.BORN)

    def _merge(self) -> None:
        for smaller, larger in self._atlas.merges():
            self._unit.topics.merge(smaller, larger, self._now)
            self._atlas.anew(larger, _rows(self._unit.topics.members(larger, MEMORY)))
            for one in (self._changed, self._made):
                one.discard(smaller)
                one.add(larger)
            self.counts["merged"] += 1

    def _split(self) -> None:
        for topic_id in sorted(self._changed):
            members = self._unit.topics.members(topic_id, MEMORY)
            half = set(self._atlas.half(_rows(members), 2 * self._settings.least))
            if half:
                leaving = [one for place, one in enumerate(members) if place in half]
                self._found(leaving, TopicChange.SPLIT, topic_id)
                staying = [one for place, one in enumerate(members) if place not in half]
                self._atlas.anew(topic_id, _rows(staying))
                self._made.add(topic_id)

    def _found(
        self, members: Sequence[PlacedVector], change: TopicChange, other: int | None = None
    ) -> None:
        topic_id = self._unit.topics.add(self._now)
        self._unit.topics.place(dict.fromkeys((one.post_id for one in members), topic_id))
        self._unit.topics.note(TopicEvent(topic_id, change, self._now, other))
        self._atlas.absorb(topic_id, _rows(members))
        self._changed.add(topic_id)
        self._made.add(topic_id)
        self.counts[change.value] += 1

    def _keep(self) -> None:
        self._unit.topics.set_middles(
            Middle(topic_id, *self._atlas.middle(topic_id)) for topic_id in self._changed
        )
        name_topics(self._app, self._unit, self._made | self._grown(), self._now)

    def _grown(self) -> set[int]:
        """Topics that have grown by a tenth since they were named: others keep their words."""
        sizes = self._unit.topics.sizes(self._joined)
        return {one for one, size in sizes.items() if _step(size) > _step(size - self._joined[one])}


def _step(size: int) -> int:
    """How many tenths, each of what was before, a topic of this size has grown by."""
    return int(log(max(size, 1), _NAMED_ANEW))


def name_topics(app: App, unit: Unit, topic_ids: Collection[int], now: datetime) -> None:
    """Call topics by their own words, in each language that their posts speak."""
    if not topic_ids:
        return
    since = now - timedelta(days=app.settings.topics.days)
    around = [one.post_id for one in unit.topics.loose(since, 5 * _NAMED_BY)]
    inside = {one: unit.topics.posts_of(one, _NAMED_BY) for one in topic_ids}
    told = _by_language(unit, [*around, *(id for ids in inside.values() for id in ids)])
    grounds = {language: Names(texts) for language, texts in told.items()}
    unspoken = _names_of_brands(app)
    for topic_id, post_ids in inside.items():
        own = _by_language(unit, post_ids)
        words = {
            language: grounds[language].of(texts, unspoken)
            for language, texts in sorted(own.items(), key=lambda item: -len(item[1]))
            if len(texts) * 10 >= len(post_ids)
        }
        unit.topics.set_words(topic_id, {key: found for key, found in words.items() if found})


def _by_language(unit: Unit, post_ids: Iterable[int]) -> dict[str, list[str]]:
    wanted = list(dict.fromkeys(post_ids))
    posts: dict[int, Post] = unit.posts.get_many(wanted)
    texts: dict[str, list[str]] = {}
    for post_id, analysis in unit.analyses.get_many(wanted).items():
        texts.setdefault(analysis.language, []).append(posts[post_id].content)
    return texts


def _names_of_brands(app: App) -> frozenset[str]:
    names = (
        name for brand in app.settings.brands for name in (brand.name, *brand.aliases, brand.id)
    )
    return frozenset(word for name in names for word in Names.folded(name))


def _rows(members: Sequence[PlacedVector]) -> Matrix:
    return unpack([one.vector for one in members])
