"""The collection of authors: accounts on a source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from domain.people import Author
from domain.posts import Post
from domain.words import fold
from storage import post_rows
from storage.bulk import insert_clean
from storage.cleaning import clean, key
from storage.columns import bounded
from storage.dialects import reserve
from storage.lookup import among, among_keys, batches, change_each, page
from storage.tables import authors, posts

AuthorKey = tuple[str, str]
_LONGEST_NAME = 200
_CHANGING = ("name", "handle", "folded", "url", "followers", "joined_at", "automated")
_STORED = select(
    authors.c.id, authors.c.source, authors.c.external_id, *(authors.c[name] for name in _CHANGING)
)
_UPDATE = (
    update(authors)
    .where(authors.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in _CHANGING})
)


class Authors:
    """Find authors; they are kept together with their posts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, author_id: int) -> Author | None:
        """The author of this id."""
        return self.get_many([author_id]).get(author_id)

    def get_many(self, author_ids: Iterable[int]) -> dict[int, Author]:
        """Those of these authors that are known, by id."""
        rows = among(self._connection, select(authors), authors.c.id, author_ids)
        return {row.id: post_rows.author(row) for row in rows}

    def sources(self) -> Iterator[list[tuple[int, str]]]:
        """Batches of (author id, source) of everyone."""
        return batches(self._connection, select(authors.c.id, authors.c.source))

    def handles(self, source: str, handles: Collection[str]) -> dict[str, int]:
        """Author ids by handle as asked; the first come, where several have the same."""
        wanted = {handle: key(handle.lstrip("@").casefold()) for handle in handles}
        query = select(authors.c.handle, authors.c.id).where(authors.c.source == source)
        rows = among(self._connection, query, authors.c.handle, wanted.values())
        known = {row.handle: row.id for row in sorted(rows, key=lambda row: -row.id)}
        return {handle: known[folded] for handle, folded in wanted.items() if folded in known}

    def accounts(self, names: Collection[str]) -> frozenset[int]:
        """Author ids of accounts named as ``source:external_id``, or by a handle anywhere."""
        handles = {key(name.lstrip("@").casefold()) for name in names}
        query = select(authors.c.id)
        found = {row.id for row in among(self._connection, query, authors.c.handle, handles)}
        parted = (name.partition(":") for name in names if ":" in name)
        keys = [(key(source), key(external_id)) for source, _, external_id in parted]
        return frozenset(
            found | {row.id for row in among_keys(self._connection, query, authors, keys)}
        )

    def search(self, words: str, limit: int = 50) -> list[Author]:
        """Authors in whose name or account id all these words stand, newest first."""
        query = select(authors).order_by(authors.c.id.desc())
        for word in fold(clean(words[:_LONGEST_NAME])).split():
            query = query.where(authors.c.folded.contains(word, autoescape=True))
        return [post_rows.author(row) for row in self._connection.execute(page(query, limit))]

    def posts_of(self, author_id: int, limit: int = 50) -> list[Post]:
        """What this author said, newest first."""
        query = post_rows.SELECT.where(posts.c.author_id == author_id)
        latest = page(query.order_by(posts.c.id.desc()), limit)
        return [post_rows.post(row) for row in self._connection.execute(latest)]


def keep(connection: Connection, voices: Iterable[Author]) -> dict[AuthorKey, int]:
    """Store these authors, or what is new about them; their ids by (source, external_id)."""
    seen = {(row["source"], row["external_id"]): row for row in map(_row, voices)}
    stored = list(among_keys(connection, _STORED, authors, seen))
    ids = {(row.source, row.external_id): int(row.id) for row in stored}
    fresh = [row for one, row in seen.items() if one not in ids]
    for row, number in zip(fresh, reserve(connection, authors, len(fresh)), strict=True):
        row["id"] = ids[row["source"], row["external_id"]] = number
    insert_clean(connection, authors, fresh)
    change_each(connection, _UPDATE, _news(seen, stored))
    return ids


def _row(author: Author) -> dict[str, Any]:
    external_id, name = key(author.external_id), clean(author.name)
    return {
        "source": key(author.source),
        "external_id": external_id,
        "name": name,
        "handle": key((name or external_id).lstrip("@").casefold()),
        "folded": fold(f"{name} {external_id}"),
        "url": None if author.url is None else clean(author.url),
        "followers": None if author.followers is None else bounded(author.followers),
        "joined_at": author.joined_at,
        "automated": int(author.automated),
    }


def _news(
    seen: Mapping[AuthorKey, dict[str, Any]], stored: Iterable[Any]
) -> Iterator[dict[str, Any]]:
    """Rows of what has changed; what a site leaves out stays as it was."""
    for number, source, external_id, *values in stored:
        new, old = seen[source, external_id], dict(zip(_CHANGING, values, strict=True))
        if not new["name"] and old["name"]:
            new |= {name: old[name] for name in ("name", "handle", "folded")}
        merged = {name: old[name] if new[name] is None else new[name] for name in _CHANGING}
        if merged != old:
            yield merged | {"b_id": number}
