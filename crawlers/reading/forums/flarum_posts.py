"""Posts of a Flarum discussion (JSON:API). The first one goes by the discussion's number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from crawlers.refusal import BadValue
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

_MENTION = re.compile(r'<a [^>]*class="PostMention"[^>]*>')
_ADDRESSED = re.compile(r'(?<=<p>)<a [^>]*class="PostMention"[^>]*>[^<]*</a>')  # no words
_LEADS_TO = re.compile(r'href="[^"]*/d/(\d+)[^"/]*/(\d+)"')
_POST_ID = re.compile(r'data-id="(\d+)"')
Included = dict[tuple[str, str], Item]
"""The objects that an answer has besides what was asked for, by type and id."""


def root_of(discussion: str) -> str:
    """The name of a discussion's first post."""
    return f"discussion-{discussion}"


def included(page: Page) -> Included:
    """What stands beside the posts of a page: their authors, their discussion."""
    return {(one.text("type"), one.text("id")): one for one in page.item.items("included")}


def told(
    posts: Posts, source: str, site: str, discussion: str, item: Item, beside: Included
) -> Iterator[Post | Gone | Rejected]:
    """One post of a discussion; a hidden one is gone; what says "renamed" or "tagged" is none."""
    if item.text("attributes", "contentType") != "comment":
        return
    if item.flag("attributes", "isHidden"):
        yield Gone(source, _name(discussion, item.text("attributes", "number"), item.text("id")))
    else:
        yield posts.read(item, lambda one: _post(posts, site, discussion, one, beside))


def _name(discussion: str, number: str, post: str) -> str:
    return root_of(discussion) if number == "1" else f"post-{post}"


def _post(posts: Posts, site: str, discussion: str, item: Item, beside: Included) -> Post:
    said, number = item.item("attributes"), item.need("attributes", "number")
    if said.flag("renderFailed"):
        raise BadValue("notice", "the forum could not show it")
    topic = beside.get(("discussions", discussion), Item({})).item("attributes")
    external_id, root = _name(discussion, number, item.need("id")), root_of(discussion)
    is_root, html = external_id == root, said.text("contentHtml")
    mentioned = [(where, one) for where, one in _mentions(html) if one != external_id]
    parent = next((one for where, one in mentioned if where == discussion), root)
    solved = topic.text("hasBestAnswer")
    return posts.post(
        external_id=external_id,
        kind=PostKind.POST if is_root else PostKind.REPLY,
        at=said.get("createdAt"),
        html=_ADDRESSED.sub("", html),
        title=topic.text("title") if is_root else "",
        author=_author(posts, site, item, beside),
        parent=None if is_root else parent,
        thread=None if is_root else root,
        url=f"{site}d/{discussion}/{number}",
        edited_at=posts.edited(said.get("editedAt")),
        quotes=tuple(dict.fromkeys(one for _, one in mentioned if is_root or one != parent)),
        accepted_answer=f"post-{solved}" if is_root and solved else None,
        engagement=Engagement(_likes(item), replies=_replies(topic if is_root else said)),
    )


def _mentions(html: str) -> Iterator[tuple[str, str]]:
    """The discussions and names of the posts that a text points at, in order."""
    for link in _MENTION.findall(html):
        place, post = _LEADS_TO.search(link), _POST_ID.search(link)
        if place and post:
            yield place[1], _name(place[1], place[2], post[1])


def _likes(item: Item) -> int | None:
    """How many like it: counted, or, before Flarum 1.8, all of them named."""
    listed = item.get("relationships", "likes", "data")
    counted = item.count("attributes", "likesCount")
    return counted if counted is not None or not isinstance(listed, list) else len(listed)


def _replies(said: Item) -> int | None:
    """How many follow a discussion's first post, or mention a later one."""
    comments = said.count("commentCount")
    return comments - 1 if comments else said.count("mentionedByCount")


def _author(posts: Posts, site: str, item: Item, beside: Included) -> Author | None:
    """Who wrote it; a deleted account is nobody."""
    user = beside.get(("users", item.text("relationships", "user", "data", "id")), Item({}))
    name, slug = user.text("attributes", "username"), user.text("attributes", "slug")
    shown = user.text("attributes", "displayName") or name
    return posts.author(name or slug, shown, f"{site}u/{slug or name}")
