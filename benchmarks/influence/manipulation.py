"""What does a fake account buy? Rings of fakes added to public graphs.

    python benchmarks/influence/manipulation.py [--quick] [--data FOLDER] [--cascades FOLDER]

Each edge u v of a graph is taken as: u acts on v; NetHEPT is of co-authors, who act on each other.
To some honest targets, picked at random, a ring of fakes is added: all act on the target and each
on ten other fakes, who act back; in *star* they act on the target alone; in *answered* the target
acts back on every fake of a ring. The gain of a fake is what the target's score rises by,
divided by the fakes; the gain of a real follower is what it rises by for each of 200 real
accounts, drawn from all who act, that begin to act on the target. Reported is fake / real: 1 means
that a fake buys as much as a real follower. *Moved* is how many places an honest account moves
among the honest, on average, as a share of their number.

Reach is the independent cascade with shares of acts as probabilities (``boca graph rank``); in
vouched reach every person reached counts by ``graph.vouching``, whose bound is for *ring* and
*star*: in *answered* the target's own vote is bought too, one person for all fakes together.

Credit (``boca graph rank --measure credit``) is learned from cascades: what fakes buy there, in
credits (people set in motion), stands in a table of its own, beside what real accounts buy who do
the same; see ``_bought.py`` for the ways. Its bound is one credit a fake.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.stats import rankdata

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from _bought import WAYS, community, gains, with_a_first_post  # noqa: E402

from graph.csr import Csr  # noqa: E402
from graph.reach import sampled_reach  # noqa: E402
from graph.vouching import vouching  # noqa: E402

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Pairs = tuple[Ints, Ints]
Credits = dict[tuple[str, int], list[tuple[float, float]]]
REAL, TIES, SAMPLES = 200, 10, 128
FEW = (1, 10, 100)
ATTACKS = ("ring", "star", "answered")
MUTUAL = ("nethept",)


def graph_of(path: Path, mutual: bool) -> Pairs:
    with gzip.open(path, "rt") as lines:
        rows = [line.split()[:2] for line in lines if line[:1].isdigit()]
    ends = np.array(rows, np.int64)
    _, dense = np.unique(ends, return_inverse=True)
    actor, speaker = dense.reshape(ends.shape).T
    if mutual:
        actor, speaker = np.append(actor, speaker), np.append(speaker, actor)
    keep = actor != speaker
    return distinct((actor[keep], speaker[keep]))


def distinct(pairs: Pairs) -> Pairs:
    both = np.unique(np.stack(pairs, axis=1), axis=0)
    return both[:, 0], both[:, 1]


def pagerank(pairs: Pairs, people: int) -> Floats:
    """Plain power iteration, from those who act to those acted on."""
    actor, speaker = pairs
    given = np.bincount(actor, minlength=people)
    rank = np.full(people, 1 / people)
    for _ in range(60):
        flow = np.bincount(speaker, rank[actor] / given[actor], people)
        rank = 0.15 / people + 0.85 * (flow + rank[given == 0].sum() / people)
    return rank


def scores(pairs: Pairs, people: int) -> dict[str, Floats]:
    actor, speaker = pairs
    order = np.lexsort((actor, speaker))
    starts = np.concatenate([[0], np.bincount(speaker, minlength=people).cumsum()])
    share = (1 / np.bincount(actor, minlength=people)[actor[order]]).astype(np.float32)
    graph = Csr(starts, actor[order].astype(np.int32), share)
    counts = vouching(replace(graph, probability=np.ones_like(share)), graph)
    return {
        "vouched reach": sampled_reach(graph, counts, SAMPLES, 1, threads=2)[0],
        "reach": sampled_reach(graph, np.ones(people), SAMPLES, 1, threads=2)[0],
        "degree": np.diff(starts).astype(float),
        "PageRank": pagerank(pairs, people) * people,
    }


def with_fakes(pairs: Pairs, people: int, target: int, fakes: int, kind: str) -> Pairs:
    names = people + np.arange(fakes)
    actor, speaker = [names], [np.full(fakes, target)]
    for step in range(1, min(TIES // 2, (fakes - 1) // 2) + 1 if kind != "star" else 1):
        beside = people + (np.arange(fakes) + step) % fakes
        actor += [names, beside]
        speaker += [beside, names]
    if kind == "answered":
        actor.append(np.full(fakes, target))
        speaker.append(names)
    return distinct((np.concatenate([pairs[0], *actor]), np.concatenate([pairs[1], *speaker])))


def with_followers(pairs: Pairs, people: int, target: int, chance: np.random.Generator) -> Pairs:
    mine = set(pairs[0][pairs[1] == target].tolist()) | {target}
    others = np.array([one for one in np.unique(pairs[0]).tolist() if one not in mine])
    actor = chance.choice(others, REAL, replace=False)
    both = np.append(pairs[0], actor), np.append(pairs[1], np.full(REAL, target))
    return distinct(both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one graph, one target")
    shared = Path(os.environ.get("BOCA_SHARED", ROOT.parent / "shared"))
    parser.add_argument("--data", type=Path, default=shared / "data/graphs")
    places = shared / "data/cascades/stackexchange-android"
    parser.add_argument("--cascades", type=Path, default=places)
    chosen = parser.parse_args()
    graphs = ["wiki-vote"] if chosen.quick else ["wiki-vote", "nethept", "email-eu"]
    targets = 1 if chosen.quick else 3
    ratio: dict[tuple[str, int, str], list[float]] = {}
    moved: dict[str, list[float]] = {}
    for name in graphs:
        pairs = graph_of(chosen.data / f"{name}.txt.gz", name in MUTUAL)
        people, chance = int(max(pairs[0].max(), pairs[1].max())) + 1, np.random.default_rng(1)
        before = scores(pairs, people)
        for target in chance.choice(np.unique(pairs[1]), targets, replace=False).tolist():
            real = scores(with_followers(pairs, people, target, chance), people)
            gain = {key: (real[key][target] - before[key][target]) / REAL for key in before}
            for kind in ATTACKS:
                for fakes in (10, 100, 1_000):
                    added = with_fakes(pairs, people, target, fakes, kind)
                    after = scores(added, people + fakes)
                    for key in before:
                        each = (after[key][target] - before[key][target]) / fakes
                        ratio.setdefault((kind, fakes, key), []).append(each / gain[key])
                        moved.setdefault(key, []).append(shift(before[key], after[key], target))
    print_table(ratio, moved, f"fake / real follower; {', '.join(graphs)}, {targets} targets each")
    credits = credit_gains(chosen.cascades, targets)
    print_credits(credits)
    print(json.dumps(line(ratio, moved, credits)))


def credit_gains(folder: Path, targets: int) -> Credits:
    """Credits that a fake and a real account buy of each target, by what they do and how many."""
    found: Credits = {}
    before = community(folder, ["train", "val"])
    places = np.random.default_rng(1).choice(len(before.cascades), targets, replace=False)
    for place in places.tolist():
        for key, both in gains(before, place, WAYS, FEW, seed=place).items():
            found.setdefault(key, []).append(both)
        alone = with_a_first_post(before, seed=place)
        for (_, size), both in gains(alone, -1, ("late",), (1, 10, 600), seed=place).items():
            found.setdefault(("first", size), []).append(both)
    return found


def print_credits(credits: Credits) -> None:
    table = Table(title="credits that one account buys of a person who begins cascades")
    for heading in ("way", "accounts", "a fake", "at most", "a real account"):
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for (way, size), both in credits.items():
        fake, real = np.array(both).T
        cells = (fake.mean(), fake.max(), real.mean())
        table.add_row(way, f"{size:,}", *(f"{one:.2f}" for one in cells))
    Console().print(table)


def print_table(
    ratio: dict[tuple[str, int, str], list[float]], moved: dict[str, list[float]], title: str
) -> None:
    table, measures = Table(title=title), list(moved)
    for heading in ("attack", "fakes", *measures):
        table.add_column(heading, justify="left" if heading == "attack" else "right")
    for kind in ATTACKS:
        for fakes in (10, 100, 1_000):
            cells = (f"{np.mean(ratio[kind, fakes, key]):.2f}" for key in measures)
            table.add_row(kind, f"{fakes:,}", *cells)
    table.add_row("moved", "", *(f"{np.mean(moved[key]):.2%}" for key in measures))
    Console().print(table)


def line(
    ratio: dict[tuple[str, int, str], list[float]], moved: dict[str, list[float]], credits: Credits
) -> dict[str, object]:
    measures = list(moved)
    worst, star, answered = (
        float(max(np.mean(ratio[kind, fakes, "vouched reach"]) for fakes in (10, 100, 1_000)))
        for kind in ATTACKS
    )
    shifted = float(np.mean(moved["vouched reach"]))
    credit = max(fake for both in credits.values() for fake, _ in both)
    return {
        "name": "influence_manipulation", "value": round(worst, 3), "unit": "real followers",
        "target": 1.0, "ratio": round(worst, 3), "moved": round(shifted, 4),
        "peer": {key: round(float(np.mean(ratio["ring", 100, key])), 2) for key in measures},
        "star": round(star, 3), "answered": round(answered, 3), "credit": round(credit, 3),
        "pass": bool(max(worst, star, credit) <= 1.0 and shifted <= 0.02),
    }  # fmt: skip


def shift(before: Floats, after: Floats, target: int) -> float:
    """Mean change of place among the honest, as a share of all places."""
    honest = np.delete(np.arange(len(before)), target)
    old, new = rankdata(before[honest]), rankdata(after[honest])
    return float(np.abs(new - old).mean() / len(honest))


if __name__ == "__main__":
    main()
