"""Archives of mailing lists on the web, and mailboxes on this machine."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.lines import LONGEST_LINE, opened
from crawlers.listening import Heard
from crawlers.pages import Found, Request
from crawlers.politeness.settings import PolitenessSettings
from crawlers.reading.api import ApiSource, S
from crawlers.reading.mail.letters import Letters
from crawlers.reading.mail.mailboxes import letters_of, months_back, unpacked
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from crawlers.resumption import FileState
from crawlers.sources.source import CommonSettings
from domain.errors import SourceUnreachable
from domain.posts import Gone, Post

_LIST = re.compile(r"(https?://[^?#]+/list/(?P<list>[^/?#]+@[^/?#]+))(?:/|$)")


class Archive(ApiSource[S]):
    """An archive on the web: month by month, the last two of them again at each visit."""

    def months(self, url: str, first: int) -> Iterator[Request]:
        """The months of HyperKitty to read (``first`` at the first visit), or one mailbox."""
        found = _LIST.match(url)
        if found is None:
            yield self.ask(url, self.parse, month="all")
            return
        export = f"{found[1]}/export/{found['list']}.mbox.gz"
        for start, end in months_back(self.now, 2 if self.kept else first):
            yield self.ask(export, self.parse, {"start": start, "end": end}, month=start)

    def parse(self, page: Page) -> Iterator[Found]:
        """The letters of a month; those that it showed at the last visit and no more are gone."""
        letters, shown = Letters(self.settings.name, self.posts), list[str]()
        for raw in letters_of(unpacked(page.response.body, page.url)):
            for one in letters.told(raw, page.url):
                shown += [one.external_id] if isinstance(one, Post) else []
                yield one
        month = page.context["month"]
        for old in set(self.kept.get(month, ())) - set(shown):
            yield Gone(self.settings.name, old)
        self.kept = {**dict(sorted(self.kept.items())[-2:]), month: shown}


class Mailbox:
    """A mailbox on this machine; what was read of it is not read again."""

    def __init__(
        self, settings: CommonSettings, path: Path, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        self._path, self._settings = path, settings
        self._letters = Letters(settings.name, Posts(settings.name, settings.language, now))
        self._state = FileState.all_of(cursor).get(str(self._path))

    def cursor(self) -> Mapping[str, object]:
        """How many letters of the file were read."""
        return {"files": {str(self._path): self._state.as_json()}} if self._state else {}

    async def events(self, politeness: PolitenessSettings) -> AsyncIterator[Heard]:
        """The letters after those of the last visit."""
        try:
            state = FileState.now(self._path, self._settings.model_dump_json(), self._state)
            if state.done:
                return
            count = 0
            with opened(self._path) as stream:
                lines = iter(lambda: stream.readline(LONGEST_LINE), b"")
                for count, raw in enumerate(letters_of(lines), 1):
                    where = f"{self._path}:{count}"
                    for one in self._letters.told(raw, where) if count > state.rows else ():
                        yield one
            self._state = state.at_end(self._path, count)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceUnreachable(str(error), where=str(self._path)) from error
