"""The posts behind a number."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.web.behind import Asked, behind
from app.web.desk import Reader
from app.web.pages.search import Before
from domain.analyses import Polarity

router = APIRouter()
PAGE = 30


@router.get("/posts")
def posts(desk: Reader, asked: Asked, before: Before = None) -> HTMLResponse:
    """What a brand's number of some days counts, the newest first."""
    with desk.store.reading() as unit:
        seen = behind(unit, asked, PAGE, before)
    return desk.page(
        "posts.html", asked=asked, seen=seen, before=before, polarities=tuple(Polarity)
    )
