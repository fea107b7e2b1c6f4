"""The items of WordPress' REST interface, read into posts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from crawlers.markup import plain
from crawlers.moments import AbsurdTime, plausible
from crawlers.pages import Response
from domain.errors import SourceMalformed
from domain.people import Author
from domain.posts import Post, PostKind, Rejected

POST_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,_links,_embedded"
COMMENT_FIELDS = "id,post,parent,author,author_name,author_url,date_gmt,content,link"
Item = Mapping[str, Any]
_GUID = re.compile(r"[?&]p=(\d+)(?:#comment-(\d+))?$|#comment-(\d+)$")


class Items:
    """Reads the items of one source; a guest is known by name, a user by number."""

    def __init__(self, source: str, language: str | None, now: datetime) -> None:
        self._source, self._language, self._now = source, language, now

    def post(self, item: Item, url: str) -> Post | Rejected:
        """An item of /posts."""
        return self._read(item, self._post, url)

    def comment(self, item: Item, url: str) -> Post | Rejected:
        """An item of /comments."""
        return self._read(item, self._comment, url)

    def _read(self, item: Item, read: Callable[[Item], Post], url: str) -> Post | Rejected:
        where, raw = f"{url}#{item.get('id')}", json.dumps(item)[:2000]
        try:
            return read(item)
        except AbsurdTime as error:
            return Rejected(self._source, "absurd_time", where, str(error), raw)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            detail = f"{type(error).__name__}: {error}"
            return Rejected(self._source, "bad_item", where, detail, raw)

    def _post(self, item: Item) -> Post:
        known = ((item.get("_embedded") or {}).get("author") or [{}])[0]
        return self._made(
            item,
            external_id=f"post-{int(item['id'])}",
            kind=PostKind.POST,
            title=plain(item["title"]["rendered"])[0],
            author=self._author(item, known.get("name"), known.get("link")),
        )

    def _comment(self, item: Item) -> Post:
        root, parent = f"post-{int(item['post'])}", int(item.get("parent") or 0)
        return self._made(
            item,
            external_id=f"comment-{int(item['id'])}",
            kind=PostKind.COMMENT,
            author=self._author(item, item.get("author_name"), item.get("author_url")),
            parent=f"comment-{parent}" if parent else root,
            thread=root,
        )

    def _made(self, item: Item, **fields: Any) -> Post:
        text, quoted = plain(item["content"]["rendered"])
        moment = datetime.fromisoformat(item["date_gmt"]).replace(tzinfo=UTC)
        return Post(
            source=self._source,
            text=text,
            quoted_text=quoted,
            created_at=plausible(moment, self._now),
            url=item.get("link"),
            language=self._language,
            fetched_at=self._now,
            **fields,
        )

    def _author(self, item: Item, name: object, url: object) -> Author | None:
        user, name = int(item.get("author") or 0), plain(str(name or ""))[0]
        external_id = f"user-{user}" if user else name
        if not external_id:
            return None
        return Author(self._source, external_id, name, str(url) if url else None)


def items_of(response: Response) -> list[dict[str, Any]]:
    """The items of a page; raises SourceMalformed where it is no list of them."""
    try:
        items = json.loads(response.body)
    except (ValueError, RecursionError) as error:
        raise SourceMalformed(f"not JSON: {error}", where=response.url) from error
    if not isinstance(items, list):
        raise SourceMalformed("not a list of items", where=response.url)
    return [item for item in items if isinstance(item, dict)]


def rest_id(guid: str | None) -> str | None:
    """The id that REST would give to a feed's entry: ``?p=5#comment-9`` is ``comment-9``."""
    match = _GUID.search(guid or "")
    if match is None:
        return guid
    comment = match[2] or match[3]
    return f"comment-{comment}" if comment else f"post-{match[1]}"
