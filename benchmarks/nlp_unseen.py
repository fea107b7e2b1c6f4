"""What ships on the larger parts of sets that taught it nothing: macro-F1 and calibration.

    python benchmarks/nlp_unseen.py [--quick] [--test] [--judge FOLDER] [--data FOLDER]

The train parts of B2W, UMSAB and the airline tweets, without the tenth that was looked at while the
recipe was chosen; with ``--test`` their test parts, as ``nlp_scoreboard.py`` scores them. With
``--judge`` it is the accurate judge, put together in FOLDER by ``python -m nlp.training.judge``.
*Surest* is how many of the surest 80 % are right, *if right* the calibration error that chances
which are exactly right would show on so many texts, by drawing the truth from them (the mean of 300
draws): the peer. ``--quick`` takes 400 texts of each set. What passes: no calibration error above
0.05, and every macro-F1 that is asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from _judges import Part, accurate, ours  # noqa: E402

from domain.analyses import Polarity  # noqa: E402
from nlp.heads import softmax  # noqa: E402
from nlp.training.scoring import calibration_error, interval, macro_f1  # noqa: E402
from nlp.training.sets import Labelled, labelled, looked_at  # noqa: E402

SETS = (
    ("b2w", "", "pt"),
    ("umsab", "portuguese", "pt"),
    ("umsab", "english", "en"),
    ("umsab", "spanish", "es"),
    ("airline", "", "en"),
)
FELT = "b2w -/+"
ASKED = {FELT: 0.95, "portuguese": 0.62, "english": 0.62, "spanish": 0.58, "airline": 0.62}
TARGET = 0.05

Logits = Callable[[str, Sequence[str]], NDArray[np.float32]]


def unseen(name: str, group: str, asked: argparse.Namespace) -> list[Labelled]:
    rows = [row for row in labelled(name, asked.data) if row.group == group]
    most = 400 if asked.quick else None
    if asked.test:
        return [row for row in rows if row.part == "test"][:most]
    return [row for row in rows if row.part == "train" and not looked_at(row.text)][:most]


def shipped(language: str, texts: Sequence[str]) -> NDArray[np.float32]:
    nothing = np.zeros((0, len(Polarity)), np.float32)
    part = Part("sentiment", "", language, list(Polarity), [], nothing, [], nothing)
    logits: NDArray[np.float32] = ours(part).logits(texts)
    return logits


def scored(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> list[float]:
    """F1 and its interval, calibration error, that of right chances, accuracy, of the surest."""
    chances, labels = softmax(logits), logits.shape[1]
    said, sure = chances.argmax(axis=1), chances.max(axis=1)
    right, chance = said == truth, np.random.default_rng(0)
    if_drawn = [calibration_error(chance.random(len(sure)) < sure, sure) for _ in range(300)]
    surest = right[np.argsort(-sure, kind="stable")[: round(0.8 * len(sure))]]
    low, high = interval(truth, said, lambda one, other: macro_f1(one, other, labels))
    error = calibration_error(right, sure)
    f1, if_right = macro_f1(truth, said, labels), float(np.mean(if_drawn))
    return [f1, low, high, error, if_right, float(right.mean()), float(surest.mean())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="400 texts of each set")
    parser.add_argument("--test", action="store_true", help="the test parts")
    parser.add_argument("--judge", type=Path, help="folder of the accurate judge")
    shared = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data")
    asked = parser.parse_args()
    table = Table(title="what ships, on texts that taught it nothing", box=SIMPLE, pad_edge=False)
    for head in ("set", "texts", "asked", "F1 (95 %)", "ECE", "if right", "right", "surest"):
        table.add_column(head, justify="left" if head == "set" else "right")
    judge: Logits = shipped if asked.judge is None else accurate(asked.judge)
    errors, short, order = list[tuple[float, float]](), list[str](), list(Polarity)
    texts, spent = 0, process_time()
    for name, group, language in SETS:
        rows = unseen(name, group, asked)
        truth = np.array([order.index(Polarity(*row.labels)) for row in rows])
        logits = judge(language, [row.text for row in rows])
        texts += len(rows)
        kinds = {group or name: (logits, truth)}
        if name == "b2w":
            felt = truth != order.index(Polarity.NEUTRAL)
            kinds[FELT] = (logits[felt][:, [0, 2]], truth[felt] // 2)
        for kind, (own, told) in kinds.items():
            found, least = scored(own, told), ASKED.get(kind)
            f1, low, high, *rest = (f"{one:.3f}" for one in found)
            asked_for = f"{least:.2f}" if least else ""
            table.add_row(kind, f"{len(told):,}", asked_for, f"{f1} {low}–{high}", *rest)
            errors.append((found[3], found[4]))
            if least and found[0] < least:
                short.append(kind)
    each = 1_000 * (process_time() - spent) / texts
    table.caption = f"{each:.1f} ms of processor a text, scoring and start included"
    Console().print(table)
    worst, if_right = max(errors)
    line = {
        "name": "nlp_unseen", "value": round(worst, 4), "unit": "ECE, the worst of six",
        "target": TARGET, "peer": round(if_right, 4), "ratio": round(worst / if_right, 2),
        "short_of_f1": short, "pass": bool(worst <= TARGET) and not short,
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
