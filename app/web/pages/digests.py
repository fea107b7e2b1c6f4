"""The archive of digests."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.web.desk import BrandId, Id, Reader, missing

router = APIRouter()
# A digest is a letter: its styles stand in the elements. Nothing else may run or load.
_LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


@router.get("/digests")
def digests(desk: Reader, brand: BrandId = None) -> HTMLResponse:
    """The digests written, the newest first."""
    chosen = desk.brand(brand)
    with desk.store.reading() as unit:
        found = unit.digests.list(brand=chosen.id if chosen else None, limit=60)
    return desk.page("digests.html", digests=found, brand=chosen)


@router.get("/digests/{id}")
def digest(desk: Reader, id: Id) -> HTMLResponse:
    """A digest as it was sent."""
    with desk.store.reading() as unit:
        found = unit.digests.get(id)
    if found is None:
        raise missing(desk.tongue.say("There is no such digest, or no longer."))
    return HTMLResponse(found.html, headers={"Content-Security-Policy": _LETTER_POLICY})
