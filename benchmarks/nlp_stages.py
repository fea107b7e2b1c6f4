"""Stages of service from five example sentences each, on complaints nobody trained on.

Reclame Aqui topics (Portuguese) and airline complaint reasons (English) are mapped to an
owner's stages as docs/models/stages.md says. The examples are our own sentences. Weights were
chosen on one half of each set (``--half validation``); the other half is reported. The peers
get the same sentences: the nearest prototype by TF-IDF, and by the encoder's vectors.
"""

from __future__ import annotations

import nlp  # isort: skip  # noqa: F401  sets one thread before numpy is imported

import argparse
import csv
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from _stage_sets import OWNERS, REASONS, TOPICS
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score

from domain.analyses import Analysis
from domain.brands import ServiceStage
from domain.posts import Post, PostKind
from nlp.fewshot import encoded
from nlp.listener import build
from nlp.models import load_models
from nlp.parts import Parts
from nlp.pipeline import Pipeline
from nlp.settings import NlpSettings

TARGET = 0.55
SHARED = Path(os.environ.get("BOCA_SHARED") or Path(__file__).parents[2] / "shared") / "data"
NOW = datetime.fromisoformat("2026-11-22T00:00:00+00:00")

Row = tuple[str, str]


def reclameaqui() -> list[Row]:
    """Complaints whose categories name exactly one stage: text with its title, stage."""
    stage_of = {topic: stage for stage, topics in TOPICS.items() for topic in topics}
    rows: dict[str, str] = {}
    for name in ("hapvida", "ibyte"):
        with (SHARED / "reclameaqui" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                topics = row["CATEGORIA"].split("<->")
                stages = {stage_of[topic] for topic in topics if topic in stage_of}
                if len(stages) == 1:
                    rows[f"{row['TEMA'].strip()}\n{row['DESCRICAO']}"] = stages.pop()
    return list(rows.items())


def airline() -> list[Row]:
    """Tweets with a reason that names a stage."""
    rows: dict[str, str] = {}
    with (SHARED / "airline-tweets" / "tweets.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["negativereason"] in REASONS:
                rows[row["text"]] = REASONS[row["negativereason"]]
    return list(rows.items())


def half(rows: Sequence[Row], which: str) -> list[Row]:
    """One half, by a hash of the text."""
    odd = which == "test"
    return [row for row in rows if (hashlib.sha256(row[0].encode()).digest()[0] % 2 == 1) is odd]


def score(rows: Sequence[Row], told: Sequence[str]) -> float:
    """Macro-F1 over the stages that occur; to name none is a miss."""
    truth = [stage for _, stage in rows]
    labels = sorted(set(truth))
    return float(f1_score(truth, told, labels=labels, average="macro", zero_division=0))


def ours(rows: Sequence[Row], pipeline: Pipeline) -> list[str]:
    posts = [
        Post("bench", str(number), PostKind.POST, text, NOW, id=number)
        for number, (text, _) in enumerate(rows)
    ]
    found = pipeline.analyse(posts, NOW)
    return [(one.stage or "") if isinstance(one, Analysis) else "" for one in found]


def by_words(rows: Sequence[Row], stages: Sequence[ServiceStage]) -> list[str]:
    examples = [" ".join(stage.examples) for stage in stages]
    words = TfidfVectorizer(strip_accents="unicode", sublinear_tf=True)
    matrix = words.fit([*examples, *(text for text, _ in rows)])
    near = matrix.transform([text for text, _ in rows]) @ matrix.transform(examples).T
    return [stages[at].id for at in np.asarray(near.todense()).argmax(axis=1)]


def by_centroid(rows: Sequence[Row], stages: Sequence[ServiceStage], parts: Parts) -> list[str]:
    encoder = parts.models.encoder
    middles = np.array([encoded(encoder, stage.examples).mean(axis=0) for stage in stages])
    middles /= np.linalg.norm(middles, axis=1, keepdims=True)
    near = encoded(encoder, [text for text, _ in rows]) @ middles.T
    return [stages[at].id for at in near.argmax(axis=1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 posts of each set")
    parser.add_argument("--half", choices=("validation", "test"), default="test")
    given = parser.parse_args()
    if not SHARED.is_dir():
        sys.exit("the data is not here: set BOCA_SHARED")
    models = load_models(NlpSettings())
    table = Table("set", "posts", "said", "ours", "TF-IDF", "centroid")
    worst, best_peer = 1.0, 0.0
    for name, rows in (("reclameaqui", reclameaqui()), ("airline", airline())):
        rows = half(rows, given.half)[: 200 if given.quick else None]
        stages = OWNERS[name]
        parts = Parts(NlpSettings(), (), tuple(stages), models)
        told = ours(rows, Pipeline(build(parts)))
        plain = score(rows, told)
        peers = score(rows, by_words(rows, stages)), score(rows, by_centroid(rows, stages, parts))
        said = sum(map(bool, told)) / len(rows)
        table.add_row(name, f"{len(rows):,}", f"{said:.0%}", *(f"{v:.3f}" for v in (plain, *peers)))
        if plain < worst:
            worst, best_peer = plain, max(peers)
    Console().print(table)
    line = {
        "name": "nlp_stages",
        "value": round(worst, 4),
        "unit": "macro-F1, the lower of two sets",
        "target": TARGET,
        "peer": round(best_peer, 4),
        "ratio": round(worst / best_peer, 2),
        "pass": worst >= TARGET,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
