"""Who reads and says nothing: learned from places that count views, told of single posts."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from app.application import App
from app.voices import official_voices
from domain.posts import Post
from graph.readers import Readers, Silent, Watched, learn_readers
from storage.unit import Unit

READERS = "readers"
"""The name under which is kept what places that count views have taught."""

_MOST = 5_000
"""So many posts with counted views are looked at, the newest."""


def known_readers(unit: Unit) -> Readers:
    """What was learned last."""
    return Readers.decode(unit.learned.get(READERS))


def learned_readers(app: App, unit: Unit, now: datetime) -> Readers:
    """Learn readers per actor, by source, from posts with counted views."""
    viewed = unit.posts.viewed(now, _MOST)
    acts = unit.interactions.cascades([one.post_id for one in viewed])
    official = official_voices(app, unit)
    actors = [
        len({actor for actor, *_ in acts.get(one.post_id, ())} - official - {one.author_id})
        for one in viewed
    ]
    names = sorted({one.source for one in viewed})
    number = {name: place for place, name in enumerate(names)}
    posts = Watched(
        place=np.array([number[one.source] for one in viewed], int),
        actors=np.array(actors, float),
        age=np.array([max(one.age, 0.0) for one in viewed], float),
        opens=np.array([one.opens for one in viewed], bool),
    )
    return learn_readers(posts, np.array([one.views for one in viewed], float), names)


def silent(readers: Readers, post: Post, actors: int, now: datetime) -> Silent | None:
    """How many read this post without acting: by its own counter, else as its source's do."""
    if post.engagement.views is not None:
        return Silent(*[float(max(post.engagement.views - actors, 0))] * 3)
    age = max((now - post.created_at).total_seconds(), 0.0)
    return readers.silent(post.source, actors, age, post.external_id == post.root)
