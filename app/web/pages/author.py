"""An author: what they set in motion, say, and went through."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.web.charts import interval
from app.web.desk import Desk, Id, Reader, missing
from app.web.reading import author_view
from app.wording import word
from domain.influence import EXPECTED_REACH, Influence

router = APIRouter()


@router.get("/authors/{id}")
def author(desk: Reader, id: Id) -> HTMLResponse:
    """Influence with its interval beside the plain baselines, posts, experiences."""
    with desk.store.reading() as unit:
        found = unit.authors.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such author, or no longer."))
        seen = author_view(unit, found)
    lines = {
        one.measure: _line(one, desk) for one in seen.influence if one.measure == EXPECTED_REACH
    }
    return desk.page("author.html", seen=seen, lines=lines)


def _line(influence: Influence, desk: Desk) -> str:
    words = desk.tongue.say(
        "%(measure)s: %(value)s, between %(low)s and %(high)s",
        measure=word(influence.measure, desk.tongue),
        value=desk.tongue.number(influence.value),
        low=desk.tongue.number(influence.low),
        high=desk.tongue.number(influence.high),
    )
    return interval(influence.value, influence.low, influence.high, words)
