"""Posts out of a forum's pages, by CSS selectors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from crawlers.reading.item import Item
from crawlers.reading.page import Page
from crawlers.reading.posts import Posts
from crawlers.reading.sites.entries import digest
from domain.errors import SourceMalformed
from domain.posts import Post, PostKind, Rejected

_LARGEST = 20_000  # tags; beyond this a page is an attack


def selector(value: str) -> str:
    """A CSS selector that can be used; raises ValueError for what is none."""
    try:
        LexborHTMLParser("<p></p>").css(value)
    except (SelectolaxError, ValueError) as error:
        raise ValueError(f"{value!r} is not a CSS selector") from error
    return value


class Forum:
    """Reads the pages of one topic after the other; the topic's address is its root's name."""

    def __init__(self, posts: Posts, select: Mapping[str, str]) -> None:
        self._posts, self._select = posts, select
        self._root = ""

    def topics(self, page: Page) -> list[str]:
        """The addresses of the topics that a page lists, on its own host; raises SourceMalformed
        where it lists none."""
        links = [node.attributes.get("href") for node in _tree(page).css(self._select["topic"])]
        found = dict.fromkeys(urldefrag(urljoin(page.url, link)).url for link in links if link)
        own = [one for one in found if urlsplit(one).netloc == urlsplit(page.url).netloc]
        if not own:
            raise SourceMalformed(
                "no topics where the selector looks", where=page.url, todo="check select.topic"
            )
        return own

    def next_page(self, page: Page) -> str | None:
        """The next page of a topic, on its own host."""
        link = _tree(page).css_first(self._select["next"])
        url = urljoin(page.url, (link.attributes.get("href") if link else None) or "")
        same = urlsplit(url).netloc == urlsplit(page.url).netloc
        return url if link is not None and same and url != page.url else None

    def told(self, page: Page) -> Iterator[Post | Rejected]:
        """The posts of a topic's page; raises SourceMalformed where it has none."""
        tree = _tree(page)
        found = tree.css(self._select["post"])
        if not found:
            raise SourceMalformed(
                "no posts where the selector looks", where=page.url, todo="check select.post"
            )
        title = tree.css_first(self._select["title"])
        for place, node in enumerate(found):
            opens = not self._root and place == 0
            self._root = self._root or page.url
            yield self._read(node, page, _words(title) if opens else None)

    def _read(self, node: LexborNode, page: Page, title: str | None) -> Post | Rejected:
        shown = {name: node.css_first(self._select[name]) for name in ("text", "author", "time")}
        said = _words(shown["author"]) + _time(shown["time"])
        own = node.attributes.get("id") or digest(said)
        item = Item({name: _html(found) for name, found in shown.items()}, f"{page.url}#{own}")

        def build(item: Item) -> Post:
            author, is_root = shown["author"], title is not None
            link = (author.attributes.get("href") if author else None) or ""
            return self._posts.post(
                external_id=self._root if is_root else f"{self._root}#{own}",
                kind=PostKind.POST if is_root else PostKind.REPLY,
                at=_time(shown["time"]),
                html=item.text("text"),
                title=title or "",
                author=self._posts.author(
                    urljoin(page.url, link) if link else "",
                    _words(author),
                    urljoin(page.url, link) if link else "",
                ),
                parent=None if is_root else self._root,
                thread=None if is_root else self._root,
                url=f"{page.url}#{own}" if node.attributes.get("id") else page.url,
            )

        return self._posts.read(item, build)


def _time(node: LexborNode | None) -> str:
    """What a machine would read, else what a person would."""
    given = node.attributes if node is not None else {}
    return given.get("datetime") or given.get("title") or _words(node)


def _tree(page: Page) -> LexborHTMLParser:
    if page.html.count("<") > _LARGEST * 2:
        raise SourceMalformed("a page with too many tags", where=page.url)
    return LexborHTMLParser(page.html)


def _words(node: LexborNode | None) -> str:
    return " ".join(node.text(deep=True).split()) if node is not None else ""


def _html(node: LexborNode | None) -> str:
    return (node.html or "") if node is not None else ""
