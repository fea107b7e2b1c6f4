"""The one door to language models: the default that ships with Boca, or a user's own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from domain.errors import ModelError
from nlp.classifiers import Classifier, open_classifier
from nlp.encoder import Encoder
from nlp.heads import Head, Leaning
from nlp.lexicon import Lexicon
from nlp.settings import DEFAULT_MODEL, NlpSettings

WEIGHTS = Path(__file__).parent / "weights" / "heads.safetensors"
"""The encoder's trained part and the heads that ship; their card is ``docs/models/heads.md``."""

SENTIMENT, OPINIONS, STAGES = "sentiment", "opinions", "stages"
ENCODER, LEANING = "encoder.", "leaning."


@dataclass(frozen=True, slots=True)
class Models:
    """What a pipeline thinks with. ``classifier`` replaces the default sentiment, if given."""

    encoder: Encoder
    sentiment: Head
    opinions: Head
    stages: Head
    lexicon: Lexicon | None
    leanings: Mapping[str, Leaning]
    classifier: Classifier | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Weights:
    """What a weights file holds: trained weights of the encoder, the heads, the lexicons.

    ``heads`` read the tone, ``stages`` reads the meaning. ``leanings`` put the sentiment of
    each language right; ``""`` stands for the others.
    """

    encoder: Mapping[str, NDArray[Any]]
    heads: Mapping[str, Head]
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)
    leanings: Mapping[str, Leaning] = field(default_factory=dict)
    stages: Head | None = None


def load_models(settings: NlpSettings) -> Models:
    """Load what the settings name; a ModelError says what is missing and what to do."""
    classifier = None if settings.model == DEFAULT_MODEL else open_classifier(settings)
    beside = classifier.beside if classifier else None
    if beside is not None and settings.weights is not None:
        raise ModelError(
            "the model brings weights of its own, which judge beside it",
            where=settings.model,
            todo="leave `nlp.weights` out",
        )
    path = beside.weights if beside else settings.weights or WEIGHTS
    weights = load_weights(path)
    encoder = Encoder(tuned=weights.encoder)
    prints = [encoder.fingerprint, weights_hash(path)]
    if classifier is not None:
        prints.append(classifier.fingerprint)
    return Models(
        encoder,
        weights.heads[SENTIMENT],
        weights.heads[OPINIONS],
        weights.stages or _shipped_stages(),
        weights.lexicons.get(SENTIMENT),
        weights.leanings,
        classifier,
        "-".join(prints),
    )


def _shipped_stages() -> Head:
    """For weights that teach nothing about stages."""
    shipped = load_weights().stages
    if shipped is None:
        raise ModelError(
            "the weights that ship have no head for stages",
            where=str(WEIGHTS),
            todo="restore the file, or train it again with `python -m nlp.training`",
        )
    return shipped


def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read a weights file; a ModelError says what is wrong with it."""
    try:
        with safe_open(str(path), framework="np") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            labels = json.loads(file.metadata()["labels"])
        heads = {name: Head.load(name, tensors, labels[name]) for name in labels}
        lexicons = {
            name: Lexicon.load(name, tensors) for name in labels if f"{name}.words" in tensors
        }
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"the weights cannot be read: {error}",
            where=str(path),
            todo="restore the file, or train it again with `python -m nlp.training`",
        ) from error
    leanings = {name: Leaning(*map(float, one)) for name, one in _under(LEANING, tensors).items()}
    stages = heads.pop(STAGES, None)
    return Weights(_under(ENCODER, tensors), heads, lexicons, leanings, stages)


def _under(prefix: str, tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def weights_hash(path: Path = WEIGHTS) -> str:
    """The first 16 digits of the SHA-256 of a weights file, as its card gives it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
