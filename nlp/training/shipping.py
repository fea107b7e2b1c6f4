"""From the rows of the open sets to the weights that ship."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.encoder import Encoder, Matrix
from nlp.heads import MATRICES, Head
from nlp.layout import Tokens
from nlp.lexicon import Lexicon
from nlp.models import SENTIMENT, Weights
from nlp.training.fitting import Task, blank
from nlp.training.heads import HIDDEN, fitted, judged, plain_pieces
from nlp.training.rows import WRITTEN, Row
from nlp.training.scoring import Scores
from nlp.training.stages import stage_head
from nlp.training.tasks import tasks_of

SEEDS, OPEN_SEEDS = (7, 8, 9, 10, 11), (12, 13)
"""One course for each, the last two without the texts that we wrote; what ships is their mean."""

_PENALTY, _SHARE = 1.0, 0.7  # of the lexicon; chosen on val parts of sets that train nothing


def train(rows: Sequence[Row], *, heads_only: bool = False) -> tuple[Weights, Scores]:
    """The encoder and its heads, taught by the rows that are not held and judged by the rest.

    Without torch, or if asked, the package's encoder stays as it is and only heads are fitted.
    """
    texts, tasks = _lesson(rows, held=False)
    lexicons = {}
    if heads_only or find_spec("torch") is None:
        weights = Weights({}, fitted(Encoder(), texts, tasks))
    else:
        weights = averaged(list(_courses(rows)))
        lexicons = {task.name: _lexicon(texts, task) for task in tasks if task.name == SENTIMENT}
    heads, scores = judged(Encoder(tuned=weights.encoder), weights.heads, *_lesson(rows, held=True))
    stages, told = stage_head()
    return Weights(weights.encoder, heads, lexicons, stages=stages), scores | told


def _lesson(rows: Sequence[Row], *, held: bool) -> tuple[list[str], list[Task]]:
    chosen = np.flatnonzero([row.held == held for row in rows])
    return [rows[at].text for at in chosen.tolist()], [task.some(chosen) for task in tasks_of(rows)]


def _courses(rows: Sequence[Row]) -> Iterator[Weights]:
    open_rows = [row for row in rows if row.group != WRITTEN]
    for read, seeds in ((rows, SEEDS), (open_rows, OPEN_SEEDS)):
        texts, tasks = _lesson(read, held=False)
        tokens = [clauses[0] for clauses in Encoder().tokens([[clean(text)] for text in texts])]
        for seed in seeds:
            yield _course(tokens, tasks, seed)


def _course(tokens: Sequence[Tokens], tasks: Sequence[Task], seed: int) -> Weights:
    """What one course makes of the package's encoder and of heads that know nothing."""
    from nlp.training.tuning import Course, learned

    random = np.random.default_rng(7)
    blanks = {task.name: blank(task.labels, HIDDEN, random) for task in tasks}
    return learned(Weights({}, blanks), tokens, tasks, Course(seed=seed))


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
