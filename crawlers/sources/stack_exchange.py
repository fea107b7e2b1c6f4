"""Stack Exchange: questions with something new, their answers and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.following import while_true
from crawlers.reading.forums.stack_exchange_items import SITES, Batch
from crawlers.reading.page import Page
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

_API = "https://api.stackexchange.com/2.3"
_SITE = rf"https?://(?P<site>{'|'.join(SITES)}|[\w.-]+(?=\.stackexchange))\.\w+"
_TAG = rf"{_SITE}(?:\.com)?(?:/questions/tagged/(?P<tag>[\w.+#-]+))?"
SIGNS = (Sign({"kind": "stack_exchange", "site": "{site}", "tags": ["{tag}"]}, _TAG),)


class StackExchangeSettings(CommonSettings):
    """Questions of one site of Stack Exchange."""

    kind: Literal["stack_exchange"]
    site: str = Field(description="The site, such as stackoverflow or pt.stackoverflow.")
    tags: tuple[str, ...] = Field(default=(), max_length=5, description="Only with all of these.")
    query: str | None = Field(default=None, description="Only those that the search finds.")
    key: str | None = Field(default=None, description="10,000 requests a day, not 300; no secret.")


class StackExchangeSource(ApiSource[StackExchangeSettings]):
    """The questions by their last activity; answers and comments a hundred ids at a time."""

    _wait = 0.0  # what the last answer asked for, in seconds

    def requests(self) -> Iterator[Request]:
        """The questions with something new."""
        query = {**self._common(), "sort": "activity", "order": "desc", "q": self.settings.query}
        query["tagged"] = ";".join(self.settings.tags)
        url = f"{_API}/{'search/advanced' if self.settings.query else 'questions'}"
        more = while_true("has_more")
        yield self.listing("questions", url, self._questions, query, following=more)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A question with its answers and all comments."""
        yield self._asked(Batch(self.settings.name, external_id.removeprefix("post-")))

    def ask(self, *given: Any, **asked: Any) -> Request:
        """A page to ask for, after the pause that the last answer asked for."""
        return super().ask(*given, **{"wait": self._wait, **asked})

    def _common(self) -> dict[str, object]:
        site, key = self.settings.site, self.settings.key
        return {"site": site, "key": key, "filter": "withbody", "pagesize": 100}

    def _questions(self, page: Page) -> Iterator[Found]:
        self._wait, batch = float(page.item.count("backoff") or 0), Batch(self.settings.name)
        for item in page.items("items"):
            if self.passed("questions", item.get("last_activity_date")):
                yield batch.told(self.posts, item)
        if batch.path:
            yield self._asked(batch)

    def _asked(self, batch: Batch, number: int = 1) -> Request:
        query, context = self._common() | {"page": number}, {"number": number, "batch": batch}
        return self.ask(f"{_API}/{batch.path}", self._batch, query, **context)

    def _batch(self, page: Page) -> Iterator[Found]:
        self._wait, batch = float(page.item.count("backoff") or 0), page.context["batch"]
        yield from (batch.told(self.posts, item) for item in page.items("items"))
        more = page.item.flag("has_more")
        if more or batch.advance():
            yield self._asked(batch, page.number + 1 if more else 1)
        else:
            yield from batch.censuses()
