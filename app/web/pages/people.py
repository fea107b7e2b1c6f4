"""Communities, early adopters and prospects: the people behind what is said."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from app.picks import advocates as picked_advocates
from app.prospecting import findings
from app.web.charts import adoption_curve
from app.web.desk import BrandId, Id, Offset, Reader, missing
from domain.communities import Role
from domain.influence import EXPECTED_REACH
from storage import Unit

router = APIRouter()
PAGE = 60
_FOUND = 40
_LEADERS = 10
_DAYS = 30
_VOICES = 5


@router.get("/communities")
def communities(desk: Reader, offset: Offset = 0) -> HTMLResponse:
    """Who talks with whom, the largest first."""
    with desk.store.reading() as unit:
        found = unit.communities.living(PAGE + 1, offset)[:PAGE]
        voices = {one.id: _first_voices(unit, one.id) for one in found}
        authors = unit.authors.get_many({who for some in voices.values() for who in some})
        topics = unit.topics.get_many({topic for one in found for topic in one.topics})
    return desk.page("communities.html", found=found, voices=voices, authors=authors, topics=topics)


@router.get("/advocates")
def advocates(desk: Reader) -> HTMLResponse:
    """Whom to invite: those who spoke well of a brand and together reach most people."""
    with desk.store.reading() as unit:
        picks = picked_advocates(unit)
        wanted = {who for one in picks.values() for who in one.ids}
        return desk.page(
            "advocates.html",
            picks={one: picks[one.id] for one in desk.context.own_brands if one.id in picks},
            authors=unit.authors.get_many(wanted),
            reach=unit.influence.many(EXPECTED_REACH, wanted),
        )


def _first_voices(unit: Unit, community_id: int) -> list[int]:
    standings = unit.communities.standings(community_id)
    return [one.author_id for one in standings if one.role is Role.VOICE][:_VOICES]


@router.get("/communities/{id}")
def community(desk: Reader, id: Id, offset: Offset = 0) -> HTMLResponse:
    """One community: how it lives, who stands out, what it speaks of, who belongs."""
    with desk.store.reading() as unit:
        found = unit.communities.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such community, or no longer."))
        standings = unit.communities.standings(id)
        members = unit.communities.members(id, PAGE + 1, offset)
        wanted = {*members, *(one.author_id for one in standings)}
        return desk.page(
            "community.html",
            community=found,
            lives=unit.communities.lives(id)[-_DAYS:][::-1],
            standings={role: [one for one in standings if one.role is role] for role in Role},
            members=members[:PAGE],
            authors=unit.authors.get_many(wanted),
            topics=unit.topics.get_many(found.topics),
            before=max(offset - PAGE, 0) if offset else None,
            after=offset + PAGE if len(members) > PAGE else None,
        )


@router.get("/adopters")
def launches(desk: Reader) -> HTMLResponse:
    """What is new, and how many took it up."""
    with desk.store.reading() as unit:
        return desk.page("launches.html", launches=unit.launches.every())


@router.get("/adopters/{id}")
def launch(desk: Reader, id: Id, offset: Offset = 0) -> HTMLResponse:
    """One launch: its curve, who was early and followed, and everyone who took it up."""
    with desk.store.reading() as unit:
        found = unit.launches.get(id)
        if found is None:
            raise missing(desk.tongue.say("There is no such launch, or no longer."))
        adopters = unit.launches.adopters(id, PAGE + 1, offset)
        leaders = unit.launches.leaders(id, _LEADERS)
        wanted = {one.author_id for one in (*adopters, *leaders)}
        return desk.page(
            "launch.html",
            launch=found,
            chart=adoption_curve(unit.launches.times(id), found.curve, desk.now, desk.tongue),
            adopters=adopters[:PAGE],
            leaders=leaders,
            authors=unit.authors.get_many(wanted),
            before=max(offset - PAGE, 0) if offset else None,
            after=offset + PAGE if len(adopters) > PAGE else None,
        )


@router.get("/prospects")
def prospects(desk: Reader, brand: BrandId = None, offset: Offset = 0) -> HTMLResponse:
    """Who asks or wants to buy, what they met, and what they did later."""
    chosen = desk.brand(brand)
    with desk.store.reading() as unit:
        found = unit.prospects.of_brand(chosen.id if chosen else None, PAGE + 1, offset)
        wanted = [one.author_id for one, _ in found]
        return desk.page(
            "prospects.html",
            brand=chosen,
            found=found[:PAGE],
            met=unit.prospects.met_by(wanted),
            authors=unit.authors.get_many(wanted),
            posts=unit.posts.get_many(one.post_id for one, _ in found),
            before=max(offset - PAGE, 0) if offset else None,
            after=offset + PAGE if len(found) > PAGE else None,
        )


@router.get("/prospects/finds")
def finds(desk: Reader, brand: BrandId = None) -> HTMLResponse:
    """What a prospect of a brand finds today: its testimonies, weighted by exposure."""
    chosen = desk.brand(brand) or next(iter(desk.context.brands))
    with desk.store.reading() as unit:
        names = {account for one in desk.context.brands for account in one.accounts}
        found = findings(unit, chosen.id, unit.authors.accounts(names), desk.now)
        shown = found.found[:_FOUND]
        ids = [one.met.post_id for one in shown]
        return desk.page(
            "finds.html",
            brand=chosen,
            findings=found,
            shown=shown,
            posts=unit.posts.get_many(ids),
            analyses=unit.analyses.get_many(ids),
        )
