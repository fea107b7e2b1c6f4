"""Posts of a Discourse topic, named by topic and number (12/3), as quotes and answers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

_CHUNK = 50  # posts asked for at once
_ASIDE = re.compile(r'<aside\b[^>]*\bclass="[^"]*\bquote\b[^>]*>')
_PLACE = re.compile(r'\bdata-(post|topic)="(\d+)"')
_LIKE = 2  # the number of likes among the kinds of actions
_OF_PEOPLE = {"", "1"}  # post types: 2 and 3 are a moderator's acts, 4 whispers


class Topic:
    """Makes posts of one topic; of its later pages, which do not tell about the topic, too."""

    def __init__(self, posts: Posts, source: str, site: str, topic: Item) -> None:
        self._posts, self._source, self._topic = posts, source, topic
        self._site = site.rstrip("/")

    def told(self, items: list[Item]) -> Iterator[Post | Gone | Rejected]:
        """The posts that people wrote; what was taken away is gone."""
        for item in items:
            if item.get("deleted_at") or item.flag("user_deleted") or item.flag("hidden"):
                yield Gone(self._source, _name(item))
            elif item.text("post_type") in _OF_PEOPLE:
                yield self._posts.read(item, self._post)

    def _post(self, item: Item) -> Post:
        topic, number = item.need("topic_id"), item.need("post_number")
        root, above = f"{topic}/1", item.text("reply_to_post_number")
        is_root, solved = number == "1", self._topic.text("accepted_answer", "post_number")
        username, html = item.text("username"), item.text("cooked")
        return self._posts.post(
            external_id=f"{topic}/{number}",
            kind=PostKind.POST if is_root else PostKind.REPLY,
            at=item.get("created_at"),
            html=html,
            title=self._topic.text("title") if is_root else "",
            author=self._posts.author(username, username, f"{self._site}/u/{username}"),
            parent=None if is_root else f"{topic}/{above}" if above else root,
            thread=None if is_root else root,
            url=f"{self._site}/t/{topic}/{number}",
            quotes=tuple(one for one in _quotes(html) if one != f"{topic}/{number}"),
            accepted_answer=f"{topic}/{solved}" if is_root and solved else None,
            engagement=self._engagement(item, is_root),
            labels={
                "reads": item.text("reads"),
                "incoming_links": item.text("incoming_link_count"),
                "name": item.text("name"),
            },
        )

    def _engagement(self, item: Item, is_root: bool) -> Engagement:
        likes = (one.count("count") for one in item.items("actions_summary") if _is_like(one))
        views = self._topic.count("views") if is_root else None
        return Engagement(
            likes=next(likes, 0),
            replies=item.count("reply_count"),
            views=item.count("reads") if views is None else views,
        )


def _is_like(action: Item) -> bool:
    return action.count("id") == _LIKE


def _name(item: Item) -> str:
    return f"{item.text('topic_id')}/{item.text('post_number')}"


def _quotes(html: str) -> Iterator[str]:
    """The posts that a post quotes, each once."""
    places = (dict(_PLACE.findall(aside)) for aside in _ASIDE.findall(html))
    found = (f"{one['topic']}/{one['post']}" for one in places if len(one) == 2)
    yield from dict.fromkeys(found)


class Chunks:
    """The pages of a topic: its first posts come with it, the others are asked for by number."""

    def __init__(self, topic: str) -> None:
        self._topic = topic
        self._left: list[str] | None = None

    def __call__(self, page: Page) -> str | None:
        """The address of the next posts; None after the last."""
        if self._left is None:
            shown = {item.text("id") for item in page.items("post_stream", "posts")}
            stream = page.item.get("post_stream", "stream")
            listed = [str(one) for one in stream] if isinstance(stream, list) else []
            self._left = [one for one in listed if one not in shown]
        chunk, self._left = self._left[:_CHUNK], self._left[_CHUNK:]
        query = "&".join(f"post_ids[]={one}" for one in chunk)
        return f"{self._topic}/posts.json?{query}" if chunk else None


def more_topics(page: Page) -> Mapping[str, object] | None:
    """The next page of a list of topics, which are numbered from 0."""
    more = page.item.text("topic_list", "more_topics_url")
    return {"page": page.number} if more else None
