"""Ours and its rivals on the scoreboard: everybody who gives logits for the texts of a part."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union

from domain.errors import BocaError, ModelError
from nlp.classifiers import open_classifier
from nlp.cleaning import clean, networked
from nlp.encoder import Encoder, Matrix, package_folder
from nlp.heads import leaning_of
from nlp.labelling import Labeller
from nlp.models import OPINIONS, SENTIMENT, WEIGHTS, Weights, load_weights
from nlp.settings import NlpSettings
from nlp.training.heads import encode, logits_of
from nlp.training.rows import rows
from nlp.training.tasks import POLARITIES

WORDS = {
    -1: "bad ruim mau péssimo horrível terrible worst awful hate odeio triste sad raiva problema"
    " problem broken quebrado defeito never nunca atraso late lento slow malo peor odio angry",
    1: "good bom boa ótimo excelente great love adorei amo amei recomendo thanks obrigado obrigada"
    " perfeito perfect lindo best melhor feliz happy bueno buena gracias encanta genial amazing",
}


@dataclass(frozen=True)
class Part:
    """The test part of a set in one language, and its train part.

    ``truth`` (n, k) and ``lessons`` (m, k) hold a one for each label that is true.
    """

    task: str
    name: str
    language: str
    labels: Sequence[str]
    train: list[str]
    lessons: Matrix
    texts: list[str]
    truth: Matrix


@dataclass(frozen=True)
class Judge:
    """Somebody who gives logits (n, k), and the megabytes that this one is stored in."""

    name: str
    logits: Callable[[Sequence[str]], Matrix]
    size: float


def ours(part: Part) -> Judge:
    """What ships; for topics, which it was never taught, a line through five examples each."""
    weights, encoder = _weights(), _encoder()
    size = _megabytes(WEIGHTS, package_folder())
    if part.task == "sentiment":
        return Judge("ours, shipped", lambda new: _felt(part.language, new), size)
    if part.task == "opinions":
        head = weights.heads[OPINIONS]
        return Judge("ours, shipped", lambda new: head.logits(encode(encoder, new)), size)
    labeller = Labeller(part.labels, _firsts(part), encoder)
    return Judge("ours, 5 examples", lambda new: np.log(labeller.chances(new)), size)


def _firsts(part: Part) -> list[tuple[str, str]]:
    """The first five examples of each label, as `boca label` takes them."""
    return [
        (part.train[at], label)
        for label, own in zip(part.labels, part.lessons.T, strict=True)
        for at in np.flatnonzero(own)[:5]
    ]


def accurate(folder: Path) -> Callable[[str, Sequence[str]], Matrix]:
    """Logits (n, 3) of texts in a language by the judge that stands in a folder."""
    classifier = open_classifier(NlpSettings(model=str(folder)))
    beside = classifier.beside
    if beside is None:
        raise ModelError(
            "no heads judge beside this model",
            where=str(folder),
            todo="put the judge together: `python -m nlp.training.judge FOLDER`",
        )
    weights = load_weights(beside.weights)
    encoder = Encoder(tuned=weights.encoder)

    def logits(language: str, texts: Sequence[str]) -> Matrix:
        own = logits_of(SENTIMENT, encoder, weights, texts)
        return _leant(beside.mixed(classifier.chances(texts), own), weights, language, texts)

    return logits


def _felt(language: str, texts: Sequence[str]) -> Matrix:
    weights = _weights()
    return _leant(logits_of(SENTIMENT, _encoder(), weights, texts), weights, language, texts)


def _leant(logits: Matrix, weights: Weights, language: str, texts: Sequence[str]) -> Matrix:
    for at, text in enumerate(texts):
        near = leaning_of(weights.leanings, language, networked=networked(text))
        logits[at : at + 1] = near.applied(logits[at : at + 1])
    return logits


@cache
def _weights() -> Weights:
    return load_weights()


@cache
def _encoder() -> Encoder:
    return Encoder(tuned=_weights().encoder)


def open_linear(part: Part, data: Path, step: int) -> Judge | None:
    """TF-IDF taught the rows that taught ours: words and characters, logistic regression."""
    return _open(data, step) if part.task == "sentiment" else None


@cache
def _open(data: Path, step: int) -> Judge:
    taught = [row for row in rows(data) if row.polarity is not None and not row.held][::step]
    lessons = np.array([[row.polarity == one for one in POLARITIES] for row in taught], float)
    return _linear("TF-IDF, our open rows", [row.text for row in taught], lessons, several=False)


def own_linear(part: Part) -> Judge:
    """TF-IDF taught the train part of the set."""
    several = part.task == "opinions"
    return _linear("TF-IDF, its train part", part.train, part.lessons, several=several)


def _linear(name: str, texts: Sequence[str], lessons: Matrix, *, several: bool) -> Judge:
    taught = np.flatnonzero(lessons.any(axis=0))
    linear: Any = LogisticRegression(C=5, class_weight="balanced", max_iter=60, tol=1e-3)
    if len(taught) > 3:
        linear = OneVsRestClassifier(LogisticRegression(C=5, solver="liblinear"))
    model = make_pipeline(_features(), linear)
    told = lessons[:, taught]
    model.fit([clean(text) for text in texts], told if several else told.argmax(axis=1))

    def judge(new: Sequence[str]) -> Matrix:
        logits = np.full((len(new), lessons.shape[1]), -30.0)
        chances = model.predict_proba([clean(text) for text in new]).clip(1e-9, 1 - 1e-9)
        logits[:, taught] = np.log(chances / (1 - chances)) if several else np.log(chances)
        return logits

    return Judge(name, judge, len(pickle.dumps(model)) / 1e6)


def _features() -> Any:
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, max_features=60_000)
    letters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 4), min_df=3, sublinear_tf=True, max_features=60_000
    )
    return make_union(words, letters)


def lexicon(part: Part) -> Judge | None:
    """VADER for English and LeIA for Portuguese where installed, else the few words above."""
    if part.task != "sentiment":
        return None
    module = {"en": "vaderSentiment.vaderSentiment", "pt": "LeIA"}.get(part.language, "")
    package = module.partition(".")[0]
    if package and find_spec(package):
        analyser = import_module(module).SentimentIntensityAnalyzer()
        size = _megabytes(Path(str(find_spec(package).origin)).parent)  # type: ignore[union-attr]
        return Judge(
            f"lexicon, {package}",
            lambda new: _sided([analyser.polarity_scores(text)["compound"] for text in new]),
            size,
        )
    worth = {word: side for side, said in WORDS.items() for word in said.split()}
    return Judge("lexicon, few words", lambda new: _sided([_worth(t, worth) for t in new]), 0.001)


def _worth(text: str, worth: Mapping[str, int]) -> float:
    return sum(worth.get(word, 0) for word in re.findall(r"\w+", text.lower())) / 2


def _sided(scores: Sequence[float]) -> Matrix:
    worth = np.array(scores)
    return 3 * np.stack([-worth, np.full(len(worth), 0.05), worth], axis=1)


def hub(part: Part, name: str) -> Judge | None:
    """A hub model of this machine, by name or folder."""
    if part.task != "sentiment":
        return None
    classifier = open_classifier(NlpSettings(model=name))
    size = _megabytes(Path(name)) if Path(name).is_dir() else float("nan")
    return Judge(f"hub, {name}", lambda new: np.log(classifier.chances(new) + 1e-9), size)


def present(name: str) -> bool:
    """Whether there is such a hub model here; says so if not."""
    try:
        open_classifier(NlpSettings(model=name)) if name else None
    except BocaError as error:
        print(f"hub model: skipped, {error}")
        return False
    if not name:
        print("hub model: skipped, --hub names none")
    return bool(name)


def _megabytes(*places: Path) -> float:
    files = [f for p in places for f in (p.rglob("*") if p.is_dir() else [p]) if f.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6
