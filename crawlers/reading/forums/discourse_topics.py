"""Posts of a Discourse topic, named by topic and number (12/3), as quotes and answers do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

_CHUNK = 50  # posts asked for at once
_NEWEST = 10  # pages read of a huge topic, besides its first
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
        html, edits = item.text("cooked"), (item.count("version") or 1) - 1
        return self._posts.post(
            external_id=f"{topic}/{number}",
            kind=PostKind.POST if is_root else PostKind.REPLY,
            at=item.get("created_at"),
            html=html,
            title=self._topic.text("title") if is_root else "",
            author=self._author(item),
            parent=None if is_root else f"{topic}/{above}" if above else root,
            thread=None if is_root else root,
            url=f"{self._site}/t/{topic}/{number}",
            quotes=tuple(one for one in _quotes(html) if one != f"{topic}/{number}"),
            accepted_answer=f"{topic}/{solved}" if is_root and solved else None,
            engagement=self._engagement(item, is_root),
            edited_at=self._posts.edited(item.get("updated_at") if edits else None),
            labels={
                "reads": item.text("reads"),
                "incoming_links": item.text("incoming_link_count"),
                "name": item.text("name"),
            },
        )

    def _author(self, item: Item) -> Author | None:
        """Who wrote it; the forum's own voices have numbers below 0."""
        name, number = item.text("username"), item.count("user_id") or 0
        address = f"{self._site}/u/{name}" if name else ""
        return self._posts.author(name, name, address, automated=number < 0)

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
    """The pages of a topic: its first posts come with it, the others are asked for by number.

    Of a huge topic (10,000 posts) the place does not say which posts there are: the newest
    ones are asked for, back from the last, and no census is taken.
    """

    def __init__(self, topic: str) -> None:
        self._topic, self._huge = topic, False
        self._left: list[str] | None = None

    def counted(self, page: Page) -> int | None:
        """How many posts there must be for a census; so many nobody has seen of a huge topic."""
        return -1 if self._huge else None

    def __call__(self, page: Page) -> str | None:
        """The address of the next posts; None after the last."""
        if page.item.flag("post_stream", "isMegaTopic"):
            self._huge = True
            return self._before((page.item.count("highest_post_number") or 0) + 1)
        if self._huge:
            numbers = [
                item.count("post_number") or 0 for item in page.items("post_stream", "posts")
            ]
            return self._before(min(numbers, default=0)) if page.number <= _NEWEST else None
        if self._left is None:
            shown = {item.text("id") for item in page.items("post_stream", "posts")}
            stream = page.item.get("post_stream", "stream")
            listed = [str(one) for one in stream] if isinstance(stream, list) else []
            self._left = [one for one in listed if one not in shown]
        chunk, self._left = self._left[:_CHUNK], self._left[_CHUNK:]
        query = "&".join(f"post_ids[]={one}" for one in chunk)
        return f"{self._topic}/posts.json?{query}" if chunk else None

    def _before(self, number: int) -> str | None:
        return f"{self._topic}/posts.json?post_number={number}&asc=false" if number > 1 else None


def more_topics(page: Page) -> Mapping[str, object] | None:
    """The next page of a list of topics, which are numbered from 0."""
    more = page.item.text("topic_list", "more_topics_url")
    return {"page": page.number} if more else None
