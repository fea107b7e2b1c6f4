"""Topics: what people talk about of late, and the words of a person on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import addresses
from app.trends import trends
from app.web.desk import INT64, Desk, Form, Id, Offset, Reader, missing
from app.web.pages.experience import who
from app.web.visitor import PERSON_COOKIE, keep_cookie
from domain.topics import Topic, TopicEvent
from nlp.summaries.summarise import summarise
from storage import Unit

router = APIRouter()
PAGE = 30
_SUMMED = 400
"""Posts that a topic's summary is made of, the newest."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Change:
    """Something that became of a topic, with the topics it speaks of."""

    event: TopicEvent
    topic: Topic
    other: Topic | None


@router.get("/topics")
def topics(desk: Reader) -> HTMLResponse:
    """The topics of the last days: new problems first, then what rises."""
    with desk.store.reading() as unit:
        found = trends(unit, desk.context.topics, desk.now)
    days = desk.context.topics.recent_days
    return desk.page("topics.html", trends=found, days=days)


@router.get("/topics/{id}")
def topic(desk: Reader, id: Id, offset: Offset = 0) -> Response:
    """A topic in people's own words, its posts, and how it came to be."""
    with desk.store.reading() as unit:
        found = _known(desk, unit, id)
        if found.merged_into is not None:
            return RedirectResponse(addresses.topic(found.merged_into), status_code=303)
        ids = unit.topics.posts_of(id, _SUMMED)
        known = unit.posts.get_many(ids)
        shown = [known[one] for one in unit.topics.posts_of(id, PAGE + 1, offset) if one in known]
        analyses = unit.analyses.get_many([post.id for post in shown])
        others = [one for one in trends(unit, desk.context.topics, desk.now) if one.topic.id != id]
        changes = _changes(unit, id)
    return desk.page(
        "topic.html",
        topic=found,
        summary=summarise([known[one] for one in ids if one in known]),
        posts=shown[:PAGE],
        analyses=analyses,
        changes=changes,
        others=[one.topic for one in others],
        before=max(offset - PAGE, 0) if offset else None,
        after=offset + PAGE if len(shown) > PAGE else None,
    )


@router.post("/topics/{id}/name")
async def rename(desk: Reader, id: Id, form: Form) -> Response:
    """Call a topic what a person calls it."""
    name = " ".join(form.get("name", "").split())[:_LONGEST_NAME]
    return await _changed(desk, form, id, lambda unit, who: _rename(desk, unit, id, name, who))


@router.post("/topics/{id}/merge")
async def merge(desk: Reader, id: Id, form: Form) -> Response:
    """Make a topic a part of another."""
    wanted = form.get("into", "")
    into = int(wanted) if wanted.isascii() and wanted.isdecimal() else 0
    if not 0 < into <= INT64 or into == id:
        raise HTTPException(422, desk.tongue.say("Say which other topic it is a part of."))
    return await _changed(desk, form, into, lambda unit, who: _merge(desk, unit, id, into, who))


@router.post("/topics/posts/{id}/out")
async def take_out(desk: Reader, id: Id, form: Form) -> Response:
    """Say that a post does not belong to its topic."""
    return await _changed(desk, form, None, lambda unit, _: unit.topics.take_out(id))


async def _changed(
    desk: Desk, form: Form, id: int | None, change: Callable[[Unit, str], None]
) -> Response:
    person = who(desk, form)

    def write() -> None:
        with desk.store.writing() as unit:
            change(unit, person)

    await run_in_threadpool(write)
    response = desk.back_to(addresses.topic(id) if id else form.get("to", addresses.topics()))
    keep_cookie(response, PERSON_COOKIE, person, desk.context.secure)
    return response


def _rename(desk: Desk, unit: Unit, id: int, name: str, person: str) -> None:
    _known(desk, unit, id)
    unit.topics.rename(id, name, person, desk.now)


def _merge(desk: Desk, unit: Unit, id: int, into: int, person: str) -> None:
    if any(_known(desk, unit, one).merged_into for one in (id, into)):
        raise HTTPException(422, desk.tongue.say("One of them is part of another topic already."))
    unit.topics.merge(id, into, desk.now, person)


def _known(desk: Desk, unit: Unit, id: int) -> Topic:
    found = unit.topics.get_many([id]).get(id)
    if found is None:
        raise missing(desk.tongue.say("There is no such topic, or no longer."))
    return found


def _changes(unit: Unit, id: int) -> list[Change]:
    events = unit.topics.events(id)
    spoken = {one for event in events for one in (event.topic_id, event.other) if one}
    known = unit.topics.get_many(spoken)
    return [Change(event, known[event.topic_id], known.get(event.other or 0)) for event in events]
