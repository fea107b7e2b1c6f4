"""Learn from what people said of posts: the pipeline judges as they do from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.application import TAUGHT, App
from domain.analyses import Analysis, Polarity
from domain.posts import Post
from nlp.teaching import Lesson, Taught
from nlp.teaching import learn as taught_by
from nlp.topics.vectors import unpack


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of learning: the layer, if there was enough to learn; and whether it is kept."""

    lessons: int
    taught: Taught | None

    @property
    def kept(self) -> bool:
        """Whether the pipeline judges by it from now on."""
        return self.taught is not None and self.taught.helps


def learn(app: App, now: datetime) -> Learned:
    """Learn from every post that people labelled; what does not help is not kept.

    The bare pipeline reads them anew, so that nothing is learned on top of what was
    learned before.
    """
    with app.store.reading() as unit:
        told = unit.lessons.polarities()
        posts = unit.posts.get_many(told)
    lessons = _lessons(app, posts, told, now)
    learned = Learned(len(lessons), taught_by(lessons))
    with app.store.writing() as unit:
        if learned.kept and learned.taught:
            unit.learned.keep(TAUGHT, learned.taught.encode(), now)
        else:
            unit.learned.forget(TAUGHT)
    app.pipeline_version = None  # what was learned makes another pipeline
    return learned


def _lessons(
    app: App, posts: Mapping[int, Post], told: Mapping[int, str], now: datetime
) -> list[Lesson]:
    if not posts:
        return []
    with app.untaught() as readers:
        read = list(readers.analyse(posts.values(), now))
    return [
        Lesson(one.sentiment, unpack([one.vector])[0], Polarity(told[one.post_id]))
        for one in read
        if isinstance(one, Analysis) and one.vector
    ]
