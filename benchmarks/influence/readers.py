"""How many read in silence, told from those who act: against readers per actor as one ratio.

    python benchmarks/influence/readers.py [--quick] [--data FOLDER]

The questions of a young community, each with its counter of views. Half of them teach, the
counters of the other half are hidden and estimated from who answered or commented and the
question's age. Rivals: one ratio for the place (all views by all who acted), and the mean. Twenty
halvings, ``--quick`` five. What passes: the median error is below both rivals', and 75 to 85 % of
the counters lie within the 80 % intervals.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from graph.readers import Watched, learn_readers  # noqa: E402

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
PLACE = "community"


def rows_of(file: Path) -> list[Mapping[str, str]]:
    with gzip.open(file) as opened:
        return [one.attrib for one in ElementTree.parse(opened).getroot()]


def at(row: Mapping[str, str]) -> float:
    return datetime.fromisoformat(row["CreationDate"]).timestamp()


def questions(folder: Path) -> tuple[Floats, Floats, Floats]:
    """Of each question: who acted, its age in seconds, its views."""
    posts, comments = rows_of(folder / "Posts.xml.gz"), rows_of(folder / "Comments.xml.gz")
    top = {one["Id"]: one.get("ParentId", one["Id"]) for one in posts}
    acted = defaultdict(set)
    for one in posts:
        acted[top[one["Id"]]].add(one.get("OwnerUserId"))
    for one in comments:
        if one["PostId"] in top:
            acted[top[one["PostId"]]].add(one.get("UserId"))
    end = max(map(at, [*posts, *comments]))
    asked = [one for one in posts if one["PostTypeId"] == "1"]
    people = [len(acted[one["Id"]] - {one.get("OwnerUserId")}) for one in asked]
    columns = people, [end - at(one) for one in asked], [float(one["ViewCount"]) for one in asked]
    actors, age, views = (np.array(one, float) for one in columns)
    return actors, age, views


def halved(actors: Floats, age: Floats, views: Floats, seed: int) -> list[tuple[float, ...]]:
    """(median relative error, sum by the true sum, coverage) of ours, the ratio, the mean."""
    order = np.random.default_rng(seed).permutation(len(views))
    taught, hidden = np.split(order, [len(order) // 2])
    nowhere = np.zeros(len(taught), np.int64)
    posts = Watched(nowhere, actors[taught], age[taught], np.ones(len(taught), bool))
    known = learn_readers(posts, views[taught], [PLACE])
    truth = views[hidden] - actors[hidden]
    pairs = zip(actors[hidden], age[hidden], strict=True)
    told = np.array([known.silent(PLACE, who, old, opens=True) for who, old in pairs])
    ratio = views[taught].sum() / actors[taught].sum() - 1
    inside = float(np.mean((told[:, 1] <= truth) & (truth <= told[:, 2])))
    rivals = told[:, 0], ratio * actors[hidden], np.full(len(hidden), views[taught].mean())
    return [
        (float(np.median(abs(one - truth) / truth)), float(one.sum() / truth.sum()), covers)
        for one, covers in zip(rivals, (inside, np.nan, np.nan), strict=True)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="five halvings")
    shared = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data/community-quantum")
    chosen = parser.parse_args()
    asked = questions(chosen.data)
    found = np.mean([halved(*asked, seed) for seed in range(5 if chosen.quick else 20)], axis=0)
    table = Table(title=f"{len(asked[0]):,} questions, half of their counters hidden")
    for name in ("by", "median error", "sum / true sum", "80 % covers"):
        table.add_column(name, justify="left" if name == "by" else "right")
    for name, (error, whole, covers) in zip(("ours", "one ratio", "mean"), found, strict=True):
        covered = "" if np.isnan(covers) else f"{covers:.1%}"
        table.add_row(name, f"{error:.3f}", f"{whole:.2f}", covered)
    Console().print(table)
    (ours, _, covers), best = found[0], min(found[1:, 0])
    line = {
        "name": "influence_readers", "value": round(ours, 4), "unit": "median relative error",
        "target": round(best, 4), "peer": round(best, 4), "ratio": round(ours / best, 3),
        "coverage": round(covers, 3), "pass": bool(ours < best and 0.75 <= covers <= 0.85),
    }  # fmt: skip
    print(json.dumps(line))


if __name__ == "__main__":
    main()
