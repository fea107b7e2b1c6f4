"""From the rows of the open sets to the weights that ship."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import numpy as np

from nlp.cleaning import clean
from nlp.encoder import Encoder
from nlp.heads import Head
from nlp.models import Weights
from nlp.training.fitting import Task, blank
from nlp.training.heads import HIDDEN, Scores, fitted, judged
from nlp.training.rows import Row
from nlp.training.tasks import tasks_of


def train(rows: Sequence[Row], *, heads_only: bool = False) -> tuple[Weights, Scores]:
    """The encoder and its heads, taught by the rows that are not held and judged by the rest.

    Without torch, or if asked, the package's encoder stays as it is and only heads are fitted.
    """
    held = np.array([row.held for row in rows])
    texts, tasks = [row.text for row in rows], tasks_of(rows)
    taught, kept = np.flatnonzero(~held), np.flatnonzero(held)
    own = [texts[row] for row in taught]
    lessons = [task.some(taught) for task in tasks]
    if heads_only or find_spec("torch") is None:
        weights = Weights({}, fitted(Encoder(), own, lessons))
    else:
        weights = _taught_together(Weights({}, _blanks(lessons)), own, lessons)
    heads, scores = judged(
        Encoder(tuned=weights.encoder),
        weights.heads,
        [texts[row] for row in kept],
        [task.some(kept) for task in tasks],
    )
    return Weights(weights.encoder, heads), scores


def _blanks(tasks: Sequence[Task]) -> dict[str, Head]:
    random = np.random.default_rng(7)
    return {task.name: blank(task.labels, HIDDEN, random) for task in tasks}


def _taught_together(start: Weights, texts: Sequence[str], tasks: Sequence[Task]) -> Weights:
    from nlp.training.tuning import Course, learned

    tokens = Encoder().tokens([[clean(text)] for text in texts])
    return learned(start, [clauses[0] for clauses in tokens], tasks, Course())
