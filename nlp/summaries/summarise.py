"""A set of posts in few words."""

from __future__ import annotations

from collections.abc import Sequence

from domain.posts import Post
from domain.summaries import Summary
from nlp.summaries.extracts import extracts
from nlp.summaries.phrases import counted_phrases

MOST_POSTS = 2_000
_EXTRACTS, _PHRASES = 5, 8


def summarise(posts: Sequence[Post]) -> Summary:
    """Extracts and counted phrases of at most ``MOST_POSTS`` posts, in their own words."""
    read = posts[:MOST_POSTS]
    voices = {post.author.external_id if post.author else f"post {post.id}" for post in read}
    return Summary(
        posts=len(read),
        voices=len(voices),
        extracts=extracts(read, _EXTRACTS),
        phrases=counted_phrases(read, _PHRASES),
    )
