"""500 disguised posts: zero-width marks, look-alikes, leet, full-width, lost accents, elongations.

A disguised post counts as held where sentiment's polarity and the set of intents are those of the
plain one. There is no peer: what is compared is the pipeline with itself.
"""

from __future__ import annotations

import nlp  # isort: skip  # noqa: F401  sets one thread before numpy is imported

import argparse
import json
import random
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from domain.analyses import Analysis
from domain.posts import Post, PostKind
from nlp.examples import examples
from nlp.pipeline import load_pipeline
from nlp.settings import NlpSettings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TARGET = 0.95
_ALIKE = str.maketrans("aeopcxyi", "аеорсхуі")
_LEET = str.maketrans("aeio", "4310")


def zero_width(text: str, chance: random.Random) -> str:
    return "".join(c + ("\u200b" if chance.random() < 0.3 else "") for c in text)


def look_alikes(text: str, chance: random.Random) -> str:
    return "".join(c.translate(_ALIKE) if chance.random() < 0.5 else c for c in text)


def leet(text: str, chance: random.Random) -> str:
    words = text.split(" ")
    return " ".join(w.translate(_LEET) if chance.random() < 0.3 else w for w in words)


def full_width(text: str, chance: random.Random) -> str:
    del chance
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def accents_lost(text: str, chance: random.Random) -> str:
    del chance
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c))


DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    zero_width,
    look_alikes,
    leet,
    full_width,
    accents_lost,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 posts instead of 500")
    count = 100 if parser.parse_args().quick else 500
    chance = random.Random(7)
    plain = [text for text, _ in examples("stages")]
    chosen = [chance.choice(plain) for _ in range(count)]
    disguised = [DISGUISES[at % 5](text, chance) for at, text in enumerate(chosen)]
    pipeline = load_pipeline(NlpSettings(), (), ())

    def labels(texts: list[str]) -> list[tuple[str, frozenset[str]]]:
        posts = [Post("b", str(n), PostKind.POST, t, NOW, id=n) for n, t in enumerate(texts)]
        told = [one for one in pipeline.analyse(posts, NOW) if isinstance(one, Analysis)]
        return [
            (one.sentiment.polarity.value, frozenset(sign.intent.value for sign in one.intents))
            for one in told
        ]

    before, after = labels(chosen), labels(disguised)
    held, feeling, total = Counter[str](), Counter[str](), Counter[str]()
    for at, (one, other) in enumerate(zip(before, after, strict=True)):
        name = DISGUISES[at % 5].__name__
        total[name] += 1
        held[name] += one == other
        feeling[name] += one[0] == other[0]
    table = Table("disguise", "posts", "same polarity", "same polarity and intents")
    for name in total:
        table.add_row(
            name,
            str(total[name]),
            f"{feeling[name] / total[name]:.1%}",
            f"{held[name] / total[name]:.1%}",
        )
    Console().print(table)
    share = sum(held.values()) / count
    line = {
        "name": "nlp_evasions",
        "value": round(share, 4),
        "unit": "same labels",
        "target": TARGET,
        "peer": None,
        "ratio": None,
        "pass": share >= TARGET,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
