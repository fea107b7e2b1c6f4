"""What each text means, as an object that is written out as JSON or as a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, BinaryIO

from app.application import Analyser
from app.texts.lines import BadLine, Line, chunks
from domain.analyses import Analysis, Judgement, Span
from domain.people import Author
from domain.posts import Post, PostKind, Rating, Rejected

_UNSURE = 0.5
"""Confidence below which the sentiment is better not relied on."""


def analysed(stream: BinaryIO, workers: Analyser, now: datetime) -> Iterator[dict[str, Any]]:
    """One object for each line, in order; a bad line or a post that failed has an ``error``."""
    for chunk in chunks(stream):
        read = [
            _post(line, at, now) if isinstance(line, Line) else line
            for at, line in enumerate(chunk)
        ]
        answers = workers.analyse((one for one in read if isinstance(one, Post)), now)
        for line, one in zip(chunk, read, strict=True):
            if isinstance(one, BadLine):
                yield one.told
            elif isinstance(line, Line):
                yield _told(line, next(answers))


def _post(line: Line, number: int, now: datetime) -> Post | BadLine:
    more = line.more
    source = str(more.get("source") or "stdin")
    parent = more.get("parent")
    try:
        rating = _rating(more.get("rating"))
    except (KeyError, TypeError, ValueError) as error:
        return BadLine(line.number, line.id, f'"rating" cannot be read: {error}')
    author = more.get("author")
    return Post(
        source=source,
        external_id=str(line.id),
        kind=PostKind.POST if parent is None else PostKind.REPLY,
        text=line.text,
        created_at=now,
        author=Author(source, str(author), str(author)) if author is not None else None,
        parent=None if parent is None else str(parent),
        language=str(more["lang"]) if more.get("lang") else None,
        rating=rating,
        id=number,
    )


def _rating(given: Any) -> Rating | None:
    """A number is one of five; an object says its scale."""
    if given is None:
        return None
    if isinstance(given, Mapping):
        best, worst = float(given.get("best", 5)), float(given.get("worst", 1))
        return Rating(float(given["value"]), best, worst)
    return Rating(float(given))


def _told(line: Line, answer: Analysis | Rejected) -> dict[str, Any]:
    if isinstance(answer, Rejected):
        error = {"line": line.number, "code": answer.code, "message": answer.detail}
        return {"id": line.id, "error": error}
    sentiment = answer.sentiment
    unsure = sentiment.confidence < _UNSURE or answer.sarcasm is not None
    return {
        "id": line.id,
        "language": answer.language,
        "sentiment": {
            "polarity": sentiment.polarity.value,
            "score": sentiment.score,
            "confidence": sentiment.confidence,
            "abstain": unsure,
        },
        "aspects": [
            {"aspect": one.aspect, "polarity": one.polarity.value, "span": _span(one.evidence)}
            for one in answer.opinions
        ],
        "stage": answer.stage,
        "intents": [one.intent.value for one in answer.intents],
        "severity": answer.severity.value,
        "evidence": list(_evidence(answer, line.text)),
        "urgency": answer.urgency.value,
        "acts": [one.act.value for one in answer.acts],
        "stages": [{"stage": one.stage, "confidence": one.confidence} for one in answer.stages],
        "variety": answer.variety.tag if answer.variety else None,
        "brands": list(answer.brands),
        "entities": [
            {"kind": one.kind.value, "value": one.value, "span": _span(one.evidence)}
            for one in answer.entities
        ],
        "official": answer.official,
        "sarcasm": answer.sarcasm.confidence if answer.sarcasm else None,
        "reasons": {
            "severity": _reasons(answer.severity),
            "urgency": _reasons(answer.urgency),
        },
    }


def _evidence(answer: Analysis, text: str) -> Iterator[dict[str, Any]]:
    """The words that each label rests on, with how sure it is."""
    labels: list[tuple[str, float, Span | None]] = [
        ("sentiment", answer.sentiment.confidence, answer.sentiment.evidence)
    ]
    labels += [(f"stage:{one.stage}", one.confidence, one.evidence) for one in answer.stages]
    labels += [(f"intent:{one.intent}", one.confidence, one.evidence) for one in answer.intents]
    labels += [(f"act:{one.act}", one.confidence, one.evidence) for one in answer.acts]
    if answer.variety:
        labels.append(("variety", answer.variety.confidence, answer.variety.evidence))
    for name, confidence, span in labels:
        if span is not None:
            words = span.of(text)
            yield {"of": name, "confidence": confidence, "span": _span(span), "text": words}


def _reasons(judgement: Judgement) -> list[dict[str, Any]]:
    return [
        {"code": ground.reason.code, "weight": ground.weight, **ground.reason.params}
        for ground in judgement.grounds
    ]


def _span(span: Span) -> list[int]:
    return [span.start, span.end]


def columns(told: Mapping[str, Any]) -> list[str]:
    """What a person is shown of it."""
    if "error" in told:
        return []
    sentiment = told["sentiment"]
    feeling = "unsure" if sentiment["abstain"] else sentiment["polarity"]
    return [
        f"{told['language']:<4}",
        f"{feeling:<9}{sentiment['score']:+.2f}",
        f"{told['stage'] or '–':<14}",
        f"severity {told['severity']:.2f}",
        ", ".join(told["intents"]),
    ]
