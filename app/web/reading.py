"""What the pages and the API show, read from one snapshot of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from app.readership import known_readers
from app.telling import telling_posts
from app.templating import excerpt
from app.voices import DOUBT, answered_by, author_name
from app.web.context import WebContext
from app.web.thread import Turn, turns
from domain.alerts import Alert, Incident, IncidentState, Silence
from domain.analyses import Correction
from domain.experiences import Experience
from domain.influence import EXPECTED_REACH, Influence
from domain.people import Author
from domain.posts import Post, PostKind, PostVersion
from domain.stories import Story
from graph.readers import Silent
from storage import Unit
from storage.voices import Concert, Edge

_ALERTS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Card:
    """An experience in a list: the post that tells it best, in short, and who answered it."""

    experience: Experience
    author: str
    source: str
    excerpt: str
    url: str | None
    answered_by: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Posts in their conversations, with what was corrected, edited, and seen elsewhere too."""

    turns: tuple[Turn, ...]
    corrections: tuple[Correction, ...]
    versions: tuple[PostVersion, ...]
    elsewhere: tuple[Post, ...]


@dataclass(frozen=True, slots=True)
class AuthorView:
    """An author: every measure of influence with its evidence, the latest posts and experiences.

    ``edges`` are those who acted on most of the author's ``said`` posts; ``doubt`` is after how
    many posts such a count is half believed; ``concerts`` what the author seems to be part of.
    """

    author: Author
    influence: tuple[Influence, ...]
    silent: Silent | None
    mean_reach: float | None
    edges: tuple[Edge, ...]
    said: int
    doubt: float
    concerts: tuple[Concert, ...]
    posts: tuple[Post, ...]
    experiences: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class IncidentView:
    """An incident with its latest alerts, newest first."""

    incident: Incident
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class SilenceView:
    """A silence, and the unresolved incident that it keeps quiet, if it names one."""

    silence: Silence
    incident: Incident | None


def cards(unit: Unit, experiences: Sequence[Experience]) -> list[Card]:
    """The experiences with the posts that tell them best."""
    posts, names = telling_posts(unit, experiences), answered_by(unit, experiences)
    return [_card(one, posts.get(one.id), names.get(one.id, "")) for one in experiences]


def _card(experience: Experience, post: Post | None, answerer: str) -> Card:
    if post is None:
        return Card(experience, "", "", "", None, answerer)
    said = author_name(post.author), post.source, excerpt(post), post.url
    return Card(experience, *said, answerer)


def conversation(
    unit: Unit, context: WebContext, post_ids: Sequence[int], brand: str | None
) -> Conversation:
    """The threads that these posts stand in, each once, in the order of the posts.

    Those that repeat another of them are only named, as places where it was seen too.
    """
    stories = unit.stories.of_posts(post_ids)
    others = {copy.id: copy for one, story in stories.items() for copy in story.besides(one)}
    post_ids = [one for one in post_ids if not _repeats(one, stories, post_ids)]
    posts: dict[int, Post] = {}
    for post_id in post_ids[:20]:
        if post_id not in posts:
            posts.update((post.id, post) for post in unit.posts.thread(post_id, limit=500))
    analyses = unit.analyses.get_many(list(posts))
    told = frozenset(post_ids)
    return Conversation(
        turns=tuple(turns(list(posts.values()), analyses, told, context.brand(brand))),
        corrections=tuple(chain.from_iterable(map(unit.analyses.corrections, post_ids[:20]))),
        versions=tuple(chain.from_iterable(map(unit.posts.versions, post_ids[:20]))),
        elsewhere=tuple(other for number, other in others.items() if number not in post_ids),
    )


def _repeats(post_id: int, stories: Mapping[int, Story], told: Sequence[int]) -> bool:
    """Whether a post repeats the first of its story, and that one is told of as well."""
    first = stories[post_id].first.id if post_id in stories else post_id
    return first != post_id and first in told


def author_view(unit: Unit, author: Author) -> AuthorView:
    """An author with everything known of them."""
    return AuthorView(
        author=author,
        influence=tuple(unit.influence.of(author.id)),
        silent=_silent(unit, author),
        mean_reach=unit.influence.mean(EXPECTED_REACH),
        edges=tuple(unit.voices.edges(author.id, 10)),
        said=unit.voices.said(author.id),
        doubt=float((unit.learned.get(DOUBT) or {"posts": 8.0})["posts"]),
        concerts=tuple(unit.voices.concerts(author.id)),
        posts=tuple(_latest(unit.authors.posts_of(author.id, 60))),
        experiences=tuple(cards(unit, unit.experiences.of_author(author.id, 30))),
    )


def _silent(unit: Unit, author: Author) -> Silent | None:
    """How many read a post of theirs in silence, where their source counts views."""
    reach = unit.influence.many(EXPECTED_REACH, [author.id]).get(author.id)
    return known_readers(unit).month(author.source, reach.value) if reach else None


def _latest(posts: list[Post]) -> list[Post]:
    """Those with words, the latest first."""
    spoken = (post for post in posts if post.kind is not PostKind.REACTION)
    return sorted(spoken, key=lambda post: post.created_at, reverse=True)[:30]


def incidents(
    unit: Unit, state: IncidentState | None, brand: str | None, limit: int
) -> list[IncidentView]:
    """Incidents with the alerts that made them."""
    listed = unit.incidents.list(state=state, brand=brand, limit=limit)
    latest = unit.alerts.latest([one.id for one in listed], each=_ALERTS_SHOWN)
    return [IncidentView(one, tuple(latest.get(one.id, ()))) for one in listed]


def silences(unit: Unit, now: datetime) -> list[SilenceView]:
    """The silences in force, the one that ends last at the end."""
    held = sorted(unit.incidents.silences(now), key=lambda one: one.until)
    return [SilenceView(one, unit.incidents.of_group(one.matches.get("group", ""))) for one in held]
