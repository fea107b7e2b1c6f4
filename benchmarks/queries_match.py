"""1,000 brand queries held against posts as they arrive: posts a second on one core.

Ours: ``Matcher``, splitting and folding each post included. Queries are made of words that
posts use: a name with alternatives, phrases, NEAR, beginnings of words, tags, handles, NOT and
tests of language, source and rating. The peer is the usual way: one compiled regular expression
for each query (its words and phrases only: it says neither NOT, nor NEAR, nor who wrote it),
searched in the folded text one after the other, on a sample of the same posts. Seconds are those
of one core's time.

    python benchmarks/queries_match.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from domain.people import Author  # noqa: E402
from domain.posts import Post, PostKind, Rating  # noqa: E402
from domain.queries import Like, Query, Word, phrases  # noqa: E402
from domain.words import fold  # noqa: E402
from nlp.queries.matcher import Matcher  # noqa: E402
from nlp.queries.reader import read  # noqa: E402

TARGET, QUERIES = 3_000, 1_000
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SYLLABLES = ("ca", "pe", "lo", "mi", "ra", "tão", "são", "ven", "gue", "dro", "ção", "bu", "lhe")
SHAPES = (
    '{a} OR "{a} {b}"',
    "{a} ({b} OR {c}*) -{d}",
    "{a} NEAR/5 ({b} OR {c})",
    '"{a} {b}" OR #{a} OR @{a}',
    "({a} OR {b}) lang:pt -source:blog",
    "{a}* rating<3",
)


def vocabulary(chance: random.Random) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(30_000)]


def posts(count: int, words: Sequence[str], chance: random.Random) -> list[Post]:
    """Posts of 15 to 65 words from a Zipf-like vocabulary, some rated, tagged or addressed."""
    weights = [1 / (rank + 3) for rank in range(len(words))]
    made = []
    for number in range(count):
        said = chance.choices(words, weights, k=chance.randint(15, 65))
        said[0] = chance.choice(("#", "@", "", "", "", "")) + said[0].upper()
        made.append(
            Post(
                source=chance.choice(("forum", "blog")),
                external_id=str(number),
                kind=PostKind.POST,
                text=" ".join(said),
                created_at=NOW,
                author=Author("forum", str(number % 999), f"u{number % 999}"),
                language="pt",
                rating=Rating(chance.randint(1, 5)) if number % 3 else None,
            )
        )
    return made


def queries(words: Sequence[str], chance: random.Random) -> dict[int, Query]:
    """A brand's name is rarer than the 100 most frequent words; what goes with it is any word."""
    made = {}
    for number in range(QUERIES):
        name = words[chance.randrange(100, len(words))]
        others = (words[int(len(words) * chance.random() ** 3)] for _ in range(3))
        shape = SHAPES[number % len(SHAPES)]
        made[number] = read(shape.format(a=name, **dict(zip("bcd", others, strict=True))))
    return made


def spelled(word: Word) -> str:
    """A word as a regular expression says it."""
    return r"\w*".join(word.parts) if isinstance(word, Like) else word


def regexes(asked: dict[int, Query]) -> list[re.Pattern[str]]:
    """The peer: the words and phrases of each query, as alternatives."""
    made = []
    for query in asked.values():
        parts = (r"[\W_]+".join(map(spelled, one.words)) for one in phrases(query))
        made.append(re.compile(r"\b(?:" + "|".join(parts) + r")\b"))
    return made


def timed(posts: Sequence[Post], match: Callable[[Post], object]) -> float:
    """Posts a second."""
    started = time.process_time()
    for post in posts:
        match(post)
    return len(posts) / (time.process_time() - started)


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--quick", action="store_true", help="fewer posts, under 30 s")
    options = asked.parse_args()
    chance = random.Random(2)
    words = vocabulary(chance)
    heard = posts(5_000 if options.quick else 50_000, words, chance)
    made = queries(words, chance)
    matcher, patterns = Matcher(made), regexes(made)
    matched = sum(len(matcher.match(post)) for post in heard[:1_000])
    ours = timed(heard, matcher.match)
    sample = heard[: 100 if options.quick else 400]
    peer = timed(sample, lambda post: [one for one in patterns if one.search(fold(post.content))])
    table = Table(title=f"{QUERIES:,} queries, {matched / 1_000:.2f} matches a post")
    for heading in ("way", "posts", "posts/s"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    table.add_row("Boca", f"{len(heard):,}", f"{ours:,.0f}")
    table.add_row("a regular expression each", f"{len(sample):,}", f"{peer:,.0f}")
    Console(width=80).print(table)
    result = {
        "name": "queries_match",
        "value": round(ours),
        "unit": "posts/s",
        "target": TARGET,
        "peer": "a regular expression each",
        "ratio": round(ours / peer, 1),
        "pass": ours >= TARGET,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
