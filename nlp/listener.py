"""The spaCy pipeline: one explicit table of components, checked before it may start."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from spacy.lang.xx import MultiLanguage
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from domain.errors import ModelError
from domain.posts import Post
from nlp.components.clauses import ClauseSplitter
from nlp.components.component import Component
from nlp.components.cues import CueFinder
from nlp.components.denials import DenialFinder
from nlp.components.embedding import Embedder
from nlp.components.entities import EntityFinder
from nlp.components.folding import Folder
from nlp.components.greetings import GreetingTeller
from nlp.components.intents import ActFinder, IntentFinder
from nlp.components.language import LanguageTagger
from nlp.components.mentions import MentionFinder
from nlp.components.opinions import OpinionFinder
from nlp.components.sarcasm import SarcasmFinder
from nlp.components.sentiment import SentimentJudge
from nlp.components.severity import SeverityJudge
from nlp.components.stages import StageFinder
from nlp.components.taught import TaughtJudge
from nlp.components.variety import VarietyTagger
from nlp.components.voices import VoiceTeller
from nlp.parts import Parts

COMPONENTS: tuple[type[Component], ...] = (
    LanguageTagger,
    Folder,
    VarietyTagger,
    VoiceTeller,
    CueFinder,
    MentionFinder,
    EntityFinder,
    GreetingTeller,
    ClauseSplitter,
    DenialFinder,
    Embedder,
    SentimentJudge,
    TaughtJudge,
    StageFinder,
    OpinionFinder,
    IntentFinder,
    ActFinder,
    SarcasmFinder,
    SeverityJudge,
)
"""Every component, in the order in which a post walks through them."""

_HALF = re.compile(r"[\ud800-\udfff]")  # half a character, which no encoding can carry


class Notes:
    """What components write on a doc, each field None until it is written."""


class PostDoc(Doc):
    """A doc whose own fields are plain attributes: those of spaCy take ten times as long."""

    _: Any = None

    def __init__(self, vocab: Vocab) -> None:
        super().__init__(vocab)
        self._ = Notes()


class Listener(MultiLanguage):  # type: ignore[no-untyped-call]  # spaCy types it not
    """A blank multilingual pipeline that carries the parts its components are made of."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts

    def reader(self, post: Post) -> Doc:
        """The doc of a post: its content, as far as the settings let it be read.

        It holds no words of spaCy's: no component reads them, and cutting them takes longer
        than most components do.
        """
        text = _HALF.sub("\ufffd", post.content[: self.parts.settings.longest])
        doc = PostDoc(self.vocab)
        doc._.post, doc._.text = post, text
        return doc


def build(parts: Parts, components: Sequence[type[Component]] = COMPONENTS) -> Listener:
    """The pipeline of these components; ModelError names a requirement that is not met."""
    for attribute in ("post", "text", "failure"):
        declare(attribute)
    for component in components:
        register(component)
    listener = Listener(parts)
    for component in components:
        listener.add_pipe(component.name)
    problems: dict[str, list[str]] = (listener.analyze_pipes() or {})["problems"]
    for name, missing in problems.items():
        if missing:
            raise ModelError(
                f"component {name!r} requires {', '.join(missing)}: nothing before it assigns that",
                where="nlp/listener.py",
                todo="put what assigns it earlier in the table",
            )
    listener.set_error_handler(_note_failure)  # type: ignore[arg-type]  # it need not raise
    return listener


def register(component: type[Component]) -> None:
    """Make a component known to spaCy, with what it requires and assigns."""
    for attribute in component.assigns:
        if attribute.startswith("doc._."):
            declare(attribute.removeprefix("doc._."))
    Listener.factory(
        component.name,
        assigns=component.assigns,
        requires=component.requires,
        func=_factory(component),
    )


def declare(attribute: str) -> None:
    """Add a field of our own to every doc."""
    Doc.set_extension(attribute, default=None, force=True)
    setattr(Notes, attribute, None)


def _factory(component: type[Component]) -> Callable[[Language, str], Component]:
    def make(nlp: Language, name: str) -> Component:
        assert isinstance(nlp, Listener)
        return component.made_of(nlp.parts)

    return make


def _note_failure(name: str, component: Any, docs: Sequence[Doc], error: Exception) -> None:
    for doc in docs:
        doc._.failure = (name, error)
