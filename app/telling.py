"""Which of an experience's posts tells it best: the words to quote."""

from __future__ import annotations

from collections.abc import Iterable

from domain.analyses import Analysis
from domain.experiences import Experience
from domain.posts import Post
from storage import Unit


def telling_posts(unit: Unit, experiences: Iterable[Experience]) -> dict[int, Post]:
    """For each experience's id its worst post, or its best where it is a happy one."""
    several = list(experiences)
    ids = [id for one in several for id in one.post_ids[:50]]
    posts, analyses = unit.posts.get_many(ids), unit.analyses.get_many(ids)
    found: dict[int, Post] = {}
    for one in several:
        told = [posts[id] for id in one.post_ids if id in posts]
        if told:
            pick = min if one.severity > 0 else max
            found[one.id] = pick(told, key=lambda post: _feeling(post, analyses.get(post.id)))
    return found


def _feeling(post: Post, analysis: Analysis | None) -> float:
    """In [-1, 1]; a rating says it plainly."""
    if post.rating is not None:
        return 2 * post.rating.share - 1
    return analysis.sentiment.score if analysis else 0.0
