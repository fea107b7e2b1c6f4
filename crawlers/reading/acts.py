"""Acts without words: that somebody passed a post on, or reacted to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Post, PostKind

FIRST_SEEN: Mapping[str, str] = {"time": "first seen"}
"""The label of an act whose place does not tell when it happened."""


def act(
    posts: Posts,
    kind: PostKind,
    on: str,
    author: Author | None,
    *,
    at: object,
    seen: bool = False,
    **fields: Any,
) -> Post:
    """A share of, or a reaction to, the post ``on``: one for each account.

    ``seen`` says that ``at`` is only when we saw it.
    """
    actor = author.external_id if author else "nobody"
    labels = {**(fields.pop("labels", None) or {}), **(FIRST_SEEN if seen else {})}
    given = {"parent": on, "author": author, "labels": labels, **fields}
    return posts.post(external_id=f"{on}:{kind.value}:{actor}", kind=kind, at=at, **given)
