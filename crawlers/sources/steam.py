"""Reviews on Steam: whether somebody recommends a game, and how long they had played it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from crawlers.pages import Found, Request
from crawlers.reading.api import ApiSource
from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.sources.source import CommonSettings, Sign
from domain.posts import Engagement, Post, PostKind, Rating, Rejected

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
        query |= {"num_per_page": 100, "cursor": "*"}
        url = f"{SITE}/appreviews/{self.settings.app}"
        yield self.listing("reviews", url, self.parse, query, following=_following)

    def parse(self, page: Page) -> Iterator[Found]:
        """A page of reviews, and what the developers answered."""
        for item in page.items("reviews"):
            review = self.posts.read(item, self._review)
            yield review
            if isinstance(review, Post):
                self.newest.saw("reviews", review.edited_at or review.created_at)
                yield from self._answer(item)

    def _review(self, item: Item) -> Post:
        own, steam_id = item.need("recommendationid"), item.need("author", "steamid")
        created, updated = item.count("timestamp_created"), item.count("timestamp_updated")
        likes, replies = item.count("votes_up"), item.count("comment_count")
        profile = f"https://steamcommunity.com/profiles/{steam_id}"
        return self.posts.post(
            external_id=own,
            kind=PostKind.REVIEW,
            at=created,
            text=item.text("review"),
            author=self.posts.author(steam_id, url=profile),
            url=f"{profile}/recommended/{self.settings.app}/",
            rating=Rating(float(item.flag("voted_up")), best=1.0, worst=0.0),
            engagement=Engagement(likes=likes, replies=replies),
            edited_at=self.posts.moment(updated) if updated and updated != created else None,
            labels={
                "early_access": _yes(item, "written_during_early_access"),
                "playtime_minutes": item.count("author", "playtime_at_review"),
                "received_for_free": _yes(item, "received_for_free"),
                "review_language": item.text("language"),
            },
        )

    def _answer(self, item: Item) -> Iterator[Post | Rejected]:
        if item.text("developer_response"):
            yield self.posts.read(item, self._developer)

    def _developer(self, item: Item) -> Post:
        own = item.need("recommendationid")
        return self.posts.post(
            external_id=f"{own}-answer",
            kind=PostKind.REPLY,
            at=item.count("timestamp_dev_responded") or item.count("timestamp_updated"),
            text=item.text("developer_response"),
            author=self.posts.author("developer", "developer"),
            parent=own,
            thread=own,
        )


def _yes(item: Item, name: str) -> str:
    return "yes" if item.flag(name) else ""


def _following(page: Page) -> dict[str, str] | None:
    following = page.item.text("cursor")
    return {"cursor": following} if following else None


_APP = r"https?://(?:store\.steampowered\.com/app|steamcommunity\.com/app)/(?P<app>\d+)"
SIGNS = (Sign({"kind": "steam", "app": "{app}"}, _APP),)
