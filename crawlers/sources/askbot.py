"""Askbot: questions by its interface; answers and comments by each question's feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.following import up_to
from crawlers.reading.forums.askbot_feeds import thread_of
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.sites.entries import entries_of
from crawlers.signs import Sign, answers_with
from crawlers.sources.source import CommonSettings, WebAddress
from domain.errors import SourceForbidden, SourceUnreachable

_SHOWS = answers_with("questions", "answers", "comments", "users")
SIGNS = (Sign({"kind": "askbot", "url": "{site}"}, path="/api/v1/info/", shows=_SHOWS),)


class AskbotSettings(CommonSettings):
    """Questions, answers and comments of an Askbot forum."""

    kind: Literal["askbot"]
    url: WebAddress = Field(description="The forum's address, such as https://ask.example.")


class AskbotSource(ApiSource[AskbotSettings]):
    """The questions by their last activity; each is read whole, by its feed.

    The interface writes times as seconds since 1970, shifted by the server's time zone:
    they serve to compare questions with each other, and the feed tells when things were said.
    """

    def requests(self) -> Iterator[Request]:
        """The questions with something new."""
        url, query = self._at("api/v1/questions/"), {"sort": "activity-desc"}
        yield self.listing("questions", url, self._questions, query, following=up_to("pages"))

    def thread(self, external_id: str) -> Iterator[Request]:
        """A question, for its counters, then its feed."""
        number, gone = external_id.removeprefix("post-"), self.vanished(external_id)
        yield self.ask(self._at(f"api/v1/questions/{number}/"), self._single, otherwise=gone)

    def _at(self, path: str) -> str:
        return f"{self.settings.url.rstrip('/')}/{path}"

    def _questions(self, page: Page) -> Iterator[Found]:
        for question in page.items("questions"):
            if self.passed("questions", question.get("last_activity_at")):
                yield self._feed(question)

    def _single(self, page: Page) -> Iterator[Found]:
        yield self._feed(page.item)

    def _feed(self, question: Item) -> Request:
        number = question.text("id")
        url, root = self._at(f"feeds/question/{number}/"), f"post-{number}"
        return self.whole(root, url, self._thread, question=question, otherwise=_feedless)

    def _thread(self, page: Page) -> Iterator[Found]:
        found, question = entries_of(page.response), page.context["question"]
        yield from thread_of(self.posts, self.settings.url, found, question)


def _feedless(status: int) -> Iterator[Found]:
    """A question that the interface just told of is not gone: the forum gives no feeds."""
    yield from ()
    if status != 404:
        raise SourceUnreachable(f"the feed of a question cannot be had: HTTP {status}")
    raise SourceForbidden("the forum gives no feeds of its questions")
