"""An experience, or any post, within its conversation; and corrections of its labels."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app import addresses
from app.languages import head_count
from app.voices import answered_by
from app.web.charts import interval
from app.web.desk import Desk, Form, Id, Reader, missing
from app.web.reading import conversation
from app.web.visitor import PERSON_COOKIE, keep_cookie
from domain.analyses import Correction, Label, Polarity
from domain.experiences import Reach

router = APIRouter()


@router.get("/experiences/{id}")
def experience(desk: Reader, id: Id) -> HTMLResponse:
    """Who told what, why it matters, and what to do."""
    with desk.store.reading() as unit:
        found = unit.experiences.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such experience, or no longer."))
        told = conversation(unit, desk.context, found.post_ids, found.brand)
        author = unit.authors.get(found.author_id) if found.author_id else None
        answerer = answered_by(unit, [found]).get(id, "")
    return desk.page(
        "experience.html",
        experience=found,
        told=told,
        author=author,
        answered_by=answerer,
        brand=desk.context.brand(found.brand),
        stage=desk.context.stage(found.stage),
        stages=desk.context.stages,
        polarities=tuple(Polarity),
        reach_line=_reach_line(found.reach, desk),
    )


def _reach_line(reach: Reach, desk: Desk) -> str:
    words = desk.tongue.say(
        "%(value)s people still to come, between %(low)s and %(high)s",
        value=desk.tongue.number(head_count(reach.to_come)),
        low=desk.tongue.number(head_count(reach.low)),
        high=desk.tongue.number(head_count(reach.high)),
    )
    return interval(reach.to_come, reach.low, reach.high, words)


@router.get("/posts/{id}")
def post(desk: Reader, id: Id) -> Response:
    """The post where it stands: on its experience's page, else in its thread."""
    with desk.store.reading() as unit:
        found = unit.posts.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such post, or no longer."))
        home = unit.experiences.of_posts([id]).get(id)
        if home:
            return RedirectResponse(f"{addresses.experience(home)}#post-{id}", status_code=303)
        told = conversation(unit, desk.context, [id], None)
    return desk.page(
        "post.html",
        post=found,
        told=told,
        stages=desk.context.stages,
        polarities=tuple(Polarity),
    )


@router.post("/posts/{id}/corrections")
async def correct(desk: Reader, id: Id, form: Form) -> Response:
    """Keep a person's label; it wins over the pipeline's."""
    correction = _correction(desk, id, form)
    await run_in_threadpool(_keep, desk, correction)
    response = desk.back_to(f"{addresses.post(id)}")
    keep_cookie(response, PERSON_COOKIE, correction.person, desk.context.secure)
    return response


def _keep(desk: Desk, correction: Correction) -> None:
    with desk.store.writing() as unit:
        if unit.posts.get(correction.post_id) is None:
            raise missing(desk.tongue.say("There is no such post, or no longer."))
        unit.analyses.correct(correction)


def _correction(desk: Desk, id: int, form: Form) -> Correction:
    label, value = form.get("label", ""), form.get("value", "")
    allowed = {
        Label.POLARITY: {polarity.value for polarity in Polarity},
        Label.STAGE: {"", *(stage.id for stage in desk.context.stages)},
    }
    if label not in allowed or value not in allowed[Label(label)]:
        raise HTTPException(422, desk.tongue.say("That label cannot be given."))
    person = who(desk, form)
    return Correction(id, Label(label), value, person, desk.now)


def who(desk: Desk, form: Form) -> str:
    """The person a form speaks for; a house without people has a nameless one."""
    chosen = desk.context.person(form.get("person")) or desk.visitor.person
    if chosen is None and desk.context.people:
        raise HTTPException(422, desk.tongue.say("Say who you are, and send it again."))
    return chosen.id if chosen else "web"
