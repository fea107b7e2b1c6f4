"""Reviews on Steam: whether somebody recommends a game, and how long they had played it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.page import Page
from crawlers.reading.stores.game_reviews import GameReviews
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings
from domain.errors import SourceMalformed

SITE = "https://store.steampowered.com"


class SteamSettings(CommonSettings):
    """The reviews of one game."""

    kind: Literal["steam"]
    app: str = Field(pattern=r"^\d{1,12}$", description="The game's number, as in its address.")


class SteamSource(ApiSource[SteamSettings]):
    """Reviews by when they were last changed, so that edits are seen, too."""

    def requests(self) -> Iterator[Request]:
        """The reviews changed last, in every language."""
        query = {"json": 1, "filter": "updated", "language": "all", "purchase_type": "all"}
        query |= {"num_per_page": 100, "cursor": "*", "filter_offtopic_activity": 0}
        url = f"{SITE}/appreviews/{self.settings.app}"
        yield self.listing("reviews", url, self.parse, query, following=_following)

    def parse(self, page: Page) -> Iterator[Found]:
        """A page of reviews, and what the developers answered."""
        if page.item.count("success") not in (None, 1):
            raise SourceMalformed(f"it shows no reviews of {self.settings.app}", where=page.url)
        reviews, items = GameReviews(self.posts, self.settings.app), page.items("reviews")
        yield from self.shows("reviews", self.posts.each(items, reviews.review))
        answered = [item for item in items if item.text("developer_response")]
        yield from self.posts.each(answered, reviews.answer)


def _following(page: Page) -> dict[str, str] | None:
    """The cursor of the next page; at the end it stands still, or comes with no reviews."""
    following, (asked,) = page.item.text("cursor"), parse_qs(urlsplit(page.url).query)["cursor"]
    more = following not in ("", asked) and page.items("reviews")
    return {"cursor": following} if more else None


_APP = r"https?://(?:store\.steampowered\.com/app|steamcommunity\.com/app)/(?P<app>\d+)"
SIGNS = (Sign({"kind": "steam", "app": "{app}"}, _APP),)
