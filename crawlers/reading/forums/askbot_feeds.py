"""The feed of one question on Askbot: question, its comments, then each answer with its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from crawlers.reading.sites.feeds import on_host
from domain.posts import Engagement, Post, PostKind, Rejected

_PLACE = re.compile(r"[?&](answer|comment)=(\d+)")
_BY = re.compile(r"(?:Answer|Comment) by (.+?) for ", re.DOTALL)
_KINDS = {"answer": PostKind.ANSWER, "comment": PostKind.COMMENT}


def thread_of(
    posts: Posts, site: str, entries: list[Any], question: Item
) -> Iterator[Post | Rejected]:
    """The posts of a question's feed. What a comment is about stands right above it.

    ``question`` is what the interface says of it, also which answers stand: some versions'
    feeds show deleted ones, too. Links name whatever host the server believes to be; only
    their paths count.
    """
    root = above = f"post-{question.text('id')}"
    standing = question.get("answer_ids")
    shown = {root, *(f"post-{one}" for one in standing)} if isinstance(standing, list) else None
    for entry in entries:
        place = _PLACE.search(str(entry.get("link") or ""))
        kind = _KINDS[place[1]] if place else PostKind.QUESTION
        external_id = f"post-{place[2]}" if place else root
        if kind is PostKind.ANSWER:
            above = external_id
        if shown is not None and above not in shown:
            continue
        parent = {PostKind.QUESTION: None, PostKind.ANSWER: root, PostKind.COMMENT: above}[kind]
        yield _told(posts, site, entry, question, (external_id, kind, parent))


def _told(
    posts: Posts, site: str, entry: Any, question: Item, place: tuple[str, PostKind, str | None]
) -> Post | Rejected:
    external_id, kind, parent = place
    is_root = kind is PostKind.QUESTION
    by = _BY.match(str(entry.get("title") or ""))
    name = question.text("author", "username") if is_root else by[1].strip() if by else ""
    accepted = question.text("accepted_answer_id")

    def build(item: Item) -> Post:
        return posts.post(
            external_id=external_id,
            kind=kind,
            at=item.get("published"),
            html=item.text("summary"),
            title=item.text("title") if is_root else "",
            author=posts.author(name, name),
            parent=parent,
            thread=None if is_root else f"post-{question.text('id')}",
            url=_link(site, item.text("link")),
            accepted_answer=f"post-{accepted}" if is_root and accepted else None,
            engagement=_engagement(question) if is_root else Engagement(),
            labels=_labels(question) if is_root else {},
        )

    return posts.read(Item(dict(entry), external_id), build)


def _link(site: str, link: str) -> str:
    parts = urlsplit(link)
    return f"{on_host(link, site)}#{parts.fragment}" if parts.fragment else on_host(link, site)


def _labels(question: Item) -> dict[str, str]:
    tags = question.get("tags")
    named = " ".join(map(str, tags)) if isinstance(tags, list) else ""
    return {"tags": named, "closed": question.text("closed_reason")}


def _engagement(question: Item) -> Engagement:
    return Engagement(
        likes=question.count("score"),
        replies=question.count("answer_count"),
        views=question.count("view_count"),
    )
