"""Train the Portuguese grammar: parts of speech, morphology and lemmas.

``python -m nlp.training.grammar --data FOLDER --out FOLDER``, where the folder holds the
``annotated.conllu`` of Porttinari and of DANTEStocks as the package ``dante-corpora``
2.0.5 (MIT; Porttinari CC BY 4.0) has them under ``dante/data``. Every tenth sentence is
held out, and tells when to stop; sentences given by ``--without`` are trained on by no
means.
"""

from __future__ import annotations

import argparse
import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example
from thinc.api import fix_random_seed

CORPORA = ("porttinari", "dantestocks")
SEED = 20_260
_ROUNDS, _PATIENCE, _BATCH = 30, 4, 128
_TOK2VEC: dict[str, Any] = {
    "model": {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2",
            "width": 96,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE"],
            "rows": [5000, 1000, 2500, 1000],
            "include_static_vectors": False,
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": 96,
            "window_size": 1,
            "maxout_pieces": 3,
            "depth": 4,
        },
    }
}
_LISTENER = {
    "@architectures": "spacy.Tagger.v2",
    "tok2vec": {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"},
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The words of a sentence (contractions taken apart) with their grammar."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    morphs: tuple[str, ...]
    lemmas: tuple[str, ...]
    spaces: tuple[bool, ...]

    @property
    def key(self) -> str:
        """What makes two sentences the same."""
        return " ".join(self.words).casefold()


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a CoNLL-U file, packed or not; words that span others are passed over."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        rows: list[list[str]] = []
        for line in lines:
            if line.strip() and not line.startswith("#"):
                rows.append(line.rstrip("\n").split("\t"))
            elif not line.strip():
                yield from _sentence(rows)
                rows = []
        yield from _sentence(rows)


def _sentence(rows: Sequence[Sequence[str]]) -> Iterator[Sentence]:
    words = [row for row in rows if row[0].isdigit()]
    if words:
        yield Sentence(
            tuple(row[1] for row in words),
            tuple(row[3] for row in words),
            tuple(_features(row[5]) for row in words),
            tuple(row[2] for row in words),
            tuple("SpaceAfter=No" not in row[9] for row in words),
        )


def _features(told: str) -> str:
    """The features of a word; some rows hold what is none."""
    return "|".join(sorted(one for one in told.split("|") if one.count("=") == 1))


def examples(nlp: Language, told: Iterable[Sentence]) -> list[Example]:
    """Sentences as spaCy trains and scores on them."""
    return [_example(nlp, one) for one in told]


def _example(nlp: Language, one: Sentence) -> Example:
    words, spaces = list(one.words), list(one.spaces)
    right = Doc(nlp.vocab, words, spaces, pos=list(one.tags), morphs=list(one.morphs))
    for token, lemma in zip(right, one.lemmas, strict=True):
        token.lemma_ = lemma
    return Example(Doc(nlp.vocab, words, spaces), right)


def blank() -> Language:
    """The pipeline before any training."""
    nlp = spacy.blank("pt")
    nlp.add_pipe("tok2vec", config=_TOK2VEC)
    nlp.add_pipe("morphologizer", config={"model": _LISTENER})
    nlp.add_pipe("trainable_lemmatizer", config={"model": _LISTENER, "min_tree_freq": 2})
    return nlp


def train(told: Sequence[Sentence], held: Sequence[Sentence], out: Path) -> dict[str, float]:
    """Train until the held-out sentences no longer gain; writes the best, and its scores."""
    fix_random_seed(SEED)
    draw = random.Random(SEED)  # noqa: S311
    nlp = blank()
    learning, checking = examples(nlp, told), examples(nlp, held)
    optimizer = nlp.initialize(lambda: learning)
    best, waited, scores = -1.0, 0, {}
    for turn in range(_ROUNDS):
        draw.shuffle(learning)
        for start in range(0, len(learning), _BATCH):
            nlp.update(learning[start : start + _BATCH], sgd=optimizer, drop=0.15)
        with nlp.use_params(optimizer.averages):
            now = _scores(nlp, checking)
            print(turn + 1, {name: round(score, 4) for name, score in now.items()}, flush=True)
            if sum(now.values()) > best:
                best, waited, scores = sum(now.values()), 0, now
                nlp.to_disk(out)
            else:
                waited += 1
        if waited == _PATIENCE:
            break
    return scores


def _scores(nlp: Language, checking: Sequence[Example]) -> dict[str, float]:
    # An example is spoilt by being scored: its guesses would be taken for the next ones.
    fresh = [Example(_bare(one.reference), one.reference) for one in checking]
    found = nlp.evaluate(fresh)
    return {name: float(found[name]) for name in ("pos_acc", "morph_acc", "lemma_acc")}


def _bare(doc: Doc) -> Doc:
    spaces = [bool(token.whitespace_) for token in doc]
    return Doc(doc.vocab, [token.text for token in doc], spaces)


def main() -> None:
    """Read the corpora, train, and say how good it became."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--without", type=Path, nargs="*", default=[])
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    kept_out = {one.key for path in given.without for one in sentences(path)}
    told = [
        one
        for name in CORPORA
        for one in sentences(given.data / name / "annotated.conllu")
        if one.key not in kept_out
    ]
    held = told[::10]
    learned = [one for place, one in enumerate(told) if place % 10]
    print(f"{len(learned):,} sentences to learn from, {len(held):,} held out", flush=True)
    print(train(learned, held, given.out))


if __name__ == "__main__":
    main()
