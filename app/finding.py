"""Find out what a person means by an address, and what it would give."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from app.starter import identifier
from crawlers.crawl import crawl
from crawlers.politeness.errors import FetchError
from crawlers.politeness.settings import PolitenessSettings
from crawlers.recognise import recognise
from crawlers.settings import SourceSettings
from domain.errors import SourceError, SourceMalformed, SourceUnreachable, UsageError
from domain.posts import CrawlOutcome, CrawlReport, Post

SHOWN = 5
_LOOK = 90.0  # seconds for a first look
_LONGEST_NAME = 48
_SHAPE: TypeAdapter[Any] = TypeAdapter(SourceSettings)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that could be added: its settings as written, and its first posts."""

    settings: Mapping[str, Any]
    posts: tuple[Post, ...]
    report: CrawlReport | None = None


def find(
    text: str,
    *,
    taken: Collection[str],
    politeness: PolitenessSettings,
    now: datetime,
    **more: Any,
) -> Candidate:
    """The surest meaning of an address, a handle or an app link that can be read.

    ``more`` are settings of the person's own, such as a name or a brand. Raises
    SourceError saying what to do where nothing can be made of it.
    """
    problem: SourceError | None = None
    quiet: Candidate | None = None
    for guess in _meanings(text, politeness):
        settings = {"kind": guess["kind"], "name": free_name(text, taken), **guess, **more}
        try:
            found = look(settings, politeness=politeness, now=now)
        except SourceError as error:
            problem = problem or error
            continue
        if found.posts:
            return found
        quiet = quiet or found
    if quiet is not None:
        return quiet
    raise problem or SourceMalformed("nothing here is known how to read", where=text, todo=_TODO)


_TODO = "name a feed, a forum, a shop's or app's page; docs/sources.md lists what can be read"


def _meanings(text: str, politeness: PolitenessSettings) -> list[dict[str, Any]]:
    try:
        return recognise(text, politeness=politeness)
    except FetchError as error:
        raise error.problem() from error


def look(
    settings: Mapping[str, Any], *, politeness: PolitenessSettings, now: datetime
) -> Candidate:
    """The first posts of a source; raises SourceError where it cannot be read."""
    source = _checked(settings)
    hasty = politeness.model_copy(update={"deadline": min(politeness.deadline, _LOOK)})
    posts: list[Post] = []
    with closing(crawl(source, {}, politeness=hasty, now=now)) as events:
        for event in events:
            if isinstance(event, Post):
                posts.append(event)
            if isinstance(event, CrawlReport):
                return _judged(settings, posts, event)
            if len(posts) >= SHOWN:
                break
    return Candidate(settings, tuple(posts))


def _judged(settings: Mapping[str, Any], posts: list[Post], report: CrawlReport) -> Candidate:
    if not posts and report.outcome is not CrawlOutcome.OK:
        todo = "check the address; docs/sources.md says what each error means"
        where = str(settings.get("url") or settings["name"])
        raise SourceUnreachable(report.detail or report.outcome.value, where=where, todo=todo)
    return Candidate(settings, tuple(posts), report)


def _checked(settings: Mapping[str, Any]) -> SourceSettings:
    try:
        source: SourceSettings = _SHAPE.validate_python(dict(settings))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{place}: {first['msg']}", where=str(settings.get("kind"))) from error
    return source


def free_name(text: str, taken: Collection[str]) -> str:
    """A short name that no source has yet, made from an address.

    >>> free_name("https://www.forum.example/c/phones", {"forum-example-c-phones"})
    'forum-example-c-phones-2'
    """
    parts = urlsplit(text if "://" in text else f"//{text}")
    plain = f"{parts.netloc.removeprefix('www.')}{parts.path}" or text
    name = identifier(plain)[:_LONGEST_NAME].strip("-")
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (name, *numbered) if one not in taken)
