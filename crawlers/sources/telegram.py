"""Public channels of Telegram, by the preview that the place shows to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.markup import plain
from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.item import Item
from crawlers.reading.networks.messages import messages, number_of, older
from crawlers.reading.page import Page
from crawlers.reading.shown import Entry
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings
from domain.posts import Engagement, Gone, Post, PostKind

SITE = "https://t.me"


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
        yield from self.posts.each(items, self._message)

    def _message(self, item: Item) -> Post:
        channel, words = self.settings.channel, {"html": item.text("html")}
        source = item.text("forwarded_from")
        if source:  # other people's words, passed on
            words = {"quoted_text": plain(item.text("html"))[0]}
        return self.posts.post(
            external_id=item.need("id"),
            kind=PostKind.SHARE if source else PostKind.POST,
            at=item.text("at"),
            author=self.posts.author(
                channel, channel, f"{SITE}/{channel}", followers=item.count("followers")
            ),
            parent=item.text("reply_to") or None,
            url=f"{SITE}/{item.need('id')}",
            engagement=Engagement(views=item.count("views")),
            labels={"forwarded_from": source, "edited": item.text("edited")},
            **words,
        )


SIGNS = (
    Sign(
        {"kind": "telegram", "channel": "{channel}"},
        r"https?://(?:t\.me|telegram\.me)/(?:s/)?(?P<channel>[A-Za-z]\w{3,63})",
    ),
)
