"""The same read models as JSON, described by OpenAPI at ``/api/openapi.json``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query

from app.hearing import SourceHealth, source_health
from app.picks import Pick, todays
from app.web.behind import Asked, Behind, behind
from app.web.desk import BrandId, Id, Offset, Reader, StageId, missing
from app.web.overview import Overview, overview, shown_window
from app.web.pages.first import Days, Until
from app.web.pages.search import Before, Words
from app.web.reading import (
    AuthorView,
    Card,
    IncidentView,
    SilenceView,
    author_view,
    cards,
    incidents,
    silences,
)
from domain.alerts import IncidentState
from domain.analyses import Analysis
from domain.errors import QueryError
from domain.experiences import Experience
from domain.posts import Post
from domain.queries import Query as SearchQuery
from nlp.queries.reader import read

router = APIRouter(prefix="/api", tags=["read"])
Limit = Annotated[int, Query(ge=1, le=200)]


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of the queue; ``next_offset`` leads on, None at its end."""

    items: list[Card]
    next_offset: int | None


@dataclass(frozen=True, slots=True)
class ExperienceDetail:
    """An experience with its own posts and what was understood of them."""

    experience: Experience
    posts: list[Post]
    analyses: list[Analysis]


@dataclass(frozen=True, slots=True)
class PostPage:
    """Posts found; ``next_before`` leads on, None at the end."""

    items: list[Post]
    next_before: int | None


@router.get("/overview")
def read_overview(
    desk: Reader, brand: Annotated[str, Query(max_length=100)], days: Days = 30, until: Until = None
) -> Overview:
    """A brand over time: volume, sentiment, stages by week, the top of the queue."""
    chosen = desk.brand(brand)
    if chosen is None:
        raise missing("name a brand")
    with desk.store.reading() as unit:
        return overview(unit, chosen.id, until or desk.today, days, desk.tongue.zone)


@router.get("/queue")
def read_queue(
    desk: Reader,
    brand: BrandId = None,
    stage: StageId = None,
    limit: Limit = 50,
    offset: Offset = 0,
    unanswered: bool = False,
) -> QueuePage:
    """Experiences by the harm still to be averted; all, or what the brand has not answered."""
    with desk.store.reading() as unit:
        found = unit.experiences.queue(
            brand=brand or None,
            stage=stage or None,
            limit=limit + 1,
            offset=offset,
            unanswered=unanswered,
        )
        more = offset + limit if len(found) > limit else None
        return QueuePage(cards(unit, found[:limit]), more)


@router.get("/today")
def read_today(desk: Reader) -> Pick:
    """The experiences to handle today, chosen so that nobody counts twice, and what they avert."""
    with desk.store.reading() as unit:
        found = todays(unit)
    if found is None:
        raise missing("nothing was chosen yet")
    return found


@router.get("/experiences/{id}")
def read_experience(desk: Reader, id: Id) -> ExperienceDetail:
    """An experience, its posts and their analyses."""
    with desk.store.reading() as unit:
        found = unit.experiences.get(id)
        if found is None:
            raise missing("no such experience")
        posts = unit.posts.get_many(list(found.post_ids))
        analyses = unit.analyses.get_many(list(found.post_ids))
    return ExperienceDetail(found, list(posts.values()), list(analyses.values()))


@router.get("/authors/{id}")
def read_author(desk: Reader, id: Id) -> AuthorView:
    """An author with influence, latest posts and experiences."""
    with desk.store.reading() as unit:
        found = unit.authors.get(id)
        if found is None:
            raise missing("no such author")
        return author_view(unit, found)


@router.get("/alerts")
def read_alerts(
    desk: Reader,
    brand: BrandId = None,
    state: Annotated[IncidentState | None, Query()] = None,
    limit: Limit = 50,
) -> list[IncidentView]:
    """Incidents with their alerts, the newest first."""
    with desk.store.reading() as unit:
        return incidents(unit, state, brand or None, limit)


@router.get("/silences")
def read_silences(desk: Reader) -> list[SilenceView]:
    """The silences in force."""
    with desk.store.reading() as unit:
        return silences(unit, desk.now)


@router.get("/posts")
def read_posts(desk: Reader, asked: Asked, limit: Limit = 50, before: Before = None) -> Behind:
    """The posts behind a number, the newest first."""
    with desk.store.reading() as unit:
        return behind(unit, asked, limit, before)


@router.get("/search")
def search_posts(
    desk: Reader, q: Words, brand: BrandId = None, limit: Limit = 50, before: Before = None
) -> PostPage:
    """Posts that match a query, the newest first; 422 points at what cannot be read in it."""
    query = _query(q.replace("\x00", " "))
    with desk.store.reading() as unit:
        found = unit.posts.search(query, limit + 1, brand or None, before)
    return PostPage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def _query(words: str) -> SearchQuery:
    try:
        return read(words)
    except QueryError as error:
        told = {"what": error.what, "at": error.at, "todo": error.todo}
        raise HTTPException(422, told) from error


@router.get("/sources")
def read_sources(desk: Reader, until: Until = None) -> list[SourceHealth]:
    """The health of each source, and its posts of the last thirty days."""
    with desk.store.reading() as unit:
        return source_health(unit, shown_window(until or desk.today, 30, desk.tongue.zone))
