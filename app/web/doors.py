"""The doors every request passes: host check, token, size limit, and protective headers."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.guard import SESSION_COOKIE, Guard

BODY_LIMIT = 64 * 1024
_OPEN = ("/healthz", "/static/", "/login", "/hooks/")  # hooks know their senders by a key
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


class Doors:
    """ASGI middleware around the whole site, its error pages included."""

    def __init__(self, app: ASGIApp, guard: Guard) -> None:
        self._app, self._guard = app, guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it at the door."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        app = refusal if refusal is not None else self._app
        keep = "public, max-age=86400" if scope["path"].startswith("/static/") else "no-store"
        await _answered(app, scope, receive, _protecting(send, keep))

    def _refusal(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if path != "/healthz" and not self._guard.knows_host(headers.get("host", "")):
            return PlainTextResponse(
                "This name is not served here. Use http://localhost, "
                "or set web.base_url to the address that people use.\n",
                status_code=421,
            )
        if _too_long(headers.get("content-length", "0")):
            return PlainTextResponse("That is too much to read.\n", status_code=413)
        if path.startswith(_OPEN):
            return None
        now = self._guard.context.clock()
        if self._guard.admits(headers, _cookie(headers, SESSION_COOKIE), now):
            return None
        return _ask_for_token(headers, scope)


async def _answered(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    started = False

    async def noting(message: Message) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        await app(scope, receive, noting)
    except Exception:
        # Answered here, so that even this page carries the headers; the server logs the rest.
        if not started:
            sorry = PlainTextResponse("Something broke; the log tells what.\n", status_code=500)
            await sorry(scope, receive, noting)
        raise


def _ask_for_token(headers: Headers, scope: Scope) -> Response:
    if scope["path"].startswith(("/api/", "/docs", "/openapi")) or scope["method"] != "GET":
        return JSONResponse(
            {"detail": "send the token: Authorization: Bearer …"},
            status_code=401,
            headers={"WWW-Authenticate": "Bearer"},
        )
    if headers.get("sec-fetch-site") == "cross-site":
        return _again_from_here()
    here = scope["path"] + (f"?{scope['query_string'].decode()}" if scope["query_string"] else "")
    return RedirectResponse(f"/login?to={quote(here, safe='')}", status_code=303)


def _again_from_here() -> Response:
    # A strict cookie stays at home when a link in a mail leads here; asking again from
    # our own page brings it along, and only then is it clear whether there is a session.
    page = '<!doctype html><meta http-equiv="refresh" content="0"><title>Boca</title>'
    return Response(page, media_type="text/html")


def _protecting(send: Send, keep: str) -> Send:
    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", keep)
        await send(message)

    return protected


def _too_long(length: str) -> bool:
    return not length.isdigit() or int(length[:12]) > BODY_LIMIT


def _cookie(headers: Headers, name: str) -> str | None:
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[name].value if name in jar else None
