"""Events as JSON lines: what a child process tells its parent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from crawlers import postline
from domain.posts import (
    Census,
    CrawlEvent,
    CrawlOutcome,
    CrawlReport,
    Cursor,
    Gone,
    Post,
    Rejected,
)
from domain.sources import Declared, RobotsAnswer


def write(event: CrawlEvent) -> str:
    """One event as one line: ``{"post": {...}}``."""
    return json.dumps({_NAMES[type(event)]: _encoded(event)}, default=_plain) + "\n"


def read(line: str | bytes) -> CrawlEvent:
    """The event of a line; raises ValueError for anything else."""
    try:
        ((name, given),) = json.loads(line).items()
        return _decoded(name, given)
    except (AttributeError, TypeError, KeyError) as error:
        raise ValueError(f"not an event: {error}") from error


_NAMES: dict[type, str] = {
    Post: "post",
    Census: "census",
    Gone: "gone",
    Cursor: "cursor",
    Rejected: "rejected",
    RobotsAnswer: "robots",
    Declared: "declared",
    CrawlReport: "report",
}


def _encoded(event: CrawlEvent) -> dict[str, Any]:
    return postline.encode(event) if isinstance(event, Post) else asdict(event)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _decoded(name: str, given: dict[str, Any]) -> CrawlEvent:
    match name:
        case "post":
            return postline.decode(given)
        case "census":
            ids = frozenset(given["external_ids"])
            return Census(given["source"], given["thread"], ids)
        case "gone" | "cursor" | "rejected" | "declared":
            return _PLAIN_EVENTS[name](**given)
        case "robots":
            at = datetime.fromisoformat(given["fetched_at"])
            return RobotsAnswer(**given | {"fetched_at": at})
        case "report":
            times = {key: datetime.fromisoformat(given[key]) for key in _TIMES}
            return CrawlReport(**given | times | {"outcome": CrawlOutcome(given["outcome"])})
    raise ValueError(f"{name!r} is not an event")


_PLAIN_EVENTS: dict[str, type[Gone | Cursor | Rejected | Declared]] = {
    "gone": Gone,
    "cursor": Cursor,
    "rejected": Rejected,
    "declared": Declared,
}
_TIMES = ("started_at", "finished_at")
