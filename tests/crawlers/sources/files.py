"""Reading a file as a source, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.crawl import crawl
from crawlers.settings import PolitenessSettings
from crawlers.sources.file import FileSettings
from domain.posts import Cursor, Post, Rejected

RECORDINGS = Path(__file__).parents[1] / "recordings" / "file"


MANNERS = PolitenessSettings()


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


SIMPLE = {"external_id": "id", "text": "text", "created_at": "at"}


def settings(path: Path | str, **given: Any) -> FileSettings:
    if given.get("format") != "posts":
        given.setdefault("mapping", SIMPLE)
    files = {"path": str(path), **given}
    return FileSettings.model_validate({"kind": "file", "name": "export", "files": [files]})


def read(path: Path | str, cursor: Any = None, **given: Any) -> list[Any]:
    return list(crawl(settings(path, **given), cursor or {}, politeness=MANNERS, now=NOW))


def posts(events: list[Any]) -> list[Post]:
    return [event for event in events if isinstance(event, Post)]


def refused(events: list[Any]) -> list[tuple[str, str]]:
    return [
        (event.code, event.where.rpartition(":")[2])
        for event in events
        if isinstance(event, Rejected)
    ]


def cursor_of(events: list[Any]) -> dict[str, Any]:
    state = [event for event in events if isinstance(event, Cursor)][-1].state
    return dict(json.loads(json.dumps(state)))


Write = Callable[..., Path]


CSV = "id,text,at\n1,oi,2026-11-20\n2,olá,2026-11-21\n"
