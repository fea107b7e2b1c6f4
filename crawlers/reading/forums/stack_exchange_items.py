"""Questions, answers and comments of Stack Exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Census, Engagement, Gone, Post, PostKind, Rejected

SITES = (
    r"(?:\w\w\.)?stackoverflow",
    "serverfault",
    "superuser",
    "askubuntu",
    "mathoverflow",
    "stackapps",
)
"""The sites with a domain of their own, as parts of a pattern."""
_OWN_DOMAINS = {"mathoverflow": "net"} | dict.fromkeys(
    ("stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps"), "com"
)
_AT_ONCE = 100  # ids in one request


def home(site: str) -> str:
    """The address of a site, named as the interface names it or by its domain."""
    if site.endswith((".com", ".net")):
        return f"https://{site}"
    own = _OWN_DOMAINS.get(site.rpartition(".")[2], "stackexchange.com")
    return f"https://{site}.{own}"


class Batch:
    """Some questions whose answers and comments are read: which page is next, what was seen.

    With ``question`` it begins with that one, by its number; else with those told to it.
    """

    def __init__(self, source: str, site: str, question: str = "") -> None:
        self._source, self._home, self._asked = source, home(site), question
        self._roots: dict[str, str] = {}
        self._seen: dict[str, set[str]] = {}
        self._paths = [f"questions/{question}"] if question else []
        self._phase = 0
        self._sound = True

    @property
    def path(self) -> str:
        """Where to ask next; "" where there is nothing to ask."""
        if not self._paths and self._phase == 0 and self._seen:
            self._paths, self._phase = _paths("questions", "answers", self._seen), 1
        return self._paths[0] if self._paths else ""

    def advance(self) -> bool:
        """Goes on to the next path: questions, then answers, then comments on both."""
        self._paths = self._paths[1:]
        if not self._paths and self._phase == 1:
            self._paths, self._phase = _paths("posts", "comments", self._roots), 2
        return bool(self.path)

    def told(self, posts: Posts, item: Item) -> Post | Rejected:
        """The post of an item, noted for the census."""
        post = posts.read(item, lambda one: made(posts, one, self._home, self._roots))
        self._sound = self._sound and isinstance(post, Post)
        if isinstance(post, Post):
            root = post.root.removeprefix("post-")
            self._seen.setdefault(root, {post.root}).add(post.external_id)
            if post.kind is not PostKind.COMMENT:
                self._roots[post.external_id.removeprefix("post-")] = root
        return post

    def censuses(self) -> Iterator[Census | Gone]:
        """All that each question shows; a question asked for and not shown is gone."""
        if self._asked and self._asked not in self._seen:
            yield Gone(self._source, f"post-{self._asked}")
            self._seen[self._asked] = set()
        for root, seen in self._seen.items() if self._sound else ():
            yield Census(self._source, f"post-{root}", frozenset(seen))


def _paths(what: str, below: str, numbers: Iterable[str]) -> list[str]:
    numbers = list(numbers)
    chunks = (numbers[at : at + _AT_ONCE] for at in range(0, len(numbers), _AT_ONCE))
    return [f"{what}/{';'.join(chunk)}/{below}" for chunk in chunks]


def made(posts: Posts, item: Item, site: str, roots: dict[str, str]) -> Post:
    """The post of an item; ``roots`` knows to which question an answer belongs.

    Answers and comments come without a link: it is made of ``site`` and their numbers.
    """
    if item.get("comment_id") is not None:
        return _comment(posts, item, site, roots)
    is_answer = item.get("answer_id") is not None
    number = item.need("answer_id") if is_answer else item.need("question_id")
    question, accepted = item.text("question_id"), item.text("accepted_answer_id")
    above = f"post-{question}" if is_answer and question else None
    return posts.post(
        external_id=f"post-{number}",
        kind=PostKind.ANSWER if is_answer else PostKind.QUESTION,
        at=item.get("creation_date"),
        html=item.text("body"),
        title="" if is_answer else item.text("title"),
        author=_author(posts, item),
        parent=above,
        thread=above,
        url=item.text("link") or f"{site}/{'a' if is_answer else 'q'}/{number}",
        edited_at=posts.edited(item.get("last_edit_date")),
        accepted_answer=f"post-{accepted}" if accepted and not is_answer else None,
        engagement=Engagement(
            likes=item.count("score"),
            replies=item.count("answer_count"),
            views=item.count("view_count"),
        ),
        labels={
            "licence": item.text("content_license"),
            "tags": " ".join(tags(item)),
            "closed": item.text("closed_reason"),
        },
    )


def tags(item: Item) -> list[str]:
    """The tags of a question."""
    given = item.get("tags")
    return [str(tag) for tag in given] if isinstance(given, list) else []


def _comment(posts: Posts, item: Item, site: str, roots: dict[str, str]) -> Post:
    above, number = item.need("post_id"), item.need("comment_id")
    root = roots.get(above, above)
    return posts.post(
        external_id=f"comment-{number}",
        kind=PostKind.COMMENT,
        at=item.get("creation_date"),
        html=item.text("body"),
        author=_author(posts, item),
        parent=f"post-{above}",
        thread=f"post-{root}",
        url=item.text("link") or f"{site}/questions/{root}#comment{number}_{above}",
        engagement=Engagement(likes=item.count("score")),
        labels={"licence": item.text("content_license")},
    )


def _author(posts: Posts, item: Item) -> Author | None:
    """A user by number; one whose account is gone by name."""
    who = item.item("owner")
    number, name = who.text("user_id"), who.text("display_name")
    return posts.author(f"user-{number}" if number else "", plain(name)[0], who.text("link"))
