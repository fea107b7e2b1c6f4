"""Any Hugging Face classifier of texts as a judge of sentiment, by its name or its folder.

One that tells of each piece of a text (a token classifier) is asked for the mean. A folder that
``python -m nlp.training --encoder`` kept holds weights of ours too, whose judgement counts beside.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from domain.analyses import Polarity
from domain.errors import ModelError
from nlp.encoder import Matrix
from nlp.heads import softmax
from nlp.settings import NlpSettings

_NAMES = {
    Polarity.NEGATIVE: ("negative", "neg", "negativo", "negativa", "négatif", "negativ"),
    Polarity.NEUTRAL: ("neutral", "neu", "neutro", "neutra", "neutre", "mixed"),
    Polarity.POSITIVE: ("positive", "pos", "positivo", "positiva", "positif", "positiv"),
}
_OF_NAME = {name: polarity for polarity, names in _NAMES.items() for name in names}
_STARS = re.compile(r"([1-5])\s*(?:stars?|estrelas?|estrellas?)")
_OF_STARS = ["negative", "negative", "neutral", "positive", "positive"]
FILES = ("*.json", "*.txt", "*.model", "*.safetensors", "*.onnx")
"""What is fetched and read of a model: never a pickle, never code."""
BESIDE = "beside"
"""In a model's config.json: how much the logits of the heads in its folder weigh beside its own."""
HEADS = "heads.safetensors"
"""The file of those heads, as ``nlp.models.load_weights`` reads it."""
_LONGEST = 512
_BATCH = 32
_LEAST = 1e-12  # chances


class Engine(Protocol):
    """What runs a model on the tokenizer's arrays (n, length): logits (n, k) or (n, length, k)."""

    def logits(self, inputs: Mapping[str, Any]) -> Matrix:
        """Run one padded batch."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Weights of ours that judge beside a classifier, and how much their logits count."""

    weights: Path
    share: float

    def mixed(self, chances: Matrix, logits: Matrix) -> Matrix:
        """Logits (n, 3) of both: by the classifier's chances, and of the heads (n, 3)."""
        both: Matrix = np.log(chances.clip(_LEAST)) + np.float32(self.share) * logits
        return both


class Classifier:
    """A classifier whose labels are read as polarities."""

    def __init__(
        self,
        tokenizer: Any,
        engine: Engine,
        columns: Sequence[Polarity],
        fingerprint: str,
        beside: Beside | None,
    ) -> None:
        self._tokenizer = tokenizer
        self._engine = engine
        order = list(Polarity)
        self._columns = np.array([order.index(polarity) for polarity in columns])
        self._longest = min(_LONGEST, int(tokenizer.model_max_length))
        self.fingerprint = fingerprint
        self.beside = beside

    def chances(self, texts: Sequence[str]) -> Matrix:
        """Chances (n, 3) of negative, neutral and positive; texts of like length run together."""
        result = np.zeros((len(texts), len(Polarity)), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        for start in range(0, len(order), _BATCH):
            rows = order[start : start + _BATCH]
            inputs = self._tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=self._longest,
                return_tensors="np",
            )
            for column, chance in zip(self._columns, self._run(inputs).T, strict=True):
                result[rows, column] += chance
        return result

    def _run(self, inputs: Mapping[str, Any]) -> Matrix:
        logits = self._engine.logits(inputs).astype(np.float32)
        return softmax(logits if logits.ndim == 2 else _mean(logits, inputs["attention_mask"]))


def _mean(logits: Matrix, mask: NDArray[np.int64]) -> Matrix:
    """Logits (n, k) from those of each piece (n, length, k), padding left out."""
    read = mask[:, :, None].astype(np.float32)
    mean: Matrix = (logits * read).sum(axis=1) / read.sum(axis=1)
    return mean


def open_classifier(settings: NlpSettings) -> Classifier:
    """The classifier that the settings name. No remote code, no pickles, ever."""
    folder = _folder(settings)
    config = _config(folder)
    columns = polarities(config, settings.labels, where=str(folder))
    engine = _engine(folder, config)
    from transformers import AutoTokenizer  # heavy, and only needed here

    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    share = config.get(BESIDE)
    beside = None if share is None else Beside(folder / HEADS, float(share))
    return Classifier(tokenizer, engine, columns, _fingerprint(folder), beside)


def polarities(
    config: Mapping[str, Any], labels: Mapping[str, Polarity], *, where: str
) -> tuple[Polarity, ...]:
    """The polarity of each output, in order, by the settings or by the label's own name."""
    names = [name for _, name in sorted((int(k), v) for k, v in config["id2label"].items())]
    found = [labels.get(name) or _meaning(name) for name in names]
    unknown = [name for name, polarity in zip(names, found, strict=True) if polarity is None]
    if unknown:
        raise ModelError(
            f"the labels {', '.join(unknown)} say no polarity",
            where=where,
            todo="map each to negative, neutral or positive under `nlp.labels`",
        )
    return tuple(polarity for polarity in found if polarity is not None)


def _meaning(name: str) -> Polarity | None:
    plain = name.strip().casefold()
    stars = _STARS.fullmatch(plain)
    return Polarity(_OF_STARS[int(stars[1]) - 1]) if stars else _OF_NAME.get(plain)


def _folder(settings: NlpSettings) -> Path:
    if Path(settings.model).is_dir():
        return Path(settings.model)
    from huggingface_hub import snapshot_download  # heavy, and only needed here
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        return Path(
            snapshot_download(
                settings.model,
                revision=settings.revision,
                allow_patterns=list(FILES),
                local_files_only=not settings.download,
            )
        )
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        raise ModelError(
            f"the model is neither a folder nor on this machine: {error}".splitlines()[0],
            where=settings.model,
            todo="give its folder, or set `nlp.download: true` to fetch it once",
        ) from error


def _config(folder: Path) -> Mapping[str, Any]:
    try:
        config: Mapping[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
        if "auto_map" in config:
            raise ModelError(
                "the model wants to run its own code, which Boca never does",
                where=str(folder),
                todo="choose a model of a standard architecture",
            )
        return {**config, "id2label": dict(config["id2label"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"config.json is not that of a classifier: {error}",
            where=str(folder),
            todo="give a folder with config.json (id2label), a tokenizer and the weights",
        ) from error


def _engine(folder: Path, config: Mapping[str, Any]) -> Engine:
    from nlp.engines import OnnxEngine, TorchEngine  # heavy, and only needed here

    if graphs := sorted([*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")]):
        return OnnxEngine(graphs[0])
    if any(folder.glob("*.safetensors")):
        return TorchEngine(folder, of_pieces=_of_pieces(config))
    raise ModelError(
        "the model has neither an ONNX graph nor safetensors",
        where=str(folder),
        todo="convert its weights: Boca opens no pickles (.bin, .pt)",
    )


def _of_pieces(config: Mapping[str, Any]) -> bool:
    return any(
        str(name).endswith("ForTokenClassification") for name in config.get("architectures") or ()
    )


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _read(folder):
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _read(folder: Path) -> Iterable[Path]:
    patterns = (*FILES, "onnx/*.onnx")
    return sorted({path for pattern in patterns for path in folder.glob(pattern)})
