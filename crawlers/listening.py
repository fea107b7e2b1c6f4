"""Sources that are listened to instead of read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from time import monotonic
from typing import Protocol, runtime_checkable

from crawlers.politeness.errors import FetchError
from crawlers.politeness.settings import PolitenessSettings
from crawlers.tally import Tally
from domain.errors import SourceError, SourceMalformed
from domain.posts import Census, CrawlEvent, Cursor, Gone, Post, Rejected

CURSOR_EVERY = 5.0  # seconds

Heard = Post | Census | Gone | Rejected


@runtime_checkable
class Listening(Protocol):
    """A place with a language of its own: it says by itself what is new."""

    def events(self, politeness: PolitenessSettings) -> AsyncIterator[Heard]:
        """Everything new; it ends where that is told. Raises FetchError and SourceError."""

    def cursor(self) -> Mapping[str, object]:
        """Where it stands after the events told so far, as JSON values."""


async def listen(
    source: Listening,
    politeness: PolitenessSettings,
    tally: Tally,
    emit: Callable[[CrawlEvent], None],
    *,
    only_look: bool = False,
) -> None:
    """Hears a source out, and leaves its cursor now and then; a look ends at the first post."""
    kept = monotonic()
    before = source.cursor()
    try:
        async for event in source.events(politeness):
            if only_look:
                break
            tally.count(event)
            emit(event)
            if monotonic() - kept >= CURSOR_EVERY:
                emit(Cursor(tally.source, source.cursor()))
                kept = monotonic()
    except FetchError as error:
        tally.refuse(error)
    except SourceError as error:
        tally.fail(type(error).__name__.removeprefix("Source").lower(), error)
    except (ValueError, KeyError, TypeError) as error:
        tally.fail("malformed", SourceMalformed(str(error)[:200], where=tally.source))
    tally.requests += 1
    if not only_look and source.cursor() != before:
        emit(Cursor(tally.source, source.cursor()))
