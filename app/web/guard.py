"""Who may come in: host names, the token, sessions and forms.

A page on loopback trusts the machine it runs on, so it must be sure that it is spoken to by
a loopback name (a foreign name that resolves here is DNS rebinding). Elsewhere it asks
for the token, as a bearer header or through a form that sets a signed session cookie.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from starlette.datastructures import Headers

from app.web.context import WebContext

SESSION_COOKIE = "boca_session"
SEAT_COOKIE = "boca_seat"
SESSION_LENGTH = timedelta(days=14)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides on hosts, tokens, sessions and forms; every comparison takes constant time."""

    context: WebContext

    def knows_host(self, header: str) -> bool:
        """Whether the page may answer to this Host header."""
        if self.context.token and not self.context.hosts:
            return True
        own = {self.context.own_host} if self.context.own_host else set()
        return host_name(header) in _LOOPBACK | self.context.hosts | own

    def knows_token(self, given: str) -> bool:
        """Whether this is the token."""
        token = self.context.token or ""
        return bool(token) and hmac.compare_digest(given.encode(), token.encode())

    def admits(self, headers: Headers, session: str | None, now: datetime) -> bool:
        """Whether a request may pass: no token is asked for, or it brought one."""
        if not self.context.token:
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        bearer = scheme.casefold() == "bearer" and self.knows_token(given.strip())
        return bearer or self.knows_session(session or "", now)

    def open_session(self, now: datetime) -> str:
        """A session cookie's value: when it ends, signed."""
        end = str(int((now + SESSION_LENGTH).timestamp()))
        return f"{end}.{self._sign('session', end)}"

    def knows_session(self, value: str, now: datetime) -> bool:
        """Whether this session was opened here and has not ended."""
        end, _, signature = value.partition(".")
        genuine = hmac.compare_digest(signature.encode(), self._sign("session", end).encode())
        return genuine and now.timestamp() < int(end)

    def form_token(self, seat: str) -> str:
        """The hidden field that ties a form to the browser it was shown to."""
        return self._sign("form", seat)

    def knows_form(self, headers: Headers, seat: str | None, given: str) -> bool:
        """Whether a form was sent from our own page by the browser that was shown it."""
        if not seat or not _from_here(headers):
            return False
        return hmac.compare_digest(given.encode(), self.form_token(seat).encode())

    def _sign(self, purpose: str, value: str) -> str:
        token = self.context.token
        key = sha256(f"boca {token}".encode()).digest() if token else self.context.secret
        return hmac.new(key, f"{purpose}:{value}".encode(), sha256).hexdigest()


def host_name(header: str) -> str:
    """The name in a Host header, its port and brackets taken off."""
    if header.startswith("["):
        return header[1:].partition("]")[0].casefold()
    return header.partition(":")[0].casefold().rstrip(".")


def _from_here(headers: Headers) -> bool:
    """Whether the browser says that the request comes from our own pages."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return site is not None
    return origin.partition("://")[2].casefold() == headers.get("host", "").casefold()
