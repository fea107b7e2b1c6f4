"""Train what tells Portuguese, English and Spanish apart by the letters of their words.

``python -m nlp.training.languages --data FOLDER`` reads the train part (by the hash of a text,
as in ``nlp.training.sets``) of the rows that train what ships, and of our own texts.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from nlp.languages import KNOWN, LETTERS, SIGNS, Letters, Scores, plain, signs
from nlp.training.rows import WRITTEN, Row, rows
from nlp.training.sets import part_of

_MOST = 9_000
"""Texts of one set in one language: no set may drown the others."""
_ROUNDS, _STEP, _SEED = 6, 6.0, 20_261
_HEAVY = 2  # times that a text of ours is read each round

Lesson = tuple[NDArray[np.int64], int]


def main() -> None:
    """Train, save the weights, and print how many of the val part's texts are told rightly."""
    parser = argparse.ArgumentParser(
        prog="python -m nlp.training.languages", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the named data sets")
    parser.add_argument("--out", type=Path, default=LETTERS, help="weights file to write")
    asked = parser.parse_args()
    known = list({row.text: row for row in rows(asked.data) if row.group != "own"}.values())
    letters = fitted(lessons(row for row in known if part_of(row.text) == "train"))
    scale = np.array([letters.scale], np.float32)
    tensors: dict[str, NDArray[Any]] = {"weights": letters.weights, "bias": letters.bias}
    save_file(tensors | {"scale": scale}, asked.out)
    print(json.dumps(judged(letters, [row for row in known if part_of(row.text) == "val"])))


def lessons(rows: Iterable[Row]) -> list[Lesson]:
    """The signs of each text and its language; every other text with accents without them too."""
    read: Counter[tuple[str, str]] = Counter()
    found: list[Lesson] = []
    for row in rows:
        read[row.group, row.language] += 1
        if read[row.group, row.language] <= _MOST:
            twin = read[row.group, row.language] % 2 == 0
            for words in _written(plain(row.text), twin=twin):
                lesson = np.array(signs(words), np.int64), KNOWN.index(row.language)
                found += [lesson] * (_HEAVY if row.group == WRITTEN else 1)
    return found


def _written(words: str, *, twin: bool) -> Iterator[str]:
    bare = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    if words:
        yield words
        if twin and bare != words:
            yield bare


def fitted(lessons: Sequence[Lesson]) -> Letters:
    """Logistic regression by stochastic descent; what is kept is the mean of the last rounds."""
    random = np.random.default_rng(_SEED)
    weights, bias = np.zeros((SIGNS, len(KNOWN)), np.float32), np.zeros(len(KNOWN), np.float32)
    counts = np.bincount([language for _, language in lessons], minlength=len(KNOWN))
    matter = counts.mean() / counts
    mean = np.zeros_like(weights)
    for turn in range(_ROUNDS):
        step = _STEP / (1 + turn)
        for at in random.permutation(len(lessons)):
            found, language = lessons[at]
            _learn(weights, bias, found, language, step * matter[language])
        mean += weights * (turn >= _ROUNDS // 2)
    mean /= _ROUNDS - _ROUNDS // 2
    scale = float(np.abs(mean).max()) / 127
    return Letters(np.round(mean / scale).astype(np.int8), scale, bias)


def _learn(
    weights: Scores, bias: Scores, found: NDArray[np.int64], language: int, step: float
) -> None:
    norm = max(1, len(found)) ** -0.5
    scores = weights[found].sum(axis=0) * norm + bias
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    shares[language] -= 1
    weights[found] -= (step * norm) * shares
    bias -= 0.01 * step * shares


def judged(letters: Letters, rows: Iterable[Row]) -> dict[str, float]:
    """The share of each set's texts, by language, that is told rightly."""
    right: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for row in rows:
        name = f"{row.group} {row.language}"
        told = KNOWN[int(letters.shares(plain(row.text)).argmax())]
        all_of[name] += 1
        right[name] += told == row.language
    return {name: round(right[name] / all_of[name], 4) for name in sorted(all_of)}


if __name__ == "__main__":
    main()
