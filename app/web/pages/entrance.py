"""The entrance: login, preferences, health."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.languages import known_language
from app.web.desk import Form, Reader
from app.web.guard import SESSION_COOKIE, SESSION_LENGTH
from app.web.visitor import (
    LANGUAGE_COOKIE,
    PERSON_COOKIE,
    ZONE_COOKIE,
    keep_cookie,
    known_zone,
)

router = APIRouter()


@router.get("/healthz")
def healthz(desk: Reader) -> JSONResponse:
    """Whether the store answers."""
    with desk.store.reading() as unit:
        unit.runs.list(1)
    return JSONResponse({"status": "ok"})


@router.get("/login")
def login(desk: Reader, to: Annotated[str, Query(max_length=2000)] = "/") -> HTMLResponse:
    """Ask for the token."""
    return desk.page("login.html", to=to, wrong=False)


@router.post("/login")
async def enter(desk: Reader, form: Form) -> Response:
    """Open a session for who knows the token."""
    if not desk.site.guard.knows_token(form.get("key", "").strip()):
        return desk.page("login.html", status=401, to=form.get("to", "/"), wrong=True)
    response = desk.back_to(form.get("to", "/"))
    session = desk.site.guard.open_session(desk.now)
    seconds = int(SESSION_LENGTH.total_seconds())
    keep_cookie(response, SESSION_COOKIE, session, desk.context.secure, seconds)
    return response


@router.post("/preferences")
async def preferences(desk: Reader, form: Form) -> Response:
    """Keep the reader's language, zone and name."""
    response = desk.back_to(form.get("to", "/"))
    wishes = {
        LANGUAGE_COOKIE: known_language(form.get("language")),
        ZONE_COOKIE: form["zone"] if known_zone(form.get("zone")) else None,
        PERSON_COOKIE: form["person"] if desk.context.person(form.get("person")) else None,
    }
    for name, value in wishes.items():
        if value:
            keep_cookie(response, name, value, desk.context.secure)
    return response
