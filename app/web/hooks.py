"""Where others send reports to: signed, recent, of a bounded size, and counted once.

A message carries ``Boca-Timestamp`` (seconds since 1970) and ``Boca-Signature``: ``v1=`` and
the HMAC-SHA256, in hex, of the timestamp, a full stop and the body, by the source's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool

from app.web.doors import BODY_LIMIT

router = APIRouter(prefix="/hooks", tags=["write"])
WINDOW = 300.0  # seconds that a message stays good
MOST_REPORTS = 500  # in one message


@router.post("/{name}")
async def take_reports(request: Request, name: str) -> dict[str, int]:
    """A report, or a list of them; says how many were new, and how many were refused."""
    site = request.app.state.site
    hook, now = site.context.hooks.get(name), site.context.clock()
    body = await _body(request)
    # A wrong name takes as long as a wrong key, and is answered alike.
    genuine = _genuine(request, hook.secret if hook else "", body, now)
    if hook is None or not hook.secret or not genuine:
        raise HTTPException(401, "the signature is missing, wrong, or too old")
    counts = await run_in_threadpool(hook.take, _reports(body), now)
    names = {"new": "posts_new", "changed": "posts_changed", "rejected": "rejected"}
    return {name: counts[counter] for name, counter in names.items()}


async def _body(request: Request) -> bytes:
    """The body, read no further than is allowed, whatever its length claims to be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise HTTPException(413, f"more than {BODY_LIMIT} bytes")
    return bytes(body)


def _genuine(request: Request, secret: str, body: bytes, now: datetime) -> bool:
    moment = request.headers.get("boca-timestamp", "")
    signed = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    given = request.headers.get("boca-signature", "").removeprefix("v1=")
    same = hmac.compare_digest(signed.encode(), given.encode())
    recent = moment.isascii() and moment.isdigit() and len(moment) < 12
    return same and recent and abs(now.timestamp() - int(moment)) <= WINDOW


def _reports(body: bytes) -> list[Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"not JSON: {str(error)[:100]}") from error
    reports = given if isinstance(given, list) else [given]
    if len(reports) > MOST_REPORTS:
        raise HTTPException(413, f"more than {MOST_REPORTS} reports")
    return reports
