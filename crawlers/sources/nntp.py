"""Newsgroups, read from a news server article by article (RFC 3977)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from crawlers.listening import Heard
from crawlers.politeness.line import opened
from crawlers.politeness.settings import PolitenessSettings
from crawlers.reading.mail.letters import Letters
from crawlers.reading.mail.news import News
from crawlers.reading.posts import Posts
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

_PORTS = {"nntp": 119, "nntps": 563}
_ADDRESS = r"nntps?://[\w.-]+(?::\d+)?/[\w.+-]+"


class NntpSettings(CommonSettings):
    """One newsgroup on one server."""

    kind: Literal["nntp"]
    url: str = Field(
        pattern=rf"^{_ADDRESS}$", description="As nntps://news.example.org/comp.lang.python."
    )
    articles: int = Field(
        default=500, ge=1, le=100_000, description="The most articles read at one visit."
    )


class NntpSource:
    """New articles by their number on this server; withdrawn ones are told as gone."""

    def __init__(self, settings: NntpSettings, cursor: Mapping[str, Any], now: datetime) -> None:
        self._settings, self._last = settings, int(cursor.get("last") or 0)
        posts = Posts(settings.name, settings.language, now)
        self._letters = Letters(settings.name, posts)

    def cursor(self) -> Mapping[str, object]:
        """The number of the last article read."""
        return {"last": self._last} if self._last else {}

    async def events(self, politeness: PolitenessSettings) -> AsyncIterator[Heard]:
        """The articles after the last one read; at the first visit, the newest ones."""
        parts = urlsplit(self._settings.url)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        async with opened(politeness, host, port, tls=parts.scheme == "nntps") as line:
            news = News(line, politeness.max_bytes, politeness.pace)
            first, last = await news.group(parts.path.strip("/"))
            if last < self._last:  # the server numbers anew
                self._last = 0
            begin = max(first, self._last + 1 if self._last else last + 1 - self._settings.articles)
            for number in await news.numbers(begin, min(last, begin + self._settings.articles - 1)):
                article = await news.article(number)
                where = f"{self._settings.url}#{number}"
                for one in self._letters.told(article, where) if article else ():
                    yield one
                self._last = number
            await news.quit()


SIGNS = (Sign({"kind": "nntp", "url": "{url}"}, rf"(?P<url>{_ADDRESS})$"),)
