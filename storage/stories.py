"""The collection of stories: which posts tell the same one, and who told it first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, delete, func, insert, select, update

from domain.posts import Post
from domain.stories import Story
from storage import post_rows
from storage.lookup import among, batches, page, portions
from storage.story_tables import story_due, story_marks, story_posts
from storage.story_work import REPEATED_ELSEWHERE
from storage.tables import analyses, mentions, posts


class Stories:
    """Keep what recognises each text, and the posts that tell the same story."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, limit: int) -> list[Post]:
        """Posts to look at for copies, by id."""
        waiting = post_rows.SELECT.join(story_due, story_due.c.post_id == posts.c.id)
        query = page(waiting.order_by(story_due.c.post_id), limit)
        return [post_rows.post(row) for row in self._connection.execute(query)]

    def marked(self) -> Iterator[list[tuple[int, bytes]]]:
        """Batches of (post id, marks) of every text known, but for those that are due."""
        waits = select(story_due.c.post_id).where(story_due.c.post_id == story_marks.c.post_id)
        query = select(story_marks.c.post_id, story_marks.c.marks).where(~waits.exists())
        for batch in batches(self._connection, query.order_by(story_marks.c.post_id)):
            yield [(int(number), bytes(marks)) for number, marks in batch]

    def settle(
        self,
        looked_at: Sequence[int],
        marks: Mapping[int, bytes],
        pairs: Iterable[tuple[int, int]],
    ) -> int:
        """Keep what was found of these posts, and nothing that was known of them before.

        Who is credited, and whose mentions count, is put right for every story touched;
        those posts are grouped anew. Returns how many stories were touched.
        """
        left = self._of(looked_at)
        touched = set(left.values())
        self._flag(list(left), copy=0)
        self._regroup(list(left))
        for portion in portions(looked_at):
            for table in (story_due, story_marks, story_posts):
                self._connection.execute(delete(table).where(table.c.post_id.in_(portion)))
        rows = [{"post_id": number, "marks": one} for number, one in marks.items()]
        if rows:
            self._connection.execute(insert(story_marks), rows)
        touched |= self._join(list(pairs))
        for portion in portions(sorted(touched)):
            self._credit(portion)
        return len(touched)

    def of_posts(self, post_ids: Iterable[int]) -> dict[int, Story]:
        """The stories of those of these posts that are told elsewhere too, by post id."""
        told = self._of(post_ids)
        members: dict[int, list[int]] = defaultdict(list)
        query = select(story_posts).order_by(story_posts.c.copy, story_posts.c.post_id)
        for row in among(self._connection, query, story_posts.c.story_id, told.values()):
            members[row.story_id].append(row.post_id)
        wanted = (one for numbers in members.values() for one in numbers)
        rows = among(self._connection, post_rows.SELECT, posts.c.id, wanted)
        found = {row.id: post_rows.post(row) for row in rows}
        stories = {
            number: _story(number, [found[one] for one in numbers])
            for number, numbers in members.items()
        }
        return {post_id: story for post_id, number in told.items() if (story := stories[number])}

    def copies(self, post_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """For each first of a story among these posts and those they copy: its copies' ids."""
        firsts: dict[int, int] = {}
        others: dict[int, list[int]] = defaultdict(list)
        stories = set(self._of(post_ids).values())
        query = select(story_posts).order_by(story_posts.c.post_id)
        for row in among(self._connection, query, story_posts.c.story_id, stories):
            if row.copy:
                others[row.story_id].append(row.post_id)
            else:
                firsts[row.story_id] = row.post_id
        return {first: tuple(others[number]) for number, first in firsts.items()}

    def _of(self, post_ids: Iterable[int]) -> dict[int, int]:
        rows = among(self._connection, select(story_posts), story_posts.c.post_id, post_ids)
        return {row.post_id: row.story_id for row in rows}

    def _join(self, pairs: Collection[tuple[int, int]]) -> set[int]:
        """Put pairs into one story each, stories that meet into the older one; their ids."""
        known = self._of({number for pair in pairs for number in pair})
        above: dict[int, int] = {}

        def root(number: int) -> int:
            while number in above:
                number = above[number]
            return number

        for one, other in pairs:
            low, high = sorted((root(known.get(one, one)), root(known.get(other, other))))
            if low != high:
                above[high] = low
        for old in {story for story in known.values() if root(story) != story}:
            moved = update(story_posts).where(story_posts.c.story_id == old)
            self._connection.execute(moved.values(story_id=root(old)))
        new = {number for pair in pairs for number in pair} - known.keys()
        rows = [{"post_id": one, "story_id": root(one), "copy": 1} for one in sorted(new)]
        if rows:
            self._connection.execute(insert(story_posts), rows)
        return {root(known.get(number, number)) for pair in pairs for number in pair}

    def _credit(self, stories: Sequence[int]) -> None:
        """The earliest post that is still there told it; the others are copies."""
        place = func.row_number().over(
            partition_by=story_posts.c.story_id, order_by=(posts.c.created_at, posts.c.id)
        )
        size = func.count().over(partition_by=story_posts.c.story_id)
        query = (
            select(story_posts.c.post_id, story_posts.c.copy, place, size)
            .join(posts, posts.c.id == story_posts.c.post_id)
            .where(story_posts.c.story_id.in_(stories))
        )
        rows = self._connection.execute(query).all()
        lone = [row[0] for row in rows if row[3] == 1]
        firsts = [row[0] for row in rows if row[2] == 1]
        copies = [row[0] for row in rows if row[2] > 1]
        for portion in portions(lone):
            self._connection.execute(delete(story_posts).where(story_posts.c.post_id.in_(portion)))
        self._flag(firsts, copy=0)
        self._flag(copies, copy=1)
        self._regroup(firsts + copies)

    def _regroup(self, post_ids: Sequence[int]) -> None:
        for portion in portions(post_ids):
            these = analyses.c.post_id.in_(portion)
            self._connection.execute(update(analyses).where(these).values(grouped=0))

    def _flag(self, post_ids: Sequence[int], copy: int) -> None:
        counted, other = (REPEATED_ELSEWHERE, 0) if copy else (0, REPEATED_ELSEWHERE)
        for portion in portions(post_ids):
            these = story_posts.c.post_id.in_(portion)
            self._connection.execute(update(story_posts).where(these).values(copy=copy))
            said = mentions.c.post_id.in_(portion) & (mentions.c.repeated == other)
            self._connection.execute(update(mentions).where(said).values(repeated=counted))


def _story(number: int, members: Sequence[Post]) -> Story | None:
    first, *copies = members
    copies.sort(key=lambda post: (post.created_at, post.id))
    return Story(number, first, tuple(copies)) if copies else None
