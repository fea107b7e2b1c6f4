"""Posts in, analyses out. Only this module turns a spaCy ``Doc`` into an ``Analysis``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from spacy.tokens import Doc

from domain.analyses import Analysis
from domain.brands import Brand, ServiceStage
from domain.posts import Post, Rejected
from nlp.batches import batches
from nlp.listener import Listener, build
from nlp.models import load_models
from nlp.parts import Parts
from nlp.rejections import rejected
from nlp.settings import NlpSettings
from nlp.teaching import Taught
from nlp.topics.vectors import pack

CODE_VERSION = 10
"""Raise it with every change of code that changes what posts are labelled."""


_SAYS_NOTHING = 15  # characters

_HOW = frozenset({"workers", "batch_size", "deadline", "memory", "download"})
"""Settings that change how posts are analysed, not what is said of them."""


class Pipeline:
    """Analyses posts in batches, in order, in this process and thread."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.version = _version(listener.parts)

    def analyse(self, posts: Iterable[Post], now: datetime) -> Iterator[Analysis | Rejected]:
        """One analysis for each post, in order; a post that cannot be read is ``Rejected``."""
        for batch in batches(posts, self._listener.parts.settings):
            yield from self._batch(batch, now)

    def _batch(self, posts: Sequence[Post], now: datetime) -> list[Analysis | Rejected]:
        read = [self._read(post) for post in posts]
        docs = [doc for doc in read if isinstance(doc, Doc)]
        for _ in self._listener.pipe(docs, batch_size=len(posts)):
            pass
        return [self._told(doc, now) if isinstance(doc, Doc) else doc for doc in read]

    def _read(self, post: Post) -> Doc | Rejected:
        try:
            return self._listener.reader(post)
        except Exception as error:
            return rejected(post, "unreadable", "reading", error)

    def _told(self, doc: Doc, now: datetime) -> Analysis | Rejected:
        its = doc._
        if its.failure is not None:
            return rejected(its.post, "failed", *its.failure)
        return Analysis(
            post_id=its.post.id,
            language=its.language,
            sentiment=its.sentiment,
            mentions=its.mentions,
            stages=its.stages,
            opinions=its.opinions,
            intents=its.intents,
            acts=its.acts,
            severity=its.severity,
            urgency=its.urgency,
            variety=its.variety,
            entities=its.entities,
            sarcasm=its.sarcasm,
            official=its.official,
            version=self.version,
            analysed_at=now,
            vector=_vector(doc),
        )


def _vector(doc: Doc) -> bytes:
    """What it says as a direction; a few letters and a greeting say nothing."""
    if len(doc._.text.strip()) < _SAYS_NOTHING or not doc._.passages:
        return b""
    return pack(doc._.passage_vectors.mean(axis=0))


def load_pipeline(
    settings: NlpSettings,
    brands: Sequence[Brand],
    stages: Sequence[ServiceStage],
    taught: Taught | None = None,
) -> Pipeline:
    """Load the models and build the pipeline; a ModelError stops what cannot work."""
    parts = Parts(settings, tuple(brands), tuple(stages), load_models(settings), taught)
    return Pipeline(build(parts))


def _version(parts: Parts) -> str:
    """Changes whenever the same post could be labelled otherwise."""
    settings = parts.settings
    stages = [(one.id, one.name, one.words, one.examples, one.like) for one in parts.stages]
    taught = parts.taught.encode() if parts.taught else None
    ruled = settings.model_dump(exclude=set(_HOW))
    told = (
        CODE_VERSION,
        parts.models.fingerprint,
        sorted(ruled.items()),
        parts.brands,
        stages,
        taught,
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]
