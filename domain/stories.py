"""The same story once: texts that say the same, wherever they stand and whoever repeats them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.posts import Post


@dataclass(frozen=True, slots=True)
class Story:
    """One testimony and where else it was seen: one voice, many exposures.

    ``first`` is the earliest post that is still there: its author told it, and the
    ``copies`` (by time) repeat it. Where the first goes, the credit goes to the next.
    """

    id: int
    first: Post
    copies: tuple[Post, ...]

    def besides(self, post_id: int) -> tuple[Post, ...]:
        """Where else than in this post it was seen, in order of time."""
        return tuple(post for post in (self.first, *self.copies) if post.id != post_id)
