"""What every page handler works with: the store, the reader, and the way to answer them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, HTTPException, Path, Query, Request
from jinja2 import Environment
from starlette.responses import HTMLResponse, RedirectResponse

from app.languages import LANGUAGES, Tongue
from app.web.context import WebContext
from app.web.doors import BODY_LIMIT
from app.web.guard import SEAT_COOKIE, Guard
from app.web.visitor import Visitor, visitor_of, zones_to_choose
from app.wording import stage_names
from domain.brands import Brand
from storage import Store

INT64 = 2**63 - 1
Id = Annotated[int, Path(ge=1, le=INT64)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]
BrandId = Annotated[str | None, Query(max_length=100)]
StageId = Annotated[str | None, Query(max_length=100)]


@dataclass(frozen=True)
class Site:
    """The parts that all requests share."""

    store: Store
    context: WebContext
    templates: Environment
    guard: Guard


@dataclass(frozen=True)
class Desk:
    """One request being answered."""

    site: Site
    request: Request
    visitor: Visitor
    now: datetime

    @property
    def context(self) -> WebContext:
        """The house."""
        return self.site.context

    @property
    def store(self) -> Store:
        """Everything kept."""
        return self.site.store

    @property
    def tongue(self) -> Tongue:
        """The reader's language and zone."""
        return self.visitor.tongue

    @property
    def today(self) -> date:
        """The reader's date."""
        return self.tongue.local(self.now)

    def brand(self, id: str | None) -> Brand | None:
        """The brand asked for, None where none was; an unknown one is not found."""
        if not id:
            return None
        brand = self.context.brand(id)
        if brand is None:
            raise missing(self.tongue.say("There is no brand of that name here."))
        return brand

    def page(self, template: str, status: int = 200, **model: Any) -> HTMLResponse:
        """A page in the reader's language."""
        html = self.site.templates.get_template(template).render(
            tongue=self.tongue,
            now=self.now,
            today=self.today,
            context=self.context,
            visitor=self.visitor,
            stage_names=stage_names(self.context.stages, self.tongue),
            path=self.request.url.path,
            here=_here(self.request),
            languages=LANGUAGES,
            zones=zones_to_choose(self.context, self.tongue),
            form_token=self.site.guard.form_token(self.visitor.seat),
            **model,
        )
        response = HTMLResponse(html, status_code=status)
        self.visitor.keep(response, self.context.secure)
        return response

    def back_to(self, path: str) -> RedirectResponse:
        """Send the reader on to one of our pages, after a form."""
        return RedirectResponse(own_path(path), status_code=303)


def _here(request: Request) -> str:
    query = "&".join(
        part for part in request.url.query.split("&") if part and not part.startswith("lang=")
    )
    return f"{request.url.path}?{query}" if query else request.url.path


def missing(words: str) -> HTTPException:
    """The answer for what does not exist."""
    return HTTPException(404, words)


def own_path(path: str) -> str:
    """A path of this site; anything else becomes the first page."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    plain = path.isprintable() and not path.startswith("//") and "\\" not in path
    return path if plain and path.startswith("/") and not (parts.scheme or parts.netloc) else "/"


def desk_of(request: Request) -> Desk:
    """Sit down to answer a request."""
    site: Site = request.app.state.site
    return Desk(site, request, visitor_of(request, site.context), site.context.clock())


Reader = Annotated[Desk, Depends(desk_of)]


async def form_of(request: Request, desk: Reader) -> dict[str, str]:
    """The fields of a form that our own page sent; any other form is refused."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise HTTPException(413, desk.tongue.say("That is too much to read."))
    fields = _fields(bytes(body))
    if not desk.site.guard.knows_form(request.headers, _seat(request), fields.get("token", "")):
        raise HTTPException(
            403, desk.tongue.say("This form is not fresh. Go back, reload the page, send it again.")
        )
    return fields


def _fields(body: bytes) -> dict[str, str]:
    try:
        parsed = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        return {}
    return {name: values[-1].replace("\x00", "") for name, values in parsed.items()}


def _seat(request: Request) -> str | None:
    return request.cookies.get(SEAT_COOKIE)


Form = Annotated[dict[str, str], Depends(form_of)]
