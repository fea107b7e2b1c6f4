"""Record what a site answers, scrubbed, in the form that the tests replay."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawlers.pages import Request, Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from crawlers.registry import NETWORK
from crawlers.scrubbing import Scrubber
from crawlers.settings import SourceSettings
from domain.errors import SourceError, UsageError
from domain.posts import Post

_KEPT = ("content-type", "x-wp-total", "x-wp-totalpages", "link", "etag", "last-modified")


async def pages_of(
    source: SourceSettings, *, politeness: PolitenessSettings, now: datetime, limit: int
) -> list[Response]:
    """The first pages that a visit asks for, as they come through the gate.

    Raises UsageError for sources that are not read page by page.
    """
    made: Any = NETWORK[source.kind](source, {}, now) if source.kind in NETWORK else None
    if not hasattr(made, "requests"):
        raise UsageError(f"{source.kind} is not read page by page", todo="record a site's source")
    gate, queue = Gate(politeness), list(made.requests())
    got: list[Response] = []
    try:
        while queue and len(got) < limit:
            request = queue.pop(0)
            page = await gate.fetch(request.url, request.headers, request.body)
            got.append(replace(page, url=request.url))
            queue += [one for one in _read(request, page) if isinstance(one, Request)]
    except FetchError as error:
        raise error.problem() from error
    finally:
        await gate.close()
    return got


def _read(request: Request, page: Response) -> Iterator[Any]:
    """What a page gives; one that cannot be read gives nothing more to ask for."""
    page = replace(page, url=request.url, context=request.context)
    try:
        if page.status < 300:
            yield from request.then(page)
        elif request.otherwise is not None:
            yield from request.otherwise(request.status(page))
    except SourceError:
        return


def write(pages: Iterable[Response], folder: Path, scrubber: Scrubber) -> list[Path]:
    """Write scrubbed pages as ``*.http`` files: address, status, headers, a blank line, body."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, page in enumerate(pages, 1):
        clean = scrubber.page(page)
        kept = [f"{name}: {clean.headers[name]}" for name in _KEPT if name in clean.headers]
        head = "\n".join([clean.url, str(clean.status), *kept])
        path = folder / f"recorded-{number}.http"
        path.write_bytes(head.encode() + b"\n\n" + clean.body)
        written.append(path)
    return written


def recorded(folder: Path) -> list[Response]:
    """The recordings of a folder."""
    return [_parsed(path.read_bytes()) for path in sorted(folder.glob("*.http"))]


def _parsed(raw: bytes) -> Response:
    head, _, body = raw.partition(b"\n\n")
    url, status, *lines = head.decode().splitlines()
    return Response(url, int(status), dict(line.split(": ", 1) for line in lines), body)


def shape(pages: Iterable[Response]) -> frozenset[str]:
    """The keys that JSON answers have, as paths; ``[]`` stands for any place in a list."""
    return frozenset(path for page in pages for path in _paths(_json(page.body), ""))


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _paths(value: Any, above: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{above}.{key}"
            yield from _paths(inner, f"{above}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{above}[]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What came out of some pages: of each kind so many posts, and how many fill each field."""

    kinds: Counter[str]
    fields: Counter[tuple[str, str]]

    def lost(self, now: Reading) -> list[str]:
        """What these pages gave and later ones do not: all posts, or a field of every one."""
        if self.kinds and not now.kinds:
            return ["every post"]
        return sorted(
            f"{kind}.{name}"
            for (kind, name), count in self.fields.items()
            if count == self.kinds[kind] and now.kinds[kind] and not now.fields[kind, name]
        )


def reading(source: SourceSettings, pages: Iterable[Response], now: datetime) -> Reading:
    """What a source makes of these pages. Recordings lie at another host: their paths count."""
    answers = list(pages)
    made: Any = NETWORK[source.kind](source, {}, now)
    queue, kinds, fields = list(made.requests()), Counter[str](), Counter[tuple[str, str]]()
    while queue:
        request = queue.pop(0)
        page = _answer(request, answers)
        for one in _read(request, page) if page else ():
            if isinstance(one, Request):
                queue.append(one)
            elif isinstance(one, Post):
                kinds[one.kind.value] += 1
                fields.update((one.kind.value, name) for name in Post.__slots__ if _says(one, name))
    return Reading(kinds, fields)


def _says(post: Post, name: str) -> bool:
    return bool(getattr(post, name)) and name != "fetched_at"


def _answer(request: Request, answers: list[Response]) -> Response | None:
    """The answer to a request, taken out: that of its address, or else of its path."""
    path = urlsplit(request.url).path
    found = [one for one in answers if one.url == request.url]
    found += [one for one in answers if urlsplit(one.url).path == path]
    if not found:
        return None
    answers.remove(found[0])
    return found[0]
