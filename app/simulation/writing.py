"""The town written down: posts as a source would give them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import numpy as np

from app.simulation.people import FORUM, MICROBLOG, SOURCES, Ints
from app.simulation.speech import NEGATIVE, POSITIVE, Saying, Speech
from app.simulation.timeline import ADDRESS, OFFICIAL, QUOTE, Timeline
from app.simulation.town import Town
from app.simulation.voice import Voices
from crawlers.postline import encode
from domain.people import Author
from domain.posts import Engagement, Post, PostKind, Rating

_STARS = {NEGATIVE: (1, 1, 1, 2, 2, 3), POSITIVE: (4, 5, 5, 5)}
_GREETS = 0.4


def post_id(place: int) -> str:
    """The external id of the post at this place of the timeline."""
    return f"p{place:07d}"


def author_id(town: Town, account: int, on_source: int = 0) -> str:
    """The external id of an account; the official one has one on each source."""
    if account == OFFICIAL:
        return f"{town.settings.brand.handle}-{SOURCES[on_source]}"
    return f"u{account:06d}"


def written_posts(town: Town) -> Iterator[Post]:
    """Every post with its words, in order of time, one at a time."""
    return iter(_Writer(town))


def write_posts(town: Town, folder: Path) -> Iterator[Post]:
    """Write one JSON line a post, a file for each source, handing on each post as it is written."""
    with ExitStack() as stack:
        paths = {source: folder / f"{source}.jsonl" for source in SOURCES}
        files = {
            source: stack.enter_context(path.open("w", encoding="utf-8"))
            for source, path in paths.items()
        }
        for post in written_posts(town):
            line = json.dumps(encode(post), ensure_ascii=False, separators=(",", ":"))
            files[post.source].write(f"{line}\n")
            yield post


class _Writer:
    """Goes through the timeline and puts it into words."""

    def __init__(self, town: Town) -> None:
        self.town, self.posts = town, town.posts
        self.voices = Voices(town.settings, town.people)
        self._rng = random.Random(town.settings.seed * 7 + 3)  # noqa: S311
        self._glances = random.Random(town.settings.seed * 7 + 5)  # noqa: S311
        self._threads: list[int] = []
        self._likes, self._shares, self._replies = _counters(town.posts)
        self._wanted = _wanted_later(town.posts)
        self._texts: dict[int, str] = {}
        self._authors: dict[int, Author] = {}

    def __iter__(self) -> Iterator[Post]:
        columns = (self.posts.author, self.posts.on, self.posts.at)
        for place, (author, on, at) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        ):
            yield self._post(place, author, on, at)

    def _post(self, place: int, account: int, on: int, at: float) -> Post:
        kind, saying = self.posts.kinds[place], self.posts.sayings[place]
        source = self._source(account, on)
        linked = on >= 0 and kind not in (QUOTE, ADDRESS)
        self._threads.append(self._threads[on] if linked else place)
        text = self._text(place, account, on)
        quoted = self._texts.get(on, "") if kind in (QUOTE, PostKind.SHARE) else ""
        if place in self._wanted:
            self._texts[place] = text or quoted
        own = self.posts.seed[place] >= 0
        return Post(
            source=SOURCES[source],
            external_id=post_id(place),
            kind=PostKind.POST if kind in (QUOTE, ADDRESS) else PostKind(kind),
            text=text,
            created_at=self.town.settings.starts_at + timedelta(seconds=at),
            author=self._author(account, source),
            parent=post_id(on) if linked else None,
            thread=post_id(self._threads[place]) if linked else None,
            title=self.voices.title(account, saying)
            if own and not linked and source != MICROBLOG
            else "",
            rating=self._rating(saying) if kind is PostKind.REVIEW else None,
            engagement=self._engagement(place, kind, source),
            quotes=(post_id(on),) if kind == QUOTE else (),
            quoted_text=quoted,
        )

    def _source(self, account: int, on: int) -> int:
        speaker = int(self.posts.author[on]) if account == OFFICIAL else account
        return int(self.town.people.source[speaker])

    def _text(self, place: int, account: int, on: int) -> str:
        kind, saying = self.posts.kinds[place], self.posts.sayings[place]
        if saying.speech is Speech.SILENT:
            return ""
        if saying.speech is Speech.OFFICIAL:
            to = int(self.posts.author[on])
            return self.voices.official(to, saying, self.town.handles[to])
        return self.voices.text(account, saying, self._addressed(kind, account, on))

    def _addressed(self, kind: PostKind | str, account: int, on: int) -> str:
        """Whom the words begin by naming: always in an address, often in a reply."""
        if kind == ADDRESS or (kind is PostKind.REPLY and self._rng.random() < _GREETS):
            return self._author(int(self.posts.author[on]), self._source(account, on)).name
        return ""

    def _author(self, account: int, source: int) -> Author:
        key = account if account != OFFICIAL else -1 - source
        known = self._authors.get(key)
        if known is None:
            known = self._authors[key] = self._new_author(account, source)
        return known

    def _new_author(self, account: int, source: int) -> Author:
        identity = author_id(self.town, account, source)
        if account == OFFICIAL:
            return Author(SOURCES[source], identity, self.town.settings.brand.handle)
        shown = source in (MICROBLOG, FORUM)
        followers = int(self.town.followers[account]) if shown else None
        return Author(SOURCES[source], identity, self.town.handles[account], None, followers)

    def _rating(self, saying: Saying) -> Rating:
        return Rating(float(self._rng.choice(_STARS.get(saying.polarity, (3,)))))

    def _engagement(self, place: int, kind: PostKind | str, source: int) -> Engagement:
        if kind is PostKind.REACTION:
            return Engagement()
        likes, shares, replies = (
            int(one[place]) for one in (self._likes, self._shares, self._replies)
        )
        opens = self._threads[place] == place
        views = self._views(likes + shares + replies) if opens and source == FORUM else None
        return Engagement(likes, shares, replies, views)

    def _views(self, acts: int) -> int:
        """The forum counts who opened a thread: those who acted, and many who said nothing."""
        return acts + round((6 + 3 * acts) * self._glances.lognormvariate(0.0, 0.6))


def _counters(posts: Timeline) -> tuple[Ints, Ints, Ints]:
    """Reactions, shares with quotes, and replies on each post."""
    kinds = np.array([_counted_as(kind) for kind in posts.kinds], dtype=np.int64)
    size = len(posts)
    likes, shares, replies = (
        np.bincount(posts.on[(kinds == which) & (posts.on >= 0)], minlength=size)
        for which in range(3)
    )
    return likes, shares, replies


def _counted_as(kind: PostKind | str) -> int:
    if kind is PostKind.REACTION:
        return 0
    return 1 if kind in (PostKind.SHARE, QUOTE) else 2


def _wanted_later(posts: Timeline) -> set[int]:
    """The posts whose words a quote or a share will carry."""
    on = posts.on.tolist()
    return {
        on[place]
        for place, kind in enumerate(posts.kinds)
        if on[place] >= 0 and kind in (QUOTE, PostKind.SHARE)
    }
