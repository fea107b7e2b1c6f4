"""Public channels of Telegram, by the preview that the place shows to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.networks.messages import SITE, alone, message, messages, number_of, older
from crawlers.reading.page import Page
from crawlers.reading.shown import Entry
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings
from domain.posts import Gone


class TelegramSettings(CommonSettings):
    """One channel."""

    kind: Literal["telegram"]
    channel: str = Field(pattern=r"^\w{4,64}$", description="The channel's name, without the @.")
    pages: int = Field(default=10, ge=1, le=500, description="The most pages read at one visit.")


class TelegramSource(ApiSource[TelegramSettings]):
    """The newest messages, about twenty a page, back to what is known."""

    def requests(self) -> Iterator[Request]:
        """The newest page."""
        url, most = f"{SITE}/s/{self.settings.channel}", self.settings.pages
        yield self.listing("messages", url, self.parse, following=older, most=most)

    def parse(self, page: Page) -> Iterator[Found]:
        """The messages of a page; what is missing between them for the second time is gone."""
        items = messages(page.html, page.url)
        ids = [item.text("id") for item in items]
        for lost in self.shown.look("messages", [Entry(one, number_of(one)) for one in ids]):
            yield Gone(self.settings.name, lost.external_id)
        said = [item for item in items if not item.flag("service")]
        yield from self.posts.each(said, message(self.posts, self.settings.channel))

    def missing(self, external_id: str) -> Iterator[Request]:
        """One message of the channel, as the place shows it in other people's pages."""
        if external_id.partition("/")[0].lower() == self.settings.channel.lower():
            url, query = f"{SITE}/{external_id}", {"embed": 1, "mode": "tme"}
            yield self.ask(url, self._single, query, asked=external_id)

    def _single(self, page: Page) -> Iterator[Found]:
        found, is_gone = alone(page.html)
        yield from self.posts.each(found, message(self.posts, self.settings.channel))
        if is_gone:
            yield Gone(self.settings.name, page.context["asked"])


SIGNS = (
    Sign(
        {"kind": "telegram", "channel": "{channel}"},
        r"https?://(?:t\.me|telegram\.me)/(?:s/)?(?P<channel>[A-Za-z]\w{3,63})",
    ),
)
