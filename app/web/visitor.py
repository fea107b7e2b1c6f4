"""Who reads: the language, zone and name that a browser asked for or keeps in its cookies."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from fastapi import Request
from starlette.responses import Response

from app.languages import Tongue, accepted_language, known_language
from app.web.context import WebContext
from app.web.guard import SEAT_COOKIE
from domain.people import Person

LANGUAGE_COOKIE, ZONE_COOKIE, PERSON_COOKIE = "boca_language", "boca_zone", "boca_person"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """One reader of one page; ``seat`` names their browser, ``new`` what it should keep."""

    tongue: Tongue
    person: Person | None
    seat: str
    new: dict[str, str]

    def keep(self, response: Response, secure: bool) -> None:
        """Ask the browser to keep what is new."""
        for name, value in self.new.items():
            keep_cookie(response, name, value, secure)


def keep_cookie(
    response: Response, name: str, value: str, secure: bool, seconds: int = _YEAR
) -> None:
    """Set a cookie that no script reads and that never travels from other sites."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="strict", secure=secure, path="/"
    )


def visitor_of(request: Request, context: WebContext) -> Visitor:
    """Read a request's wishes: ``?lang=``, then cookies, the person's own, the browser's."""
    cookies = request.cookies
    person = context.person(cookies.get(PERSON_COOKIE))
    asked = known_language(request.query_params.get("lang"))
    language = (
        asked
        or known_language(cookies.get(LANGUAGE_COOKIE))
        or (known_language(person.language) if person else None)
        or accepted_language(request.headers.get("accept-language"))
        or "en"
    )
    zone = known_zone(cookies.get(ZONE_COOKIE)) or (person.zone if person else context.zone)
    new = {LANGUAGE_COOKIE: asked} if asked else {}
    seat = cookies.get(SEAT_COOKIE, "")
    if len(seat) != 32:
        seat = new[SEAT_COOKIE] = secrets.token_hex(16)
    return Visitor(Tongue(language, zone), person, seat, new)


def known_zone(name: str | None) -> ZoneInfo | None:
    """The time zone of this name, or None."""
    if not name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def zones_to_choose(context: WebContext, tongue: Tongue) -> list[str]:
    """Zones worth offering: the house's, its people's, the reader's own, and UTC."""
    zones = {context.zone.key, tongue.zone.key, "UTC", *(one.zone.key for one in context.people)}
    return sorted(zones)
