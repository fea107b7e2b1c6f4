"""What was meant: the labels of a post, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from domain.experiences import Reason


class Polarity(StrEnum):
    """Which way a feeling points."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``[start, end)`` of a post's ``content``."""

    start: int
    end: int

    def of(self, content: str) -> str:
        """The words it covers."""
        return content[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Polarity, score in [-1, 1], and the calibrated chance that the polarity is right."""

    polarity: Polarity
    score: float
    confidence: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a post speaks of a brand; no span where its source implies it."""

    brand: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class StageLabel:
    """The step of the service that a post speaks of, with confidence in [0, 1]."""

    stage: str
    confidence: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is felt about one aspect, and the words that say so."""

    aspect: str
    polarity: Polarity
    score: float
    confidence: float
    evidence: Span


class Intent(StrEnum):
    """What a post wants to bring about."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    ANSWER = "answer"
    PRAISE = "praise"
    RECOMMENDATION = "recommendation"
    PURCHASE = "purchase"
    CHURN = "churn"
    IDEA = "idea"
    CONTACT = "contact"


class Act(StrEnum):
    """What a testimony does for those who read it."""

    SHOWS = "shows"
    EXPLAINS = "explains"
    CLARIFIES = "clarifies"
    ANSWERS = "answers"
    GUIDES = "guides"
    WARNS = "warns"


class EntityKind(StrEnum):
    """What sort of thing a text names."""

    PRODUCT = "product"
    NAME = "name"
    MONEY = "money"
    DATE = "date"
    ORDER = "order"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class IntentLabel:
    """One of a post's intents, the chance that it is there, and the words that say so."""

    intent: Intent
    confidence: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class ActLabel:
    """One of a testimony's acts, the chance that it is there, and the words that do it."""

    act: Act
    confidence: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Variety:
    """The variety of its language (``pt-BR``, ``pt-PT``; ``pt`` when neither is clear)."""

    tag: str
    confidence: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that a text names; ``value`` is its plain form (``1250.50 BRL``)."""

    kind: EntityKind
    value: str
    confidence: float
    evidence: Span


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for a judgement, how much it weighs in [0, 1], and the words it rests on."""

    reason: Reason
    weight: float
    evidence: Span | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How severe or urgent a post is, in [0, 1], and why, the weightiest ground first."""

    value: float = 0.0
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Sarcasm:
    """The chance that a post means the opposite of what it says."""

    confidence: float
    evidence: Span


@dataclass(frozen=True, slots=True)
class Analysis:
    """Every label of one post, best first, made by one version of the pipeline.

    ``vector`` is what it says as a direction, one signed byte a dimension; it leads to
    its topic and is not kept for long. ``official`` tells a brand's own voice.
    """

    post_id: int
    language: str
    sentiment: Sentiment
    mentions: tuple[Mention, ...]
    stages: tuple[StageLabel, ...]
    opinions: tuple[Opinion, ...]
    version: str
    analysed_at: datetime
    vector: bytes = field(default=b"", repr=False, compare=False)
    intents: tuple[IntentLabel, ...] = ()
    acts: tuple[ActLabel, ...] = ()
    severity: Judgement = Judgement()
    urgency: Judgement = Judgement()
    variety: Variety | None = None
    entities: tuple[Entity, ...] = ()
    sarcasm: Sarcasm | None = None
    official: bool = False

    @property
    def stage(self) -> str | None:
        """The stage it most likely speaks of, if any."""
        return self.stages[0].stage if self.stages else None

    def said(self, label: Label) -> str:
        """What it says of a label that a person can correct; empty where it says nothing."""
        match label:
            case Label.LANGUAGE:
                return self.language
            case Label.POLARITY:
                return self.sentiment.polarity.value
            case Label.STAGE:
                return self.stage or ""
            case Label.BRAND:
                return self.brands[0] if self.brands else ""

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands it speaks of, each once, in order of appearance."""
        return tuple(dict.fromkeys(mention.brand for mention in self.mentions))


class Label(StrEnum):
    """What a person can correct in an analysis."""

    LANGUAGE = "language"
    POLARITY = "polarity"
    STAGE = "stage"
    BRAND = "brand"


class Asked(StrEnum):
    """Why a person was asked for a label: it teaches most, or it was drawn by lot."""

    USEFUL = "useful"
    DRAWN = "drawn"


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's label. It wins over the pipeline's, whatever its version.

    ``value`` is the right label; an empty one says that there is none. It may be what
    the pipeline had found: then a person has confirmed it. ``asked`` is None where nobody
    asked: people then correct what is wrong, and leave what is right.
    """

    post_id: int
    label: Label
    value: str
    person: str
    at: datetime
    asked: Asked | None = None


_CERTAIN_SCORE = {Polarity.NEGATIVE: -1.0, Polarity.NEUTRAL: 0.0, Polarity.POSITIVE: 1.0}


def corrected(analysis: Analysis, corrections: Iterable[Correction]) -> Analysis:
    """The analysis as people have put it right, the latest word on each label winning."""
    for correction in sorted(corrections, key=lambda one: one.at):
        analysis = _apply(analysis, correction)
    return analysis


def _apply(analysis: Analysis, correction: Correction) -> Analysis:
    value = correction.value
    match correction.label:
        case Label.LANGUAGE:
            return replace(analysis, language=value)
        case Label.POLARITY:
            polarity = Polarity(value)
            sentiment = Sentiment(polarity, _CERTAIN_SCORE[polarity], 1.0)
            return replace(analysis, sentiment=sentiment)
        case Label.STAGE:
            return replace(analysis, stages=(StageLabel(value, 1.0),) if value else ())
        case Label.BRAND:
            return replace(analysis, mentions=(Mention(value),) if value else ())
