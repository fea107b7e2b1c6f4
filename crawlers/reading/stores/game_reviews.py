"""Reviews of Steam as posts, and what developers answer."""

from __future__ import annotations

import re

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Post, PostKind, Rating

_QUOTE = re.compile(r"\[quote[^\]]*\](.*?)\[/quote\]", re.DOTALL | re.IGNORECASE)
_MARK = re.compile(
    r"\[/?(?:b|i|u|strike|spoiler|noparse|code|h[1-3]|hr|o?list|\*|table|t[rhd]|quote|url|img)"
    r"(?:=[^\]]*)?\]",
    re.IGNORECASE,
)


def bare(review: str) -> tuple[str, str]:
    """A review without the site's markup, and apart from it what it quotes."""
    quoted = "\n".join(_MARK.sub("", one).strip() for one in _QUOTE.findall(review))
    return _MARK.sub("", _QUOTE.sub("\n", review)).strip(), quoted


class GameReviews:
    """Makes posts of the reviews of one game; a recommendation is a grade of 1, else 0."""

    def __init__(self, posts: Posts, app: str) -> None:
        self._posts, self._app = posts, app

    def review(self, item: Item) -> Post:
        """A review, with how long its author had played."""
        own, steam_id = item.need("recommendationid"), item.need("author", "steamid")
        created, updated = item.count("timestamp_created"), item.count("timestamp_updated")
        likes, replies = item.count("votes_up"), item.count("comment_count")
        text, quoted = bare(item.text("review"))
        profile = f"https://steamcommunity.com/profiles/{steam_id}"
        return self._posts.post(
            external_id=own,
            kind=PostKind.REVIEW,
            at=created,
            text=text,
            quoted_text=quoted,
            author=self._posts.author(steam_id, url=profile),
            url=f"{profile}/recommended/{self._app}/",
            rating=Rating(float(item.flag("voted_up")), best=1.0, worst=0.0),
            engagement=Engagement(likes=likes, replies=replies),
            edited_at=self._posts.moment(updated) if updated and updated != created else None,
            labels={
                "early_access": _yes(item, "written_during_early_access"),
                "playtime_minutes": item.count("author", "playtime_at_review"),
                "author_reviews": item.count("author", "num_reviews"),
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
            text=bare(item.text("developer_response"))[0],
            author=self._posts.author("developer", "developer"),
            parent=own,
            thread=own,
        )


def _yes(item: Item, name: str) -> str:
    return "yes" if item.flag(name) else ""
