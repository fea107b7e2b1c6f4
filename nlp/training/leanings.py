"""Two numbers for each language: how far neutral reaches, and how sure the head may be.

Two more for its texts on social networks, where people write otherwise. A head fitted on
forum talk, films and reviews meets tweets and shops. The parts of sets that train nothing which
may be looked at (``sets.looked_at``) tell how to lean; their rows teach no other weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from domain.analyses import Polarity
from nlp.cleaning import networked
from nlp.encoder import Matrix
from nlp.heads import NETWORKED, Leaning, softmax
from nlp.training.scoring import macro_f1
from nlp.training.sets import labelled, looked_at

_LANGUAGES = {
    ("b2w", ""): "pt",
    ("airline", ""): "en",
    ("umsab", "portuguese"): "pt",
    ("umsab", "english"): "en",
    ("umsab", "spanish"): "es",
}
_LEANS = np.linspace(-4.0, 4.0, 81)
_BLUR = 0.8  # how far a lean's neighbours count: the best of a few hundred texts is luck
_CALMS = np.exp(np.linspace(-0.4, 1.2, 33))
_MOST = 1_600  # rows of one set: none may outweigh the others
_FEWEST = 80  # texts on networks, for a leaning of their own

Judge = Callable[[Sequence[str]], Matrix]
"""Logits (n, 3) of texts, before any leaning."""
Seen = tuple[Matrix, NDArray[np.int64]]


def leanings(judge: Judge, data: Path) -> dict[str, Leaning]:
    """The leaning of each language by the sets in the data folder; of others, their mean."""
    found = {spoken: _best(seen) for spoken, seen in _seen(judge, data).items()}
    general = [one for spoken, one in found.items() if not spoken.endswith(NETWORKED)]
    if general:
        lean = float(np.mean([one.lean for one in general]))
        calm = float(np.mean([one.calm for one in general]))
        found[""] = Leaning(round(lean, 3), round(calm, 3))
    return found


def _seen(judge: Judge, data: Path) -> Mapping[str, Sequence[Seen]]:
    """What is seen of each language, and what of that stood on networks."""
    order = list(Polarity)
    seen: dict[str, list[Seen]] = defaultdict(list)
    for (name, group), language in _LANGUAGES.items():
        if not (data / _FOLDERS[name]).is_dir():
            continue
        rows = [row for row in labelled(name, data) if row.group == group and looked_at(row.text)]
        if name == "b2w":  # stars in the middle are no lack of feeling
            rows = [row for row in rows if Polarity.NEUTRAL not in row.labels]
        rows = rows[:_MOST]
        texts = [row.text for row in rows]
        truth = np.array([order.index(Polarity(*row.labels)) for row in rows])
        logits = judge(texts)
        seen[language].append((logits, truth))
        own = np.array([networked(text) for text in texts])
        if own.sum() >= _FEWEST:
            seen[f"{language}{NETWORKED}"].append((logits[own], truth[own]))
    return seen


_FOLDERS = {"b2w": "b2w-reviews", "airline": "airline-tweets", "umsab": "umsab"}


def _best(seen: Sequence[Seen]) -> Leaning:
    """The lean around which macro-F1 is highest, whatever the calm; then the likeliest calm."""
    told = [_mean(_f1(Leaning(float(lean)), *part) for part in seen) for lean in _LEANS]
    near = np.exp(-0.5 * ((_LEANS[:, None] - _LEANS) / _BLUR) ** 2)
    lean = float(_LEANS[(near @ told / near.sum(axis=1)).argmax()])
    calms = [Leaning(lean / float(calm), float(calm)) for calm in _CALMS]
    best = min(calms, key=lambda one: _mean(_surprise(one, *part) for part in seen))
    return Leaning(round(best.lean, 3), round(best.calm, 3))


def _f1(leaning: Leaning, logits: Matrix, truth: NDArray[np.int64]) -> float:
    """Macro-F1 over the polarities that occur; to call a felt text neutral is a miss."""
    kept = np.unique(truth)
    number = np.full(len(Polarity), len(kept))
    number[kept] = np.arange(len(kept))
    return macro_f1(number[truth], number[leaning.applied(logits).argmax(axis=1)], len(kept))


def _surprise(leaning: Leaning, logits: Matrix, truth: NDArray[np.int64]) -> float:
    """The mean cross-entropy (Guo et al., 2017): smoother than the calibration error it lessens."""
    chances = softmax(leaning.applied(logits))[np.arange(len(truth)), truth]
    return -float(np.log(chances.clip(1e-6)).mean())


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
