"""A forum with neither interface nor feed: its pages, by selectors written in the settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crawlers import moments
from crawlers.filesets import Zone
from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.forums.forum_pages import Forum, selector
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from crawlers.sources.source import CommonSettings, WebAddress

Selector = Annotated[str, AfterValidator(selector)]


class Selectors(BaseModel):
    """Where things stand in a forum's pages, as CSS selectors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Selector = Field(description="The links to topics, on the page that lists them.")
    post: Selector = Field(description="Each post of a topic's page; the first opens the topic.")
    text: Selector = Field(description="The words, within a post.")
    author: Selector = Field(description="The author's name or link, within a post.")
    time: Selector = Field(description="The time, within a post: datetime, title, or its words.")
    title: Selector = Field(default="h1", description="The topic's title, on its page.")
    next: Selector = Field(default="a[rel=next]", description="The link to the next page.")


class ForumPageSettings(CommonSettings):
    """Topics and posts out of the pages of a forum."""

    kind: Literal["forum_page"]
    url: WebAddress = Field(description="The page that lists the latest topics.")
    select: Selectors = Field(description="CSS selectors for what is wanted.")
    time_zone: Zone = Field(default="UTC", description="Where times without a zone were written.")
    day_first: bool = Field(default=False, description="Whether 03/04/2026 is the third of April.")
    topics: int = Field(default=50, ge=1, le=1000, description="How many topics to read a visit.")


class ForumPageSource(ApiSource[ForumPageSettings]):
    """The topics listed first, each with all its pages, at every visit."""

    def requests(self) -> Iterator[Request]:
        """The list of topics."""
        yield self.ask(self.settings.url, self._topics)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A topic, known by its address, with all its pages."""
        forum, gone = self._forum(), self.vanished(external_id)
        asked: dict[str, Any] = {"following": forum.next_page, "otherwise": gone, "forum": forum}
        yield self.whole(external_id, external_id, self._posts, **asked)

    def _forum(self) -> Forum:
        zone, day_first = ZoneInfo(self.settings.time_zone), self.settings.day_first
        moment = moments.reader(zone, self.now, day_first=day_first, spoken=True)
        posts = Posts(self.settings.name, self.settings.language, self.now, moment)
        return Forum(posts, self.settings.select.model_dump())

    def _topics(self, page: Page) -> Iterator[Found]:
        for address in self._forum().topics(page)[: self.settings.topics]:
            yield from self.thread(address)

    def _posts(self, page: Page) -> Iterator[Found]:
        yield from page.context["forum"].told(page)
