"""Pages of Stack Exchange's interface: how each is asked for, and what it says of the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource, S
from crawlers.reading.forums.stack_exchange_items import Batch
from crawlers.reading.page import Page
from domain.errors import SourceUnreachable

API = "https://api.stackexchange.com/2.3"


class QuestionPages(ApiSource[S]):
    """Asks about one site, as slowly and as often as the last answer allowed."""

    def __init__(
        self, settings: S, cursor: Mapping[str, Any], now: datetime, site: str, key: str | None
    ) -> None:
        super().__init__(settings, cursor, now)
        self._site, self._wait, self._spent = site, 0.0, False
        self.common = {"site": site, "key": key, "filter": "withbody", "pagesize": 100}

    def ask(self, *given: Any, **asked: Any) -> Request:
        """A page to ask for, after the pause that the last answer asked for."""
        if self._spent:
            raise SourceUnreachable("the requests of the day are used up: a key gives 10,000")
        return super().ask(*given, **{"wait": self._wait, **asked})

    def heard(self, page: Page) -> list[Any]:
        """The items of a page; what it says of the next one is noted."""
        self._wait = float(page.item.count("backoff") or 0)
        self._spent = page.item.count("quota_remaining") == 0
        return page.items("items")

    def batch(self, question: str = "") -> Batch:
        """Questions to read with all below them: one by its number, or those told to it."""
        return Batch(self.settings.name, self._site, question)

    def asked(self, batch: Batch, number: int = 1) -> Request:
        """A page of what a batch asks for next."""
        query, context = self.common | {"page": number}, {"number": number, "batch": batch}
        return self.ask(f"{API}/{batch.path}", self._below, query, **context)

    def _below(self, page: Page) -> Iterator[Found]:
        items, batch = self.heard(page), page.context["batch"]
        yield from (batch.told(self.posts, item) for item in items)
        more = page.item.flag("has_more")
        if more or batch.advance():
            yield self.asked(batch, page.number + 1 if more else 1)
        else:
            yield from batch.censuses()
