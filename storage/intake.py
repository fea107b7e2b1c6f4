"""Take posts in: new ones, edits, late parents. The one way by which posts enter the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from domain.posts import Post
from storage import authors as voices
from storage import fulltext, post_rows
from storage.bulk import insert_clean
from storage.cleaning import key
from storage.dialects import reserve
from storage.lookup import add_new, among_keys, change_each, portions
from storage.people_tables import OF_POSTS
from storage.roots import PostKey, roots, ties
from storage.stamps import stamp
from storage.story_work import await_look, look_again
from storage.tables import analyses, awaited, mentions, opinions, posts, versions
from storage.work_tables import interactions

Values = dict[str, Any]
_MUTABLE = (*post_rows.CONTENT, *post_rows.TIES, *post_rows.DETAILS, "gone_at", "root")
_UPDATE = (
    update(posts)
    .where(posts.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in (*_MUTABLE, "fetched_at")})
)
_REROOT = (
    update(posts)
    .where(posts.c.source == bindparam("b_source"), posts.c.root == bindparam("b_root"))
    .values(root=bindparam("root"))
)


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a batch: counts, and the id of each post in the order given."""

    new: int
    changed: int
    same: int
    ids: tuple[int, ...]


def add(connection: Connection, batch: Sequence[Post], now: datetime) -> Added:
    """Store posts with their authors; an edit keeps the old words as a version."""
    counts: Counter[str] = Counter(new=0, changed=0, same=0)
    ids: dict[PostKey, int] = {}
    for rows in _rounds(batch):
        intake = _Intake(connection, rows, now)
        ids |= intake.run()
        counts.update(intake.counts)
    ordered = tuple(ids[key(post.source), key(post.external_id)] for post in batch)
    return Added(**counts, ids=ordered)


def _rounds(batch: Iterable[Post]) -> list[dict[PostKey, Values]]:
    """The batch in parts that hold each key once: a second word on a post comes after the first."""
    seen: Counter[PostKey] = Counter()
    rounds: list[dict[PostKey, Values]] = []
    for post in batch:
        row = post_rows.values(post)
        one = row["source"], row["external_id"]
        row["author"] = post.author
        if seen[one] == len(rounds):
            rounds.append({})
        rounds[seen[one]][one] = row
        seen[one] += 1
    return rounds


class _Intake:
    """One round: rows with distinct keys."""

    def __init__(self, connection: Connection, rows: dict[PostKey, Values], now: datetime) -> None:
        self.connection, self.rows, self.now = connection, rows, now
        self.counts: Counter[str] = Counter()

    def run(self) -> dict[PostKey, int]:
        """Store them; their ids by key."""
        self._keep_authors()
        known = among_keys(self.connection, select(posts), posts, self.rows)
        stored = {(row.source, row.external_id): dict(row._mapping) for row in known}
        fresh = {one: row for one, row in self.rows.items() if one not in stored}
        news = {one: _merged(old, self.rows[one]) for one, old in stored.items()}
        self._set_roots(fresh, news, stored)
        self._insert(fresh)
        self._renew(stored, news)
        ids = {one: row["id"] for one, row in stored.items()}
        return ids | {one: row["id"] for one, row in fresh.items()}

    def _keep_authors(self) -> None:
        told = [row.pop("author") for row in self.rows.values()]
        ids = voices.keep(self.connection, (author for author in told if author))
        for row, author in zip(self.rows.values(), told, strict=True):
            row["author_id"] = author and ids[key(author.source), key(author.external_id)]

    def _set_roots(
        self,
        fresh: dict[PostKey, Values],
        news: dict[PostKey, Values],
        stored: dict[PostKey, Values],
    ) -> None:
        """Find the roots of new posts and of those whose ties changed; note what they await."""
        tied = {one: row for one, row in news.items() if _differ(row, stored[one], post_rows.TIES)}
        moved = fresh | tied
        pointed = set().union(*map(ties, moved.values())) | _above(moved.values())
        outside = among_keys(
            self.connection,
            select(posts.c.source, posts.c.external_id, posts.c.root),
            posts,
            pointed - moved.keys(),
        )
        known = {(row.source, row.external_id): row.root for row in outside}
        for one, root in roots(moved, known).items():
            moved[one]["root"] = root
        here = known.keys() | self.rows.keys()
        missing = {one: ties(row) - here for one, row in moved.items()}
        self._missing = {one: some for one, some in missing.items() if some}

    def _insert(self, fresh: dict[PostKey, Values]) -> None:
        if not fresh:
            return
        rows = list(fresh.values())
        for row, number in zip(rows, reserve(self.connection, posts, len(rows)), strict=True):
            row["id"] = number
        insert_clean(self.connection, posts, rows)
        stamp(self.connection, (row["id"] for row in rows))
        fulltext.index(self.connection, ((row["id"], post_rows.content(row)) for row in rows))
        await_look(self.connection, rows)
        self._await(fresh)
        self._wake(fresh)
        self.counts["new"] += len(rows)

    def _await(self, rows: dict[PostKey, Values]) -> None:
        """Remember which posts speak of others that are not here yet."""
        waiting = [
            {"source": source, "external_id": external_id, "post_id": rows[one]["id"]}
            for one, missing in self._missing.items()
            if one in rows
            for source, external_id in missing
        ]
        add_new(self.connection, awaited, waiting)

    def _wake(self, fresh: dict[PostKey, Values]) -> None:
        """Mark for linking whoever waited for these posts, and lead them to the right root."""
        waiting = list(among_keys(self.connection, select(awaited), awaited, fresh))
        unlink(self.connection, [row.post_id for row in waiting])
        for source, external_id in {(row.source, row.external_id) for row in waiting}:
            arrived = awaited.c.source == source, awaited.c.external_id == external_id
            self.connection.execute(delete(awaited).where(*arrived))
            self._lead((source, external_id), fresh[source, external_id]["root"])

    def _lead(self, one: PostKey, root: str) -> None:
        """Those who took this post for their root have its root now."""
        if root != one[1]:
            place = {"b_source": one[0], "b_root": one[1], "root": root}
            self.connection.execute(_REROOT, place)

    def _renew(self, stored: dict[PostKey, Values], news: dict[PostKey, Values]) -> None:
        """Write what changed of posts known before."""

        def changed(names: Iterable[str]) -> dict[PostKey, Values]:
            return {one: new for one, new in news.items() if _differ(new, stored[one], names)}

        edited, tied = changed(post_rows.CONTENT), changed((*post_rows.TIES, "author_id"))
        self._keep_versions([stored[one] for one in edited])
        rows = (new | {"b_id": new["id"]} for new in changed(_MUTABLE).values())
        change_each(self.connection, _UPDATE, rows)
        self._await(tied)
        for one, new in changed(["root"]).items():
            self._lead(one, new["root"])
        relink(self.connection, _ids(edited | tied))
        stamp(self.connection, _ids(changed(["kind"])))
        reread(self.connection, _ids(edited))
        contents = ((new["id"], post_rows.content(new)) for new in edited.values())
        fulltext.index(self.connection, contents)
        moved = changed(["gone_at"])
        withdraw(self.connection, [one["id"] for one in moved.values() if one["gone_at"]])
        restore(self.connection, [one["id"] for one in moved.values() if not one["gone_at"]])
        self.counts["changed"] += len(edited)
        self.counts["same"] += len(news) - len(edited)

    def _keep_versions(self, old: list[Values]) -> None:
        kept = [
            {name: row[name] for name in post_rows.CONTENT}
            | {"post_id": row["id"], "seen_at": self.now}
            for row in old
        ]
        if kept:
            self.connection.execute(insert(versions), kept)


def _ids(rows: dict[PostKey, Values]) -> list[int]:
    return [row["id"] for row in rows.values()]


def _above(rows: Iterable[Values]) -> set[PostKey]:
    return {(row["source"], row["thread"]) for row in rows if row["thread"]}


def _merged(old: Values, new: Values) -> Values:
    """What we know of a post now: a thing that the site leaves out stays as it was."""
    merged = {name: old[name] if new.get(name) is None else new[name] for name in old}
    return merged | {
        "title": new["title"] or old["title"],
        "created_at": old["created_at"],
        "gone_at": new["gone_at"],
    }


def _differ(new: Values, old: Values, names: Iterable[str]) -> bool:
    return any(new[name] != old[name] for name in names)


def unlink(connection: Connection, post_ids: Iterable[int]) -> None:
    """Mark posts as not yet turned into interactions."""
    for portion in portions(post_ids):
        connection.execute(update(posts).where(posts.c.id.in_(portion)).values(linked=0))


def relink(connection: Connection, post_ids: Iterable[int]) -> None:
    """Forget the interactions that these posts made, and have them made anew."""
    for portion in portions(post_ids):
        connection.execute(delete(interactions).where(interactions.c.post_id.in_(portion)))
        stamp(connection, portion)
        unlink(connection, portion)


def reread(connection: Connection, post_ids: Sequence[int]) -> None:
    """Forget what was understood and indexed of these posts, and have it done anew."""
    for portion in portions(post_ids):
        for table in (opinions, mentions, analyses):
            connection.execute(delete(table).where(table.c.post_id.in_(portion)))
        connection.execute(update(posts).where(posts.c.id.in_(portion)).values(pipeline_id=0))
        fulltext.purge(connection, portion)
        look_again(connection, portion)


def withdraw(connection: Connection, post_ids: Iterable[int]) -> None:
    """Take posts that are gone out of everything made of them, but for their own thread.

    Their analyses stay until their experiences were looked at anew, and go then.
    """
    for portion in portions(post_ids):
        for table in (opinions, mentions, *OF_POSTS):
            connection.execute(delete(table).where(table.c.post_id.in_(portion)))
        made = interactions.c.post_id.in_(portion) | interactions.c.on_post_id.in_(portion)
        lost = connection.scalars(select(interactions.c.post_id).where(made))
        stamp(connection, (*portion, *lost))
        connection.execute(delete(interactions).where(made))
        fulltext.purge(connection, portion)
        look_again(connection, portion)
        connection.execute(update(posts).where(posts.c.id.in_(portion)).values(linked=1))
        these = analyses.c.post_id.in_(portion)
        connection.execute(update(analyses).where(these).values(grouped=0))


def restore(connection: Connection, post_ids: Iterable[int]) -> None:
    """Have posts that are back read, indexed and linked anew, and with them their threads."""
    for portion in portions(post_ids):
        reread(connection, portion)
        columns = posts.c.id, posts.c.title, posts.c.text, posts.c.source, posts.c.root
        rows = connection.execute(select(*columns).where(posts.c.id.in_(portion))).all()
        contents = ((row.id, post_rows.content(dict(row._mapping))) for row in rows)
        fulltext.index(connection, contents)
        for source, root in {(row.source, row.root) for row in rows}:
            same = posts.c.source == source, posts.c.root == root
            relink(connection, connection.scalars(select(posts.c.id).where(*same)).all())
