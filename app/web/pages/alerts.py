"""Incidents and their alerts: see, acknowledge, resolve."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app import addresses
from app.reasons import N_
from app.web.desk import BrandId, Desk, Form, Id, Reader, missing
from app.web.pages.experience import who
from app.web.reading import incidents, silences
from app.web.visitor import PERSON_COOKIE, keep_cookie
from domain.alerts import Incident, IncidentState, Silence
from storage import Unit

router = APIRouter()
State = Annotated[IncidentState | None, Query()]
_SHOWN = 50
LENGTHS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
"""How long an incident can be kept quiet from the page."""
LENGTH_NAMES = {"hour": N_("1 hour"), "day": N_("1 day"), "week": N_("1 week")}


@router.get("/alerts")
def alerts(desk: Reader, brand: BrandId = None, state: State = None) -> HTMLResponse:
    """Incidents, the newest first, and the silences in force."""
    chosen = desk.brand(brand)
    with desk.store.reading() as unit:
        found = incidents(unit, state, chosen.id if chosen else None, _SHOWN)
        held = silences(unit, desk.now)
    return desk.page(
        "alerts.html",
        incidents=found,
        silences=held,
        quiet={one.silence.matches.get("group"): one.silence for one in held},
        lengths=LENGTH_NAMES,
        brand=chosen,
        state=state,
        states=tuple(IncidentState),
    )


@router.get("/alerts/{key:path}")
def alert(desk: Reader, key: Annotated[str, Path(max_length=400)]) -> HTMLResponse:
    """One firing of a rule, with the posts behind it."""
    with desk.store.reading() as unit:
        found = unit.alerts.get(key)
        if found is None:
            raise missing(desk.tongue.say("There is no such alert, or no longer."))
        known = unit.posts.get_many(list(found.post_ids[:50]))
    posts = [known[id] for id in found.post_ids[:50] if id in known]
    return desk.page("alert.html", alert=found, posts=posts)


@router.post("/incidents/{id}/silence")
async def silence(desk: Reader, id: Id, form: Form) -> Response:
    """Keep an incident's further alerts quiet for a while."""
    person, length = who(desk, form), LENGTHS.get(form.get("length", ""))
    if length is None:
        raise HTTPException(422, desk.tongue.say("Say for how long: an hour, a day or a week."))
    await run_in_threadpool(_silence, desk, id, person, length)
    return _back(desk, form, person)


@router.post("/incidents/{id}/{act}")
async def act(desk: Reader, id: Id, act: Literal["acknowledge", "resolve"], form: Form) -> Response:
    """Take an incident on, or close it."""
    person = who(desk, form)
    await run_in_threadpool(_act, desk, id, act, person)
    return _back(desk, form, person)


def _back(desk: Desk, form: Form, person: str) -> Response:
    response = desk.back_to(form.get("to", addresses.alerts()))
    keep_cookie(response, PERSON_COOKIE, person, desk.context.secure)
    return response


def _act(desk: Desk, id: int, act: str, person: str) -> None:
    with desk.store.writing() as unit:
        incident = _known(desk, unit, id)
        if act == "resolve" and incident.state is not IncidentState.RESOLVED:
            unit.incidents.resolve(id, person, desk.now)
        elif act == "acknowledge" and incident.state is IncidentState.OPEN:
            unit.incidents.acknowledge(id, person, desk.now)


def _silence(desk: Desk, id: int, person: str, length: timedelta) -> None:
    with desk.store.writing() as unit:
        matches = {"group": _known(desk, unit, id).group}
        unit.incidents.silence(Silence(matches, desk.now + length, person))


def _known(desk: Desk, unit: Unit, id: int) -> Incident:
    incident = unit.incidents.get(id)
    if incident is None:
        raise missing(desk.tongue.say("There is no such incident, or no longer."))
    return incident
