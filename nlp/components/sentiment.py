"""How a post feels, how sure that is, and the clause that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
from spacy.tokens import Doc

from domain.analyses import Polarity, Sentiment, Span
from domain.posts import Rating
from nlp.classifiers import Classifier
from nlp.cleaning import networked
from nlp.components.component import Component
from nlp.encoder import Matrix
from nlp.heads import Head, Leaning, leaning_of, softmax
from nlp.layout import Tokens
from nlp.lexicon import Lexicon
from nlp.parts import Parts

POLARITIES = (Polarity.NEGATIVE, Polarity.NEUTRAL, Polarity.POSITIVE)
"""The order of columns wherever polarities are numbers."""

_NEGATIVE, _POSITIVE = 0, 2

RATING_TRUST = 0.9
"""The chance that a grade says how its author feels."""

_SAYS_NOTHING = Sentiment(Polarity.NEUTRAL, 0.0, 0.0)
_GREETS = Sentiment(Polarity.NEUTRAL, 0.0, 0.95)
"""How sure it is that a greeting means no more is a judgement, not a measurement."""


class SentimentJudge(Component):
    """Judges the passages of a post and pools them by their length.

    The default head reads the encoder's vectors; a classifier from the settings, if any,
    reads the text instead, and the head then only points at the evidence, unless it was
    taught beside the classifier and counts with it.
    """

    name = "sentiment"
    requires = (
        "doc._.language",
        "doc._.greets",
        "doc._.clauses",
        "doc._.passages",
        "doc._.denials",
        "doc._.mockeries",
        "doc._.passage_tones",
        "doc._.clause_tones",
        "doc._.clause_words",
    )
    assigns = ("doc._.sentiment", "doc._.clause_feelings")

    def __init__(
        self,
        head: Head,
        lexicon: Lexicon | None,
        leanings: Mapping[str, Leaning],
        classifier: Classifier | None,
    ) -> None:
        self._head = head
        self._lexicon = lexicon
        self._leanings = leanings
        self._classifier = classifier

    @classmethod
    def made_of(cls, parts: Parts) -> Self:
        """With the default head and its lexicon, and the classifier of the settings."""
        models = parts.models
        return cls(models.sentiment, models.lexicon, models.leanings, models.classifier)

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Write the sentiment, and chances (clauses, 3) of how each clause feels.

        A post without words is neutral with confidence 0; one that only greets is surely neutral.
        """
        judged = [doc for doc in docs if doc._.passages]
        for doc in docs:
            wordless = _GREETS if doc._.greets else _SAYS_NOTHING
            doc._.sentiment = with_rating(wordless, doc._.post.rating)
            doc._.clause_feelings = np.empty((0, len(POLARITIES)), np.float32)
        if not judged:
            return
        chances = self._of_passages(judged)
        clauses = self._of_clauses(judged)
        passage = clause = 0
        for doc in judged:
            own = chances[passage : passage + len(doc._.passages)]
            said = clauses[clause : clause + len(doc._.clauses)]
            for felt, turned in ((_NEGATIVE, doc._.denials), (_POSITIVE, doc._.mockeries)):
                if turned:
                    if self._classifier is None:
                        own = _turned(own, _shares(doc, turned), felt)
                    said = _turned(said, [float(one in turned) for one in doc._.clauses], felt)
            doc._.clause_feelings = said
            told = _sentiment(_pooled(own, doc._.passages), said, doc._.clauses)
            doc._.sentiment = with_rating(told, doc._.post.rating)
            passage, clause = passage + len(own), clause + len(said)

    def _of_passages(self, docs: Sequence[Doc]) -> Matrix:
        if self._classifier is None:
            return self._told(self._of_heads(docs), docs)
        chances = self._classifier.chances([text for doc in docs for text in _texts(doc)])
        beside = self._classifier.beside
        if beside is None:
            return chances
        return self._told(beside.mixed(chances, self._of_heads(docs)), docs)

    def _told(self, logits: Matrix, docs: Sequence[Doc]) -> Matrix:
        return softmax(self._leant(logits, docs, [len(doc._.passages) for doc in docs]))

    def _of_heads(self, docs: Sequence[Doc]) -> Matrix:
        tones = np.concatenate([doc._.passage_tones for doc in docs])
        return self._logits(tones, [words for doc in docs for words in _passage_words(doc)])

    def _of_clauses(self, docs: Sequence[Doc]) -> Matrix:
        tones = np.concatenate([doc._.clause_tones for doc in docs])
        words = [words for doc in docs for words in doc._.clause_words]
        counts = [len(doc._.clauses) for doc in docs]
        return softmax(self._leant(self._logits(tones, words), docs, counts))

    def _logits(self, tones: Matrix, words: Sequence[Tokens]) -> Matrix:
        logits = self._head.logits(tones)
        if self._lexicon is not None:
            logits = logits + np.float32(self._lexicon.share) * self._lexicon.logits(words)
        return logits

    def _leant(self, logits: Matrix, docs: Sequence[Doc], counts: Sequence[int]) -> Matrix:
        """The logits of each doc's texts, put right for its language."""
        leanings = [self._leaning(doc) for doc in docs]
        spoken = np.repeat([leanings.index(one) for one in leanings], counts)
        for number in np.unique(spoken):
            own = spoken == number
            logits[own] = leanings[number].applied(logits[own])
        return logits

    def _leaning(self, doc: Doc) -> Leaning:
        return leaning_of(self._leanings, doc._.language, networked=networked(doc._.text))


def _passage_words(doc: Doc) -> Iterator[Tokens]:
    """The pieces of each passage: those of its clauses in turn."""
    clauses = iter(doc._.clause_words)
    for passage in doc._.passages:
        yield np.concatenate([next(clauses) for _ in passage])


def _texts(doc: Doc) -> Iterator[str]:
    text = doc._.text
    for passage in doc._.passages:
        yield text[passage[0].start : passage[-1].end]


def _turned(chances: Matrix, shares: Sequence[float], felt: int) -> Matrix:
    """Chances (n, 3) where, by its share of turned clauses, what is felt counts as the opposite."""
    part = np.array(shares, dtype=np.float32) * (chances[:, felt] > chances[:, 2 - felt])
    mixed: Matrix = chances + part[:, None] * (chances[:, ::-1] - chances)
    return mixed


def _shares(doc: Doc, turned: frozenset[Span]) -> list[float]:
    """How much of each passage are clauses that mean the opposite of their words."""
    return [
        sum((one.end - one.start) * (one in turned) for one in passage)
        / sum(one.end - one.start for one in passage)
        for passage in doc._.passages
    ]


def _pooled(chances: Matrix, passages: Sequence[Sequence[Span]]) -> Matrix:
    lengths = [passage[-1].end - passage[0].start for passage in passages]
    pooled: Matrix = np.average(chances, axis=0, weights=lengths)
    return pooled


def _sentiment(chances: Matrix, said: Matrix, clauses: Sequence[Span]) -> Sentiment:
    best = int(chances.argmax())
    polarity = POLARITIES[best]
    score = float(chances[2] - chances[0])
    evidence = None if polarity is Polarity.NEUTRAL else clauses[int(said[:, best].argmax())]
    return Sentiment(polarity, round(score, 4), round(float(chances[best]), 4), evidence)


def with_rating(told: Sentiment, rating: Rating | None) -> Sentiment:
    """The sentiment of the words, put right by the grade the author gave.

    A grade is the author's own word on how it was. Below 30 % of its scale it is negative,
    above 70 % positive. Where the words agree they keep their evidence; where they do not,
    the grade wins. ``RATING_TRUST`` is a judgement, not a measurement.
    """
    if rating is None:
        return told
    grade = 2 * rating.share - 1
    polarity = _graded(rating.share)
    if polarity is told.polarity:
        sure = max(told.confidence, RATING_TRUST)
        return replace(told, score=round((told.score + grade) / 2, 4), confidence=sure)
    return Sentiment(polarity, round(0.75 * grade + 0.25 * told.score, 4), RATING_TRUST)


def _graded(share: float) -> Polarity:
    if share < 0.3:
        return Polarity.NEGATIVE
    return Polarity.POSITIVE if share > 0.7 else Polarity.NEUTRAL
