"""What a post does to other people's words: the acts that become interactions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from domain.influence import Interaction, InteractionKind
from domain.posts import Post, PostKind

_HANDLE = re.compile(r"(?<![\w@/.])@(\w(?:[\w.-]{0,62}\w)?)")

_BY_KIND = {
    PostKind.SHARE: InteractionKind.SHARE,
    PostKind.REACTION: InteractionKind.REACTION,
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a post's author on another post of the same source, by its external id."""

    kind: InteractionKind
    on: str


def acts_of(post: Post) -> Iterator[Act]:
    """The posts that this one answers, shares, reacts to, quotes or accepts."""
    if post.parent is not None:
        yield Act(_BY_KIND.get(post.kind, InteractionKind.REPLY), post.parent)
    for quoted in post.quotes:
        yield Act(InteractionKind.QUOTE, quoted)
    if post.accepted_answer is not None:
        yield Act(InteractionKind.ACCEPTED_ANSWER, post.accepted_answer)


def handles_in(post: Post) -> frozenset[str]:
    """The handles addressed in a post's own words, folded, without the @."""
    return frozenset(match.casefold() for match in _HANDLE.findall(post.content))


PostKeys = Mapping[str, tuple[int, int | None]]
"""External id → (post id, author id), for the posts of one source that are stored."""


def interactions_of(
    post: Post, known: PostKeys, accounts: Mapping[str, int]
) -> Iterator[Interaction]:
    """The interactions a post makes with authors who are known.

    An account that is both answered and named counts once, as answered: naming whom one
    replies to is a habit of the medium, not a second act. Acts on oneself are left out.
    """
    if post.author is None:
        return
    actor, met = post.author.id, set[int]()
    for act in acts_of(post):
        on_post_id, speaker = known.get(act.on, (0, None))
        if speaker is not None and speaker != actor:
            met.add(speaker)
            yield Interaction(act.kind, speaker, actor, post.created_at, post.id, on_post_id)
    for speaker in sorted({accounts[name] for name in handles_in(post) if name in accounts}):
        if speaker != actor and speaker not in met:
            kind = InteractionKind.MENTION
            yield Interaction(kind, speaker, actor, post.created_at, post.id)


def targets(posts: Collection[Post]) -> frozenset[str]:
    """Every external id that some of these posts act on."""
    return frozenset(act.on for post in posts for act in acts_of(post))
