"""The scoreboard: ours beside its rivals on every public set that lies in the data folder.

For each task, set and language: what ships, what tuning makes of it (told by the card of the
weights, not run again), a TF-IDF linear model taught our open rows and one taught the set's
own train part, a lexicon (VADER or LeIA where installed, else a few words), and the hub model
that ``--hub`` names, if it is on this machine. Test parts are cut by the hash of the text
(``nlp/training/sets.py``), as in the card; each judge works in a process of its own.

    python benchmarks/nlp_scoreboard.py [--quick] [--data FOLDER] [--most ROWS] [--hub NAME]
                                        [--out FILE]
"""

from __future__ import annotations

import nlp  # isort: skip  # noqa: F401  sets one thread before numpy is imported

import argparse
import json
import os
import platform
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from _judges import Judge, Part, hub, lexicon, open_linear, ours, own_linear, present

from nlp.encoder import Matrix
from nlp.heads import softmax
from nlp.models import weights_hash
from nlp.training.fitting import Task
from nlp.training.scoring import measured
from nlp.training.sets import Labelled, labelled
from nlp.training.tasks import OPINION_LABELS, POLARITIES

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared")) / "data"
CARDS = ROOT / "docs" / "models"
TUNED = (  # card, what its rows end in, judge
    ("heads.md", " both", "ours, tuned (from the card)"),
    ("transformers.md", " all", "ours and a transformer, tuned (from its page)"),
)
SETS = (  # task, set, folder
    ("sentiment", "b2w", "b2w-reviews"),
    ("sentiment", "umsab", "umsab"),
    ("sentiment", "airline", "airline-tweets"),
    ("opinions", "m-absa", "m-absa"),
    ("topics", "banking77", "banking77"),
    ("topics", "airline-reasons", "airline-tweets"),
    ("topics", "reclame-aqui", "reclameaqui"),
)
TONGUES = {"b2w": "pt", "reclame-aqui": "pt", "portuguese": "pt", "spanish": "es", "es": "es"}
TONGUES |= {"french": "fr", "german": "de", "italian": "it", "pt": "pt"}
TARGETS = {
    "b2w neg/pos": 0.95,
    "umsab portuguese": 0.62,
    "umsab english": 0.62,
    "umsab spanish": 0.58,
    "airline": 0.62,
}
HEADER = "judge | texts | F1 (95 %) | ECE | accuracy at 100 / 90 / 80 / 50 % | posts/s | MB held"
HEADER += " | MB stored"
LEGEND = """\
F1 is macro-F1, for opinions (aspect and polarity together) micro-F1, with a 95 % bootstrap
interval. Accuracy is that of the surest share of the texts. Posts/s are by CPU time on one thread,
of this judgement alone, not of the pipeline. MB held is what the judge added to its process at
most, over all sets, learning included. What ships was taught the train part of M-ABSA and no row of
the other sets; topics it tells from five examples each. See [the card](models/heads.md).
"""
COVERED = (1.0, 0.9, 0.8, 0.5)
Row = list[str]
Rows = dict[str, list[tuple[float, Row]]]
Build = Callable[[Part], Judge | None]


def parts(data: Path, most: int | None) -> Iterator[Part]:
    for task, name, folder in SETS:
        if not (data / folder).is_dir():
            print(f"{name}: skipped, the data folder has no {folder}")
            continue
        found = labelled(name, data)
        for group in sorted({row.group for row in found}):
            own = [row for row in found if row.group == group]
            yield _part(task, f"{name} {group}".strip(), own, most)
            if name == "b2w":
                sides = [row for row in own if "neutral" not in row.labels]
                yield _part(task, "b2w neg/pos", sides, most)


def _part(task: str, name: str, found: Sequence[Labelled], most: int | None) -> Part:
    told = sorted({label for row in found for label in row.labels})
    labels = {"sentiment": POLARITIES, "opinions": OPINION_LABELS}.get(task, tuple(told))
    taught = [row for row in found if row.part == "train"]
    tested = [row for row in found if row.part == "test"]
    asked = tested[:: max(1, -(-len(tested) // most))] if most else tested
    train, test = ([row.text for row in some] for some in (taught, asked))
    lessons, truth = (
        np.array([[one in row.labels for one in labels] for row in some], np.float32)
        for some in (taught, asked)
    )
    language = next((tongue for key, tongue in TONGUES.items() if key in name.split()), "en")
    return Part(task, name, language, labels, train, lessons, test, truth)


def scored(part: Part, judge: Judge) -> tuple[float, Row]:
    """F1 (macro, for opinions micro), and a line of the table without the memory."""
    started = time.process_time()
    logits = judge.logits(part.texts)
    rate = len(part.texts) / max(time.process_time() - started, 1e-3)
    truth, labels, single = part.truth, part.labels, part.task != "opinions"
    if part.name == "b2w neg/pos":
        logits, truth, labels = logits[:, [0, 2]], truth[:, [0, 2]], ("negative", "positive")
    task = Task(part.name, tuple(labels), single, truth, np.ones(len(truth), np.float32))
    found = measured(judge.name, task, logits.astype(np.float32), 0.0)
    f1 = f"{found.f1:.3f} ({found.low:.3f}–{found.high:.3f})"
    curve = _curve(logits, truth) if single else "–"
    size = f"{judge.size:.1f}" if judge.size >= 0.1 else "0"
    return found.f1, [
        judge.name,
        str(found.rows),
        f1,
        f"{found.ece:.3f}",
        curve,
        f"{rate:,.0f}",
        size,
    ]


def _curve(logits: Matrix, truth: Matrix) -> str:
    chances = softmax(logits)
    right = chances.argmax(axis=1) == truth.argmax(axis=1)
    right = right[np.argsort(-chances.max(axis=1), kind="stable")]
    return " / ".join(f"{right[: round(share * len(right))].mean():.3f}" for share in COVERED)


def contest(build: Build, found: Sequence[Part]) -> Rows:
    """Every part judged by one kind of judge, with the memory that this took."""
    before = _resident()
    told: Rows = {}
    for part in found:
        if (judge := build(part)) is not None:
            told[part.name] = [scored(part, judge)]
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3 - before
    for rows in told.values():
        for _, row in rows:
            row.insert(-1, f"{max(held, 0):,.0f}")
    return told


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def apart(work: Callable[[], Rows]) -> Rows:
    """What the work gives, done in a process of its own."""
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=lambda: there.send(work()))
    child.start()
    there.close()
    told: Rows = here.recv()
    child.join()
    return told


def tuned() -> Rows:
    """The lines of the cards' tables of tuned weights that mix what reads."""
    told: Rows = {}
    for card, way, judge in TUNED:
        for line in (CARDS / card).read_text("utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) == 7 and cells[0].endswith(way):
                name, texts, f1, accuracy, _, sure, error = cells
                curve = f"{accuracy} / – / {sure} / –" if float(sure) else "–"
                row = [judge, texts, f1, error, curve, "–", "–", "–"]
                told.setdefault(name.removesuffix(way), []).append((float(f1[:5]), row))
    return told


def page(found: Sequence[Part], told: Rows, most: int | None) -> Iterator[str]:
    """The scoreboard in Markdown."""
    used = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scikit-learn", "tokenizers"))
    cap = f"; at most {most:,} texts a set" if most else ""
    yield "# Scoreboard\n"
    yield f"{datetime.now(UTC):%Y-%m-%d} · weights {weights_hash()} · "
    yield f"Python {platform.python_version()}, {used} · `make scoreboard`{cap}\n"
    yield LEGEND
    for part in found:
        yield f"## {part.task}: {part.name} ({part.language})\n"
        yield f"| {HEADER} |\n|" + "---|" * (HEADER.count("|") + 1)
        yield from ("| " + " | ".join(row) + " |" for _, row in told[part.name])
        yield ""


def verdict(told: Rows) -> dict[str, object]:
    """Ours against the same rows read by TF-IDF, over the sets that have a target."""
    known = [name for name in TARGETS if name in told]
    us, them = ([_of(told[name], key) for name in known] for key in ("ours, ship", "TF-IDF, our"))
    mean, peer = float(np.mean(us)), float(np.mean(them))
    return {
        "name": "nlp_scoreboard",
        "value": round(mean, 4),
        "unit": "mean macro-F1",
        "target": round(float(np.mean([TARGETS[name] for name in known])), 4),
        "peer": round(peer, 4),
        "ratio": round(mean / peer, 3),
        "pass": all(f1 >= TARGETS[name] for f1, name in zip(us, known, strict=True)),
    }


def _of(rows: Sequence[tuple[float, Row]], name: str) -> float:
    return next(f1 for f1, row in rows if row[0].startswith(name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="60 texts of a few sets")
    parser.add_argument("--data", type=Path, default=SHARED)
    parser.add_argument("--most", type=int, help="so many texts of a set at most")
    parser.add_argument("--hub", default="", help="name or folder of a classifier")
    parser.add_argument("--out", type=Path, help="file to write the page to")
    asked = parser.parse_args()
    most = 60 if asked.quick else asked.most
    found = [part for part in parts(asked.data, most) if not asked.quick or part.name in TARGETS]
    if not found:
        print("the data folder has none of the sets: nothing to score")
        return
    step = 20 if asked.quick else 1
    builds: list[Build] = [ours, partial(open_linear, data=asked.data, step=step), lexicon]
    builds += [partial(hub, name=asked.hub)] if present(asked.hub) else []
    told = tuned()
    for build in [*builds, own_linear]:
        for name, rows in apart(partial(contest, build, found)).items():
            told.setdefault(name, []).extend(rows)
    written = "\n".join(page(found, told, most))
    print(written)
    if asked.out:
        asked.out.write_text(written.rstrip() + "\n", "utf-8")
    print(json.dumps(verdict(told)))


if __name__ == "__main__":
    main()
