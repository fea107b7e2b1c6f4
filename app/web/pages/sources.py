"""Sources: what we listen to, how well, and what we could not hear."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.hearing import hearing
from app.web.desk import Reader
from domain.windows import last

router = APIRouter()


@router.get("/sources")
def sources(desk: Reader) -> HTMLResponse:
    """Each source's habit, threads, errors and gaps, those that need a person first."""
    with desk.store.reading() as unit:
        found = hearing(unit, last(timedelta(days=30), desk.now), desk.now)
        refused = unit.quarantine.list(limit=30)
    found.sort(key=lambda one: (not one.ailing, one.name))
    ailing = sum(one.ailing for one in found)
    return desk.page("sources.html", sources=found, ailing=ailing, refused=refused)
