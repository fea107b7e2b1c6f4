"""Posts of a NodeBB topic. The topic's number is its first post's name."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

_QUOTED = re.compile(r'href="[^"]*/post/([^"/?#]+)"')


def root_of(topic: Item) -> str:
    """The name of a topic's first post."""
    return f"topic-{topic.text('tid')}"


def told(posts: Posts, source: str, site: str, topic: Item, item: Item) -> Post | Gone | Rejected:
    """One post of a topic; a deleted one is gone. ``site`` ends with a slash."""
    if item.flag("deleted") or item.count("deleted") == 1:
        return Gone(source, _name(topic, item.text("pid")))
    return posts.read(item, lambda one: _post(posts, site, topic, one))


def _name(topic: Item, pid: str) -> str:
    return root_of(topic) if pid == topic.text("mainPid") else f"post-{pid}"


def _post(posts: Posts, site: str, topic: Item, item: Item) -> Post:
    external_id, root = _name(topic, item.need("pid")), root_of(topic)
    is_root = external_id == root
    above, html, solved = item.text("toPid"), item.text("content"), topic.text("solvedPid")
    quoted = (_name(topic, unquote(pid)) for pid in _QUOTED.findall(html))
    return posts.post(
        external_id=external_id,
        kind=PostKind.POST if is_root else PostKind.REPLY,
        at=item.get("timestampISO") or item.get("timestamp"),
        html=html,
        title=topic.text("titleRaw") or topic.text("title") if is_root else "",
        author=_author(posts, site, item.item("user")),
        parent=None if is_root else _name(topic, above) if above not in {"", "0"} else root,
        thread=None if is_root else root,
        url=f"{site}post/{quote(item.text('pid'), safe='')}",
        edited_at=posts.edited(item.get("editedISO") or item.get("edited")),
        quotes=tuple(dict.fromkeys(one for one in quoted if one != external_id)),
        accepted_answer=_name(topic, solved) if is_root and solved not in {"", "0"} else None,
        engagement=Engagement(
            likes=item.count("votes"),
            replies=(topic.count("postcount") or 1) - 1
            if is_root
            else item.count("replies", "count"),
            views=topic.count("viewcount") if is_root else None,
        ),
        labels={"category": plain(topic.text("category", "name"))[0]},
    )


def _author(posts: Posts, site: str, user: Item) -> Author | None:
    """Who wrote it; guests and deleted accounts, who all have the number 0, are nobody."""
    slug, name = user.text("userslug"), plain(user.text("username"))[0]
    if user.text("uid") == "0":
        return None
    address = f"{site}user/{slug}" if slug else ""
    return posts.author(slug or name, plain(user.text("displayname"))[0] or name, address)
