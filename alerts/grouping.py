"""Put together what one author told about one stage of a brand's service.

A post joins an experience of the same author and brand when it stands in the same thread
(a follow-up: its stage may be untold) or when it speaks of the same stage within
``gap`` of what was already told. Otherwise it opens a new one. An anonymous post is an
experience of its own: nothing ties it to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from alerts.intervals import Interval
from domain.analyses import Analysis, Polarity
from domain.brands import Brand
from domain.experiences import UNSORTED, Experience
from domain.posts import Post, PostKind


class GroupingSettings(BaseModel):
    """When two posts of one author tell of one experience."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gap: Interval = Field(
        default=timedelta(days=14), description="Posts on one stage this close are one experience."
    )
    horizon: Interval = Field(
        default=timedelta(days=45), description="Experiences older than this are not weighed anew."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """An experience before it is weighed: who told what, when, and in which threads."""

    key: str
    brand: str
    stage: str
    author_id: int | None
    told_at: datetime
    last_told_at: datetime
    post_ids: tuple[int, ...]
    threads: frozenset[tuple[str, str]]


@dataclass
class Grouping:
    """Drafts by author, grown post by post."""

    gap: timedelta
    drafts: dict[str, Draft] = field(default_factory=dict)
    _of_author: dict[int, set[str]] = field(default_factory=dict)

    def know(self, experience: Experience, threads: Iterable[tuple[str, str]]) -> None:
        """Take in an experience that storage already has."""
        self._keep(
            Draft(
                experience.key,
                experience.brand,
                experience.stage,
                experience.author_id,
                experience.told_at,
                experience.last_told_at,
                experience.post_ids,
                frozenset(threads),
            )
        )

    def forget(self, post_ids: Iterable[int]) -> None:
        """Take posts out of their drafts, to be placed anew as they are read now."""
        gone = frozenset(post_ids)
        for key, draft in self.drafts.items():
            if not gone.isdisjoint(draft.post_ids):
                left = tuple(one for one in draft.post_ids if one not in gone)
                self.drafts[key] = replace(draft, post_ids=left)

    def brands_in_thread(self, post: Post) -> list[str]:
        """The brands that this author already told of in this post's thread."""
        place = (post.source, post.root)
        told = [draft for draft in self._own(post) if draft.post_ids and place in draft.threads]
        return list(dict.fromkeys(draft.brand for draft in told))

    def place(self, post: Post, analysis: Analysis, brand: str) -> str:
        """Put a post where it belongs; the key of its experience."""
        draft = self._home(post, analysis.stage, brand) or _opened(post, analysis, brand)
        self._keep(_grown(draft, post))
        return draft.key

    def expose(self, first_id: int, copies: Iterable[int]) -> None:
        """Note where else a post was seen: its copies carry the experience, and tell none."""
        for key, draft in self.drafts.items():
            if first_id in draft.post_ids:
                seen = (*draft.post_ids, *copies)
                self.drafts[key] = replace(draft, post_ids=tuple(sorted(set(seen))))

    def _own(self, post: Post) -> list[Draft]:
        """The drafts of a post's author, in a fixed order; none for an anonymous one."""
        keys = self._of_author.get(post.author.id, set()) if post.author else set()
        return [self.drafts[key] for key in sorted(keys)]

    def _keep(self, draft: Draft) -> None:
        self.drafts[draft.key] = draft
        if draft.author_id is not None:
            self._of_author.setdefault(draft.author_id, set()).add(draft.key)

    def _home(self, post: Post, stage: str | None, brand: str) -> Draft | None:
        own = [draft for draft in self._own(post) if draft.brand == brand]
        followed = [draft for draft in own if _follows_up(draft, post, stage)]
        near = [draft for draft in own if _near(draft, post, stage, self.gap)]
        return max(followed or near, key=lambda draft: draft.last_told_at, default=None)


def _follows_up(draft: Draft, post: Post, stage: str | None) -> bool:
    """In the same thread, of the same stage or of one that either leaves untold."""
    untold = bool(draft.post_ids) and (stage is None or draft.stage == UNSORTED)
    return (post.source, post.root) in draft.threads and (untold or stage == draft.stage)


def _near(draft: Draft, post: Post, stage: str | None, gap: timedelta) -> bool:
    """Of the same stage, within the gap of what was told."""
    return (
        draft.stage == (stage or UNSORTED)
        and draft.told_at - gap <= post.created_at <= draft.last_told_at + gap
    )


def _opened(post: Post, analysis: Analysis, brand: str) -> Draft:
    stage = analysis.stage or UNSORTED
    return Draft(
        key=f"{brand}:{stage}:{post.id}",
        brand=brand,
        stage=stage,
        author_id=post.author.id if post.author else None,
        told_at=post.created_at,
        last_told_at=post.created_at,
        post_ids=(),
        threads=frozenset(),
    )


def _grown(draft: Draft, post: Post) -> Draft:
    return replace(
        draft,
        told_at=min(draft.told_at, post.created_at),
        last_told_at=max(draft.last_told_at, post.created_at),
        post_ids=tuple(sorted({*draft.post_ids, post.id})),
        threads=draft.threads | {(post.source, post.root)},
    )


def tells(post: Post, analysis: Analysis) -> bool:
    """Whether a post tells of something lived through: it is rated, or it feels."""
    if post.kind is PostKind.REACTION or post.gone_at is not None:
        return False
    return post.rating is not None or analysis.sentiment.polarity is not Polarity.NEUTRAL


def brands_told(
    analysis: Analysis, brands: Mapping[str, Brand], inherited: Sequence[str]
) -> list[str]:
    """The own brands that a post tells of; a follow-up inherits those of its thread."""
    named = [brand for brand in analysis.brands if brand in brands]
    return [brand for brand in named or inherited if brands[brand].own]
