"""One poisoned post in a hundred: a crash, a hang or too much memory must cost only itself.

10,000 posts are read by a crew whose pipeline is a stand-in that a poisoned post kills, hangs
or drives out of memory: what is measured is the crew. The peer is ``concurrent.futures``'
process pool, a batch at a time, as one would write it: its pool is broken by the first crash.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from domain.analyses import Analysis, Polarity, Sentiment
from domain.posts import Post, PostKind, Rejected
from nlp.settings import NlpSettings
from nlp.workers import Workers

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POISONS = ("crash", "hang", "hoard")
LONGEST_STALL = 10.0


class Fragile:
    """A stand-in for a pipeline: a fifth of a millisecond a post, unless it is poisoned."""

    version = "fragile"

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis | Rejected]:
        """Suffer what each text asks for, and answer where it can."""
        for post in posts:
            _suffer(post.text)
            time.sleep(0.0002)
            feeling = Sentiment(Polarity.NEUTRAL, 0.0, 0.0)
            yield Analysis(post.id, "pt", feeling, (), (), (), self.version, now)


def _suffer(text: str) -> None:
    if text == "crash":
        os._exit(3)
    if text == "hang":
        time.sleep(3600)
    if text == "hoard":
        hoarded = [bytearray(64_000_000) for _ in range(1_000)]
        del hoarded


def posts(count: int) -> Iterator[Post]:
    """Every hundredth is poisoned, each kind in turn."""
    for number in range(count):
        poisoned = number % 100 == 50
        text = POISONS[number // 100 % 3] if poisoned else "ok"
        yield Post("bench", str(number), PostKind.POST, text, NOW, id=number)


def ours(count: int) -> tuple[int, Counter[str], float, float]:
    done, codes, stall = 0, Counter[str](), 0.0
    with Workers(Fragile, NlpSettings(workers=2)) as crew:
        started = last = time.monotonic()
        for number, told in enumerate(crew.analyse(posts(count), NOW)):
            stall, last = max(stall, time.monotonic() - last), time.monotonic()
            if isinstance(told, Rejected):
                codes[told.code] += 1
                assert number % 100 == 50, "an innocent post was rejected"
            else:
                assert told.post_id == number, "out of order"
                done += 1
    return done, codes, stall, time.monotonic() - started


def peer(count: int) -> int:
    """Posts done before the pool is broken; hangs and hoards are spared it."""
    done = 0
    batch = [post for post in posts(count) if post.text in ("ok", "crash")]
    with ProcessPoolExecutor(2) as pool:
        futures = [
            pool.submit(_peer_batch, batch[at : at + 256]) for at in range(0, len(batch), 256)
        ]
        for future in futures:
            try:
                done += future.result()
            except BrokenProcessPool:
                continue
    return done


def _peer_batch(batch: list[Post]) -> int:
    return sum(1 for _ in Fragile().analyse(batch, NOW))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="600 posts instead of 10,000")
    count = 600 if parser.parse_args().quick else 10_000
    done, codes, stall, seconds = ours(count)
    plain = peer(count)
    table = Table("", "ours", "process pool")
    table.add_row("posts done", f"{done:,} of {count - count // 100:,}", f"{plain:,}")
    table.add_row("quarantined", ", ".join(f"{n} {c}" for c, n in sorted(codes.items())), "0")
    table.add_row("longest stall, s", f"{stall:.1f}", "")
    table.add_row("seconds in all", f"{seconds:.0f}", "")
    Console().print(table)
    line = {
        "name": "nlp_poison",
        "value": done,
        "unit": "posts done",
        "target": count - count // 100,
        "peer": plain,
        "ratio": round(done / max(plain, 1), 2),
        "stall": round(stall, 1),
        "pass": done == count - count // 100 and stall <= LONGEST_STALL,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
