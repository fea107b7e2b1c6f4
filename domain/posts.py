"""What was said: posts, their threads and counters, and what a crawl reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.people import Author
from domain.sources import Declared, RobotsAnswer


class PostKind(StrEnum):
    """What sort of public act a post is. A reaction is an act without words."""

    POST = "post"
    COMMENT = "comment"
    REVIEW = "review"
    QUESTION = "question"
    ANSWER = "answer"
    REPLY = "reply"
    SHARE = "share"
    REACTION = "reaction"


@dataclass(frozen=True, slots=True)
class Rating:
    """A grade as given, on its scale: ``value`` lies in ``[worst, best]``."""

    value: float
    best: float = 5.0
    worst: float = 1.0

    def __post_init__(self) -> None:
        if not self.worst < self.best:
            raise ValueError(f"a scale from {self.worst} to {self.best} is empty")
        if not self.worst <= self.value <= self.best:
            raise ValueError(f"{self.value} lies outside {self.worst} to {self.best}")

    @property
    def share(self) -> float:
        """The grade as a share of its scale, in [0, 1]."""
        return (self.value - self.worst) / (self.best - self.worst)


@dataclass(frozen=True, slots=True)
class Engagement:
    """The counters on a post, as the site shows them; None where it shows none."""

    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One public text, or an act on one.

    ``parent``, ``thread``, ``quotes`` and ``accepted_answer`` are external ids in the
    same source: of the post acted on, of the thread's root, of the posts quoted, and
    of the answer that this question's author accepted. ``quoted_text`` holds other
    people's words, kept apart from ``text``. ``labels`` keeps what the source says of
    it and Boca has no field for (``status``, ``place``). ``id`` is 0 until stored.
    """

    source: str
    external_id: str
    kind: PostKind
    text: str
    created_at: datetime
    author: Author | None = None
    parent: str | None = None
    thread: str | None = None
    title: str = ""
    url: str | None = None
    language: str | None = None
    rating: Rating | None = None
    engagement: Engagement = field(default_factory=Engagement)
    quotes: tuple[str, ...] = ()
    quoted_text: str = ""
    accepted_answer: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    edited_at: datetime | None = None
    fetched_at: datetime | None = None
    gone_at: datetime | None = None
    id: int = 0

    @property
    def content(self) -> str:
        """What is read and analysed: the title, if any, above the text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def root(self) -> str:
        """The external id of the thread that this post belongs to."""
        return self.thread or self.parent or self.external_id


@dataclass(frozen=True, slots=True)
class PostVersion:
    """What a post said before an edit."""

    post_id: int
    title: str
    text: str
    rating: Rating | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Census:
    """All posts of one thread that the source shows now; those not listed are gone."""

    source: str
    thread: str
    external_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gone:
    """The source says that this one post no longer exists."""

    source: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a source was left: whatever it needs to go on from there (JSON values)."""

    source: str
    state: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A thing that could not be used, put into quarantine with its reason.

    ``code`` comes from a short closed list per step, ``where`` is a line, a URL or a
    post's key, ``raw`` the first 2,000 characters of what was refused.
    """

    source: str
    code: str
    where: str
    detail: str
    raw: str = ""


class CrawlOutcome(StrEnum):
    """How a visit to a source ended."""

    OK = "ok"
    DEGRADED = "degraded"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """One visit to a source: what was asked, got, refused, and what went wrong."""

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: CrawlOutcome
    requests: int = 0
    posts: int = 0
    rejected: int = 0
    refused_by_robots: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    detail: str = ""
    posts_new: int = 0
    """Known once the posts are stored: how many nobody had seen before."""


CrawlEvent = Post | Census | Gone | Cursor | Rejected | RobotsAnswer | Declared | CrawlReport
"""What a crawl streams, in order: posts first, then the cursor that covers them."""
