"""Incidents and their alerts: see, acknowledge, resolve."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response

from app import addresses
from app.web.desk import BrandId, Desk, Form, Id, Reader, missing
from app.web.pages.experience import who
from app.web.reading import incidents
from app.web.visitor import PERSON_COOKIE, keep_cookie
from domain.alerts import IncidentState

router = APIRouter()
State = Annotated[IncidentState | None, Query()]
_SHOWN = 50


@router.get("/alerts")
def alerts(desk: Reader, brand: BrandId = None, state: State = None) -> HTMLResponse:
    """Incidents, the newest first."""
    chosen = desk.brand(brand)
    with desk.store.reading() as unit:
        found = incidents(unit, state, chosen.id if chosen else None, _SHOWN)
    return desk.page(
        "alerts.html", incidents=found, brand=chosen, state=state, states=tuple(IncidentState)
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


@router.post("/incidents/{id}/{act}")
async def act(desk: Reader, id: Id, act: Literal["acknowledge", "resolve"], form: Form) -> Response:
    """Take an incident on, or close it."""
    person = who(desk, form)
    await run_in_threadpool(_act, desk, id, act, person)
    response = desk.back_to(form.get("to", addresses.alerts()))
    keep_cookie(response, PERSON_COOKIE, person, desk.context.secure)
    return response


def _act(desk: Desk, id: int, act: str, person: str) -> None:
    with desk.store.writing() as unit:
        incident = unit.incidents.get(id)
        if incident is None:
            raise missing(desk.tongue.say("There is no such incident, or no longer."))
        if act == "resolve" and incident.state is not IncidentState.RESOLVED:
            unit.incidents.resolve(id, person, desk.now)
        elif act == "acknowledge" and incident.state is IncidentState.OPEN:
            unit.incidents.acknowledge(id, person, desk.now)
