"""Sources: what we listen to, and how well."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.hearing import source_health
from app.web.desk import Reader
from domain.windows import last

router = APIRouter()


@router.get("/sources")
def sources(desk: Reader) -> HTMLResponse:
    """Each source's last visit, its posts of thirty days, and what was refused."""
    with desk.store.reading() as unit:
        found = source_health(unit, last(timedelta(days=30), desk.now))
        refused = unit.quarantine.list(limit=30)
    return desk.page("sources.html", sources=found, refused=refused)
