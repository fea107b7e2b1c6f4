"""Search over everything that was said."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse

from app.web.desk import INT64, BrandId, Reader

router = APIRouter()
PAGE = 30
Words = Annotated[str, Query(max_length=200)]
Before = Annotated[int | None, Query(ge=1, le=INT64)]


@router.get("/search")
def search(
    desk: Reader, q: Words = "", brand: BrandId = None, before: Before = None
) -> HTMLResponse:
    """Posts that hold the words, the newest first."""
    chosen = desk.brand(brand)
    words = q.replace("\x00", " ").strip()
    with desk.store.reading() as unit:
        name = chosen.id if chosen else None
        found = unit.posts.search(words, PAGE + 1, name, before) if words else []
        analyses = unit.analyses.get_many([post.id for post in found])
    return desk.page(
        "search.html",
        q=words,
        brand=chosen,
        posts=found[:PAGE],
        analyses=analyses,
        after=found[PAGE - 1].id if len(found) > PAGE else None,
    )
