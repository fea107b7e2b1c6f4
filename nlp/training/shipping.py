"""From the rows of the open sets to the weights that ship."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.heads import MATRICES, Head
from nlp.lexicon import Lexicon
from nlp.models import SENTIMENT, Weights
from nlp.training.fitting import Task, blank
from nlp.training.heads import HIDDEN, Scores, fitted, judged, plain_pieces
from nlp.training.rows import Row
from nlp.training.tasks import tasks_of

SEEDS = (7, 8, 9)
"""One course for each; what ships is their mean."""

_PENALTY, _SHARE = 1.0, 0.3  # of the lexicon; chosen on val parts of sets that train nothing


def train(rows: Sequence[Row], *, heads_only: bool = False) -> tuple[Weights, Scores]:
    """The encoder and its heads, taught by the rows that are not held and judged by the rest.

    Without torch, or if asked, the package's encoder stays as it is and only heads are fitted.
    """
    held = np.array([row.held for row in rows])
    texts, tasks = [row.text for row in rows], tasks_of(rows)
    taught, kept = np.flatnonzero(~held), np.flatnonzero(held)
    own = [texts[row] for row in taught]
    lessons = [task.some(taught) for task in tasks]
    lexicons = {}
    if heads_only or find_spec("torch") is None:
        weights = Weights({}, fitted(Encoder(), own, lessons))
    else:
        weights = _taught_together(Weights({}, _blanks(lessons)), own, lessons)
        lexicons = {task.name: _lexicon(own, task) for task in lessons if task.name == SENTIMENT}
    heads, scores = judged(
        Encoder(tuned=weights.encoder),
        weights.heads,
        [texts[row] for row in kept],
        [task.some(kept) for task in tasks],
    )
    return Weights(weights.encoder, heads, lexicons), scores


def _blanks(tasks: Sequence[Task]) -> dict[str, Head]:
    random = np.random.default_rng(7)
    return {task.name: blank(task.labels, HIDDEN, random) for task in tasks}


def _taught_together(start: Weights, texts: Sequence[str], tasks: Sequence[Task]) -> Weights:
    from nlp.training.tuning import Course, learned

    tokens = Encoder().tokens([[clean(text)] for text in texts])
    read = [clauses[0] for clauses in tokens]
    return averaged([learned(start, read, tasks, Course(seed=seed)) for seed in SEEDS])


def _lexicon(texts: Sequence[str], task: Task) -> Lexicon:
    from nlp.training.lexicons import fitted_lexicon

    lexicon = fitted_lexicon(plain_pieces(Encoder(), texts), task, _PENALTY)
    return replace(lexicon, share=_SHARE)


def averaged(taught: Sequence[Weights]) -> Weights:
    """The mean of weights that began alike and took different ways.

    It travels better to other kinds of text than any of them (model soups; Wortsman et al.,
    2022, arXiv:2203.05482).
    """
    first, *_ = taught
    encoder = {name: _mean([one.encoder[name] for one in taught]) for name in first.encoder}
    heads = {name: _mean_head([one.heads[name] for one in taught]) for name in first.heads}
    return Weights({name: value.astype(np.float16) for name, value in encoder.items()}, heads)


def _mean_head(heads: Sequence[Head]) -> Head:
    means = {part: _mean([getattr(head, part) for head in heads]) for part in MATRICES}
    return Head(heads[0].labels, **means, temperature=1.0)


def _mean(values: Sequence[NDArray[Any]]) -> Matrix:
    mean: Matrix = np.mean([value.astype(np.float32) for value in values], axis=0)
    return mean
