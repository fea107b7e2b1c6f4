"""Tell which posts repeat another's story: one voice, many exposures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.application import App
from domain.posts import Post
from domain.runs import Run, RunOutcome
from nlp.stories.finder import StoryFinder, Telling, telling
from storage.unit import Unit

BATCH = 5_000


def stories(app: App, now: datetime) -> Run:
    """Look at new, edited, gone and returned posts for others that tell the same."""
    counts = {"posts": 0, "stories": 0}
    finder: StoryFinder | None = None
    while True:
        with app.store.writing() as unit:
            batch = unit.stories.due(BATCH)
            if not batch:
                break
            finder = _finder(unit, finder)
            there = [_telling(post) for post in batch if post.gone_at is None]
            marks, pairs = finder.find(there, lambda ids: _fetch(unit, ids))
            counts["stories"] += unit.stories.settle([post.id for post in batch], marks, pairs)
        counts["posts"] += len(batch)
        app.progress("stories", counts["posts"])
    return Run("stories", now, app.clock(), RunOutcome.OK, counts)


def _finder(unit: Unit, known: StoryFinder | None) -> StoryFinder:
    """A finder that knows every text marked so far: made once, for the first batch."""
    if known is not None:
        return known
    finder = StoryFinder()
    for batch in unit.stories.marked():
        finder.know(batch)
    return finder


def _fetch(unit: Unit, post_ids: Collection[int]) -> dict[int, Telling]:
    posts = unit.posts.get_many(post_ids).values()
    return {post.id: _telling(post) for post in posts if post.gone_at is None}


def _telling(post: Post) -> Telling:
    return telling(post.id, post.author.id if post.author else None, post.content)
