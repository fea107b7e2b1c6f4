"""Posts of a NodeBB topic. The topic's number is its first post's name."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.posts import Engagement, Gone, Post, PostKind, Rejected

_QUOTED = re.compile(r'href="[^"]*/post/([\w-]+)"')


def root_of(topic: Item) -> str:
    """The name of a topic's first post."""
    return f"topic-{topic.text('tid')}"


def told(posts: Posts, source: str, site: str, topic: Item, item: Item) -> Post | Gone | Rejected:
    """One post of a topic; a deleted one is gone."""
    if item.flag("deleted") or item.count("deleted") == 1:
        return Gone(source, _name(topic, item.text("pid")))
    return posts.read(item, lambda one: _post(posts, site, topic, one))


def _name(topic: Item, pid: str) -> str:
    return root_of(topic) if pid == topic.text("mainPid") else f"post-{pid}"


def _post(posts: Posts, site: str, topic: Item, item: Item) -> Post:
    external_id, root = _name(topic, item.need("pid")), root_of(topic)
    is_root = external_id == root
    user, above, html = item.item("user"), item.text("toPid"), item.text("content")
    slug, solved = user.text("userslug"), topic.text("solvedPid")
    quoted = (_name(topic, pid) for pid in _QUOTED.findall(html))
    return posts.post(
        external_id=external_id,
        kind=PostKind.POST if is_root else PostKind.REPLY,
        at=item.get("timestampISO") or item.get("timestamp"),
        html=html,
        title=topic.text("titleRaw") or topic.text("title") if is_root else "",
        author=posts.author(
            slug or plain(user.text("username"))[0],
            user.text("displayname") or user.text("username"),
            urljoin(site, f"/user/{slug}") if slug else "",
        ),
        parent=None if is_root else _name(topic, above) if above not in {"", "0"} else root,
        thread=None if is_root else root,
        url=urljoin(site, f"/post/{item.text('pid')}"),
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
