"""Search over everything that was said, in the language of brand queries."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Asked
from starlette.responses import HTMLResponse

from app.matches import Excerpt, excerpts
from app.web.desk import INT64, BrandId, Desk, Reader
from domain.brands import Brand
from domain.errors import QueryError
from domain.queries import Query, written
from nlp.queries.reader import read

router = APIRouter()
PAGE = 30
Words = Annotated[str, Asked(max_length=1000)]
Before = Annotated[int | None, Asked(ge=1, le=INT64)]


@router.get("/search")
def search(
    desk: Reader, q: Words = "", brand: BrandId = None, before: Before = None
) -> HTMLResponse:
    """Posts that match a query, the newest first; or where the query goes wrong."""
    chosen = desk.brand(brand)
    words = q.replace("\x00", " ").strip()
    query, mistake = _read(words) if words else (None, None)
    found, after = _found(desk, query, chosen, before) if query else ([], None)
    return desk.page(
        "search.html",
        q=words,
        brand=chosen,
        found=found,
        after=after,
        said=written(query) if query else "",
        mistake=mistake,
        advice=mistake.said(desk.tongue.say) if mistake else (),
    )


def _read(words: str) -> tuple[Query | None, QueryError | None]:
    try:
        return read(words), None
    except QueryError as error:
        return None, error


def _found(
    desk: Desk, query: Query, brand: Brand | None, before: int | None
) -> tuple[list[Excerpt], int | None]:
    with desk.store.reading() as unit:
        posts = unit.posts.search(query, PAGE + 1, brand.id if brand else None, before)
        shown = excerpts(unit, query, posts[:PAGE])
    return shown, posts[PAGE - 1].id if len(posts) > PAGE else None
