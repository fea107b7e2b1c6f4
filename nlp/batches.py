"""Posts gathered into batches that bound both time and memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.posts import Post
from nlp.settings import NlpSettings

MOST_CHARACTERS = 250_000
"""Of one batch: about a second of work. One longer post is a batch of its own."""


def batches(posts: Iterable[Post], settings: NlpSettings) -> Iterator[list[Post]]:
    """Runs of posts, in order, bounded in number and in the characters to be read."""
    batch: list[Post] = []
    characters = 0
    for post in posts:
        length = min(_length(post), settings.longest)
        if batch and (len(batch) >= settings.batch_size or characters + length > MOST_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(post)
        characters += length
    if batch:
        yield batch


def _length(post: Post) -> int:
    try:
        return len(post.content)
    except TypeError:  # a post whose text is no text is refused where it is read
        return 0
