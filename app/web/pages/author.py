"""An author: what they set in motion, say, and went through."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.web.charts import interval
from app.web.desk import Desk, Id, Reader, missing
from app.web.reading import author_view
from app.wording import word
from domain.communities import Role
from domain.influence import EXPECTED_REACH, Influence
from domain.launches import Adopter
from domain.prospects import Exposure, Prospect, Sequel
from storage import Unit

router = APIRouter()


@router.get("/authors/{id}")
def author(desk: Reader, id: Id) -> HTMLResponse:
    """Influence with its interval beside the plain baselines, posts, experiences."""
    with desk.store.reading() as unit:
        found = unit.authors.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such author, or no longer."))
        seen = author_view(unit, found)
        people = _among_people(unit, id)
    lines = {
        one.measure: _line(one, desk) for one in seen.influence if one.measure == EXPECTED_REACH
    }
    return desk.page("author.html", seen=seen, people=people, lines=lines)


@dataclass(frozen=True, slots=True)
class AmongPeople:
    """An author's community and part in it, what they took up, asked about and met."""

    community: int | None
    roles: list[Role]
    adopted: list[tuple[int, str, Adopter]]
    asked: list[tuple[Prospect, Sequel]]
    met: list[Exposure]


def _among_people(unit: Unit, id: int) -> AmongPeople:
    home = unit.communities.of_author(id)
    standings = unit.communities.standings(home) if home else []
    return AmongPeople(
        community=home,
        roles=[one.role for one in standings if one.author_id == id],
        adopted=unit.launches.of_author(id),
        asked=unit.prospects.of_author(id),
        met=unit.prospects.met_by([id]).get(id, []),
    )


def _line(influence: Influence, desk: Desk) -> str:
    words = desk.tongue.say(
        "%(measure)s: %(value)s, between %(low)s and %(high)s",
        measure=word(influence.measure, desk.tongue),
        value=desk.tongue.number(influence.value),
        low=desk.tongue.number(influence.low),
        high=desk.tongue.number(influence.high),
    )
    return interval(influence.value, influence.low, influence.high, words)
