"""The posts that benchmarks/storage_import.py imports, and the timing of whoever imports them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from domain.people import Author
from domain.posts import Engagement, Post, PostKind

BATCH = 2_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SYLLABLES = ("ca", "pe", "lo", "mi", "ra", "tão", "são", "ven", "gue", "dro", "ção", "bu", "lhe")


@dataclass(frozen=True)
class Speed:
    """What one way of importing took."""

    name: str
    posts: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.posts / self.wall


def posts(count: int) -> Iterator[Post]:
    """Posts of 40 words from a Zipf-like vocabulary; four of five reply to an earlier one."""
    chance = random.Random(7)
    words = ["".join(chance.choices(SYLLABLES, k=chance.randint(1, 4))) for _ in range(30_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    drawn = chance.choices(words, weights, k=400_000)
    for number in range(count):
        start, author = chance.randrange(len(drawn) - 40), int(chance.paretovariate(0.8)) % 200_000
        parent = chance.randrange(number) if number and chance.random() < 0.8 else None
        yield Post(
            source="forum",
            external_id=f"t3_{number}",
            kind=PostKind.POST if parent is None else PostKind.REPLY,
            text=" ".join(drawn[start : start + 40]),
            created_at=NOW + timedelta(seconds=number),
            author=Author("forum", f"u{author}", f"user_{author}"),
            parent=None if parent is None else f"t3_{parent}",
            engagement=Engagement(likes=number % 50),
            fetched_at=NOW,
        )


def batches(stream: Iterable[Post]) -> Iterator[list[Post]]:
    left = iter(stream)
    while batch := list(islice(left, BATCH)):
        yield batch


def timed(name: str, count: int, write: Callable[[list[Post]], None]) -> Speed:
    """Write batch by batch; only the writing is timed."""
    wall = cpu = 0.0
    for batch in batches(posts(count)):
        started, used = time.perf_counter(), time.process_time()
        write(batch)
        wall += time.perf_counter() - started
        cpu += time.process_time() - used
    return Speed(name, count, wall, cpu)
