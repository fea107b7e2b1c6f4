"""The one door to language models: the default that ships with Boca, or a user's own."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from domain.errors import ModelError
from nlp.classifiers import Classifier, open_classifier
from nlp.encoder import Encoder
from nlp.heads import Head
from nlp.settings import DEFAULT_MODEL, NlpSettings

WEIGHTS = Path(__file__).parent / "weights" / "heads.safetensors"
"""The heads that ship with Boca; their card is ``docs/models/heads.md``."""

SENTIMENT, OPINIONS = "sentiment", "opinions"


@dataclass(frozen=True, slots=True)
class Models:
    """What a pipeline thinks with. ``classifier`` replaces the default sentiment, if given."""

    encoder: Encoder
    sentiment: Head
    opinions: Head
    classifier: Classifier | None
    fingerprint: str


def load_models(settings: NlpSettings, weights: Path = WEIGHTS) -> Models:
    """Load what the settings name; a ModelError says what is missing and what to do."""
    encoder = Encoder()
    heads = load_heads(weights)
    classifier = None if settings.model == DEFAULT_MODEL else open_classifier(settings)
    prints = [encoder.fingerprint, weights_hash(weights)]
    if classifier is not None:
        prints.append(classifier.fingerprint)
    return Models(encoder, heads[SENTIMENT], heads[OPINIONS], classifier, "-".join(prints))


def load_heads(weights: Path) -> dict[str, Head]:
    """Every head of a weights file, by name."""
    try:
        with safe_open(str(weights), framework="np") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            labels = json.loads(file.metadata()["labels"])
        return {name: Head.load(name, tensors, labels[name]) for name in labels}
    except (OSError, KeyError, TypeError, ValueError, SafetensorError) as error:
        raise ModelError(
            f"the heads cannot be read: {error}",
            where=str(weights),
            todo="restore the file, or train it again with `python -m nlp.training`",
        ) from error


def weights_hash(weights: Path = WEIGHTS) -> str:
    """The first 16 digits of the SHA-256 of a weights file, as its card gives it."""
    return hashlib.sha256(weights.read_bytes()).hexdigest()[:16]
