"""The language models on this machine: listed, fetched, and tried."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from domain.analyses import Analysis, Polarity
from domain.errors import ModelError
from domain.posts import Post, PostKind
from nlp.classifiers import FILES
from nlp.models import WEIGHTS, weights_hash
from nlp.pipeline import load_pipeline
from nlp.settings import DEFAULT_MODEL, NlpSettings

SAMPLES = (
    ("O atendimento foi ótimo e resolveram na hora.", Polarity.POSITIVE),
    ("Três semanas sem resposta, péssimo.", Polarity.NEGATIVE),
    ("A loja abre às nove.", Polarity.NEUTRAL),
    ("The delivery came a day early, I love it.", Polarity.POSITIVE),
    ("They charged me twice and nobody answers.", Polarity.NEGATIVE),
    ("The parcel weighs two kilos.", Polarity.NEUTRAL),
    ("Una experiencia horrible, no lo recomiendo.", Polarity.NEGATIVE),
    ("Me encanta, funciona de maravilla.", Polarity.POSITIVE),
)
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Held:
    """A model on this machine: its name, its pinned state, and its size in bytes."""

    name: str
    revision: str
    size: int
    folder: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model said of the sample sentences: (text, expected, found, confidence)."""

    judged: tuple[tuple[str, Polarity, Polarity, float], ...]
    seconds_to_load: float
    texts_a_second: float

    @property
    def right(self) -> int:
        """How many it judged as expected."""
        return sum(expected is found for _, expected, found, _ in self.judged)


def held() -> Iterator[Held]:
    """The default, then every model in the hub's cache, with each state of it that is held."""
    yield Held(DEFAULT_MODEL, weights_hash(), WEIGHTS.stat().st_size, str(WEIGHTS.parent))
    from huggingface_hub import scan_cache_dir  # heavy, and only needed here
    from huggingface_hub.errors import CacheNotFound

    try:
        repositories = scan_cache_dir().repos
    except CacheNotFound:
        return
    for repository in sorted(repositories, key=lambda one: one.repo_id):
        for state in sorted(repository.revisions, key=lambda one: one.commit_hash):
            folder = str(state.snapshot_path)
            yield Held(repository.repo_id, state.commit_hash, state.size_on_disk, folder)


def pull(name: str, revision: str | None) -> Held:
    """Fetch a model's safetensors or graph, its tokenizer and settings; no pickles, no code.

    The answer's ``revision`` is the commit it stands at: write it under ``nlp.revision``.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    try:
        folder = Path(snapshot_download(name, revision=revision, allow_patterns=list(FILES)))
    except (OSError, HfHubHTTPError, HFValidationError) as error:
        raise ModelError(
            f"the model cannot be fetched: {error}".splitlines()[0],
            where=name,
            todo="check its name and revision, and whether this machine reaches the hub",
        ) from error
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    pinned = folder.name if _COMMIT.fullmatch(folder.name) else revision or ""
    return Held(name, pinned, size, str(folder))


def tried(settings: NlpSettings, samples: Sequence[tuple[str, Polarity]] = SAMPLES) -> Trial:
    """Load what the settings name and let it judge some sentences; raises ModelError."""
    begun = perf_counter()
    pipeline = load_pipeline(settings, (), ())
    loaded = perf_counter()
    now = datetime.now(UTC)
    posts = [
        Post("sample", str(place), PostKind.POST, text, now, id=place)
        for place, (text, _) in enumerate(samples, 1)
    ]
    found = [one for one in pipeline.analyse(posts, now) if isinstance(one, Analysis)]
    spent = perf_counter() - loaded
    judged = tuple(
        (text, expected, one.sentiment.polarity, one.sentiment.confidence)
        for (text, expected), one in zip(samples, found, strict=True)
    )
    return Trial(judged, loaded - begun, len(samples) / spent)
