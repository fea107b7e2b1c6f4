"""Items of YouTube's interface as posts."""

from __future__ import annotations

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Post, PostKind

_WATCH = "https://www.youtube.com/watch?v="


def comments_of(item: Item) -> tuple[list[Item], bool]:
    """The comments of a thread, and whether those are all; a comment alone is all of itself.

    A thread shows some of its replies only: then none of them, so that each comes once.
    """
    top, replies = item.item("snippet", "topLevelComment"), item.items("replies", "comments")
    if not top.value:
        return [item], True
    whole = (item.count("snippet", "totalReplyCount") or 0) <= len(replies)
    return [top, *(replies if whole else ())], whole


class Videos:
    """Makes posts of videos and comments; views are kept as exposure."""

    def __init__(self, posts: Posts) -> None:
        self._posts = posts

    def video(self, item: Item) -> Post:
        """A video: its title, its description, and how often it was seen."""
        own, channel = item.need("id"), item.text("snippet", "channelId")
        return self._posts.post(
            external_id=own,
            kind=PostKind.POST,
            at=item.text("snippet", "publishedAt"),
            title=item.text("snippet", "title").replace("<", "&lt;"),
            text=item.text("snippet", "description"),
            author=self._posts.author(
                channel,
                item.text("snippet", "channelTitle"),
                f"https://www.youtube.com/channel/{channel}",
            ),
            url=f"{_WATCH}{own}",
            engagement=Engagement(
                likes=item.count("statistics", "likeCount"),
                replies=item.count("statistics", "commentCount"),
                views=item.count("statistics", "viewCount"),
            ),
        )

    def comment(self, item: Item, video: str) -> Post:
        """A comment below a video, or a reply to one."""
        own, snippet = item.need("id"), item.item("snippet")
        created, updated = snippet.text("publishedAt"), snippet.text("updatedAt")
        parent = snippet.text("parentId")
        return self._posts.post(
            external_id=own,
            kind=PostKind.REPLY if parent else PostKind.COMMENT,
            at=created,
            text=snippet.text("textOriginal"),
            html="" if snippet.text("textOriginal") else snippet.text("textDisplay"),
            author=self._posts.author(
                snippet.text("authorChannelId", "value"),
                snippet.text("authorDisplayName"),
                snippet.text("authorChannelUrl"),
            ),
            parent=parent or video,
            thread=video,
            url=f"{_WATCH}{video}&lc={own}",
            engagement=Engagement(likes=snippet.count("likeCount")),
            edited_at=self._posts.moment(updated) if updated not in ("", created) else None,
        )
