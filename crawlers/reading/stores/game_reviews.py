"""Reviews of Steam as posts, and what developers answer."""

from __future__ import annotations

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Post, PostKind, Rating


class GameReviews:
    """Makes posts of the reviews of one game; a recommendation is a grade of 1, else 0."""

    def __init__(self, posts: Posts, app: str) -> None:
        self._posts, self._app = posts, app

    def review(self, item: Item) -> Post:
        """A review, with how long its author had played."""
        own, steam_id = item.need("recommendationid"), item.need("author", "steamid")
        created, updated = item.count("timestamp_created"), item.count("timestamp_updated")
        likes, replies = item.count("votes_up"), item.count("comment_count")
        profile = f"https://steamcommunity.com/profiles/{steam_id}"
        return self._posts.post(
            external_id=own,
            kind=PostKind.REVIEW,
            at=created,
            text=item.text("review"),
            author=self._posts.author(steam_id, url=profile),
            url=f"{profile}/recommended/{self._app}/",
            rating=Rating(float(item.flag("voted_up")), best=1.0, worst=0.0),
            engagement=Engagement(likes=likes, replies=replies),
            edited_at=self._posts.moment(updated) if updated and updated != created else None,
            labels={
                "early_access": _yes(item, "written_during_early_access"),
                "playtime_minutes": item.count("author", "playtime_at_review"),
                "received_for_free": _yes(item, "received_for_free"),
                "review_language": item.text("language"),
            },
        )

    def answer(self, item: Item) -> Post:
        """What the developers answered to a review."""
        own = item.need("recommendationid")
        return self._posts.post(
            external_id=f"{own}-answer",
            kind=PostKind.REPLY,
            at=item.count("timestamp_dev_responded") or item.count("timestamp_updated"),
            text=item.text("developer_response"),
            author=self._posts.author("developer", "developer"),
            parent=own,
            thread=own,
        )


def _yes(item: Item, name: str) -> str:
    return "yes" if item.flag(name) else ""
