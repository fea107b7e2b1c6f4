"""Lemmy's views: a post or a comment, with its author, its place and its counts."""

from __future__ import annotations

from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Engagement, Gone, Post, PostKind, Rejected


class Views:
    """Makes posts of views; what its author or a moderator took away is gone."""

    def __init__(self, posts: Posts, source: str) -> None:
        self._posts, self._source = posts, source

    def told(self, view: Item) -> Post | Gone | Rejected:
        """The post or the comment of a view."""
        what = "comment" if view.get("comment") else "post"
        thing = view.item(what)
        if thing.flag("deleted") or thing.flag("removed"):
            return Gone(self._source, f"{what}-{thing.text('id')}")
        return self._posts.read(view, self._comment if what == "comment" else self._post)

    def _post(self, view: Item) -> Post:
        post = view.item("post")
        return self._posts.post(
            external_id=f"post-{post.need('id')}",
            kind=PostKind.POST,
            at=post.get("published"),
            title=post.text("name"),
            text=post.text("body"),
            author=self._author(view),
            url=post.text("ap_id") or None,
            edited_at=self._posts.edited(post.get("updated")),
            engagement=_engagement(view, "comments"),
            labels={"community": view.text("community", "name"), "link": post.text("url")},
        )

    def _comment(self, view: Item) -> Post:
        comment = view.item("comment")
        root, path = f"post-{comment.need('post_id')}", comment.text("path").split(".")
        above = path[-2] if len(path) > 2 else ""
        return self._posts.post(
            external_id=f"comment-{comment.need('id')}",
            kind=PostKind.COMMENT,
            at=comment.get("published"),
            text=comment.text("content"),
            author=self._author(view),
            parent=f"comment-{above}" if above else root,
            thread=root,
            url=comment.text("ap_id") or None,
            edited_at=self._posts.edited(comment.get("updated")),
            engagement=_engagement(view, "child_count"),
            labels={"community": view.text("community", "name")},
        )

    def _author(self, view: Item) -> Author | None:
        who = view.item("creator")
        name, address = who.text("name"), who.text("actor_id")
        automated = who.flag("bot_account")
        return self._posts.author(address or who.text("id"), name, address, automated=automated)


def _engagement(view: Item, replies: str) -> Engagement:
    counts = view.item("counts")
    return Engagement(likes=counts.count("score"), replies=counts.count(replies))
