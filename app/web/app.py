"""Put the page together: routes, doors, templates, and one way to say what went wrong."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from app.templating import environment
from app.web import api, hooks
from app.web.charts import day_marks, heat_level
from app.web.context import WebContext
from app.web.desk import Site, desk_of
from app.web.doors import Doors
from app.web.guard import Guard
from app.web.pages import alerts, author, digests, entrance, experience, first, posts, queue, search
from app.web.pages import people as people_page
from app.web.pages import sources as sources_page
from app.web.pages import teach as teach_page
from app.web.pages import topics as topics_page
from domain.errors import StorageBusy, StorageError
from storage import Store

_HOME = Path(__file__).parent
_PAGES = (
    first,
    queue,
    posts,
    experience,
    author,
    alerts,
    search,
    topics_page,
    people_page,
    teach_page,
    sources_page,
    digests,
    entrance,
)
_log = structlog.get_logger(__name__)


def create_app(store: Store, context: WebContext) -> FastAPI:
    """The web application over a store."""
    app = FastAPI(title="Boca", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    guard = Guard(context)
    app.state.site = Site(store, context, _templates(), guard)
    app.mount("/static", StaticFiles(directory=_HOME / "static"), name="static")
    app.include_router(api.router)
    app.include_router(hooks.router)
    for page in _PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.add_exception_handler(HTTPException, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_bad_request)
    app.add_exception_handler(StorageError, _on_storage)
    app.add_middleware(Doors, guard=guard)
    return app


@cache
def _templates() -> Environment:
    made = environment(_HOME / "templates")
    made.globals.update(style=_style_address(), heat_level=heat_level, day_marks=day_marks)
    return made


def _style_address() -> str:
    content = (_HOME / "static" / "boca.css").read_bytes()
    return f"/static/boca.css?v={sha256(content).hexdigest()[:10]}"


def _said(request: Request, status: int, words: str) -> Response:
    if request.url.path.startswith(("/api/", "/hooks/")):
        return JSONResponse({"detail": words}, status_code=status)
    return desk_of(request).page("error.html", status=status, code=status, words=words)


def _on_refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    tongue = desk_of(request).tongue
    plain = tongue.say("There is no page here.") if error.detail == "Not Found" else error.detail
    return _said(request, error.status_code, plain)


def _on_bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if request.url.path.startswith("/api/"):
        told = [
            {"where": ".".join(map(str, one["loc"])), "rule": one["msg"]} for one in error.errors()
        ]
        return JSONResponse({"detail": told}, status_code=422)
    words = desk_of(request).tongue.say(
        "This address asks for something that cannot be: look at %(names)s.",
        names=", ".join(str(one["loc"][-1]) for one in error.errors()),
    )
    return _said(request, 422, words)


def _on_storage(request: Request, error: Exception) -> Response:
    tongue = desk_of(request).tongue
    _log.error("the page could not use the store", error=type(error).__name__)
    if isinstance(error, StorageBusy):
        return _said(request, 503, tongue.say("The store is busy. Try again in a moment."))
    return _said(request, 503, tongue.say("The store cannot be used. Run boca doctor."))
