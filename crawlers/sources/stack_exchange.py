"""Stack Exchange: questions with something new, their answers and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.following import while_true
from crawlers.reading.forums.stack_exchange_items import SITES, tags
from crawlers.reading.forums.stack_exchange_pages import API, QuestionPages
from crawlers.reading.page import Page
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings

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


class StackExchangeSource(QuestionPages[StackExchangeSettings]):
    """The questions by their last activity; answers and comments a hundred ids at a time."""

    def __init__(
        self, settings: StackExchangeSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        super().__init__(settings, cursor, now, settings.site, settings.key)

    def requests(self) -> Iterator[Request]:
        """The questions with something new."""
        query = {**self.common, "sort": "activity", "order": "desc", "q": self.settings.query}
        query["tagged"] = ";".join(self.settings.tags)
        url = f"{API}/{'search/advanced' if self.settings.query else 'questions'}"
        more = while_true("has_more")
        yield self.listing("questions", url, self._questions, query, following=more)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A question with its answers and all comments."""
        yield self.asked(self.batch(external_id.removeprefix("post-")))

    def _questions(self, page: Page) -> Iterator[Found]:
        """The questions of a page; the search gives those with any of the tags, not with all."""
        items, batch = self.heard(page), self.batch()
        wanted = {tag.lower() for tag in self.settings.tags} if self.settings.query else set()
        for item in items:
            fresh = self.passed("questions", item.get("last_activity_date"))
            if fresh and wanted <= {*tags(item)}:
                yield batch.told(self.posts, item)
        if batch.path:
            yield self.asked(batch)
