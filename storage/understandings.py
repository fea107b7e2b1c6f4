"""What a post wants, does, names and weighs, kept beside its analysis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from domain.analyses import (
    Act,
    ActLabel,
    Analysis,
    Entity,
    EntityKind,
    Ground,
    Intent,
    IntentLabel,
    Judgement,
    Sarcasm,
    Span,
    Variety,
)
from domain.experiences import Reason
from storage.lookup import among, portions
from storage.understanding_tables import entities, signs, understandings

_INTENT, _ACT = "intent", "act"
_TABLES = (understandings, signs, entities)


def keep_understanding(connection: Connection, found: Sequence[Analysis]) -> None:
    """Write these parts of analyses in place of older ones."""
    for portion in portions(analysis.post_id for analysis in found):
        for table in _TABLES:
            connection.execute(delete(table).where(table.c.post_id.in_(portion)))
    rows = {
        understandings: [_row(one) for one in found],
        signs: [row for one in found for row in _sign_rows(one)],
        entities: [row for one in found for row in _entity_rows(one)],
    }
    for table, written in rows.items():
        if written:
            connection.execute(insert(table), written)


def read_understanding(
    connection: Connection, post_ids: Sequence[int]
) -> Mapping[int, Mapping[str, Any]]:
    """The fields of ``Analysis`` that are kept here, by post id."""
    found: dict[int, dict[str, Any]] = {
        row.post_id: _fields(row)
        for row in among(connection, select(understandings), understandings.c.post_id, post_ids)
    }
    shown = select(signs).order_by(signs.c.post_id, signs.c.confidence.desc(), signs.c.name)
    for row in among(connection, shown, signs.c.post_id, post_ids):
        place = _span(row.start, row.end)
        if row.kind == _INTENT:
            found[row.post_id]["intents"] += (IntentLabel(Intent(row.name), row.confidence, place),)
        else:
            found[row.post_id]["acts"] += (ActLabel(Act(row.name), row.confidence, place),)
    named = select(entities).order_by(entities.c.post_id, entities.c.position)
    for row in among(connection, named, entities.c.post_id, post_ids):
        entity = Entity(EntityKind(row.kind), row.value, row.confidence, Span(row.start, row.end))
        found[row.post_id]["entities"] += (entity,)
    return found


def _row(analysis: Analysis) -> dict[str, Any]:
    return {
        "post_id": analysis.post_id,
        "severity": analysis.severity.value,
        "urgency": analysis.urgency.value,
        "official": int(analysis.official),
        "variety": analysis.variety and analysis.variety.tag,
        "details": _details(analysis),
    }


def _details(analysis: Analysis) -> dict[str, Any]:
    """Only what is there, so that a plain post takes no place."""
    details: dict[str, Any] = {}
    if analysis.variety is not None:
        place = _place(analysis.variety.evidence)
        details["variety"] = [analysis.variety.confidence, *place]
    if analysis.sarcasm is not None:
        details["sarcasm"] = [analysis.sarcasm.confidence, *_place(analysis.sarcasm.evidence)]
    for name in ("severity", "urgency"):
        if grounds := getattr(analysis, name).grounds:
            details[name] = [_ground_values(ground) for ground in grounds]
    return details


def _ground_values(ground: Ground) -> list[Any]:
    reason = ground.reason
    return [reason.code, dict(reason.params), ground.weight, *_place(ground.evidence)]


def _place(span: Span | None) -> list[int]:
    return [span.start, span.end] if span else []


def _sign_rows(analysis: Analysis) -> Iterable[dict[str, Any]]:
    shown = [(_INTENT, one.intent, one.confidence, one.evidence) for one in analysis.intents]
    done = [(_ACT, one.act, one.confidence, one.evidence) for one in analysis.acts]
    for kind, name, confidence, evidence in (*shown, *done):
        yield {
            "post_id": analysis.post_id,
            "kind": kind,
            "name": name.value,
            "confidence": confidence,
            "start": evidence and evidence.start,
            "end": evidence and evidence.end,
        }


def _entity_rows(analysis: Analysis) -> Iterable[dict[str, Any]]:
    for position, entity in enumerate(analysis.entities):
        yield {
            "post_id": analysis.post_id,
            "position": position,
            "kind": entity.kind.value,
            "value": entity.value,
            "confidence": entity.confidence,
            "start": entity.evidence.start,
            "end": entity.evidence.end,
        }


def _fields(row: Row[Any]) -> dict[str, Any]:
    details: Mapping[str, Any] = row.details or {}
    return {
        "intents": (),
        "acts": (),
        "entities": (),
        "severity": _judgement(row.severity, details.get("severity", ())),
        "urgency": _judgement(row.urgency, details.get("urgency", ())),
        "variety": _variety(row.variety, *details.get("variety", ())),
        "sarcasm": _sarcasm(*details["sarcasm"]) if "sarcasm" in details else None,
        "official": bool(row.official),
    }


def _judgement(value: float, grounds: Iterable[Sequence[Any]]) -> Judgement:
    return Judgement(value, tuple(_ground(*values) for values in grounds))


def _ground(
    code: str,
    params: Mapping[str, str | int | float],
    weight: float,
    start: int | None = None,
    end: int | None = None,
) -> Ground:
    return Ground(Reason(code, params), weight, _span(start, end))


def _variety(
    tag: str | None, confidence: float = 0.0, start: int | None = None, end: int | None = None
) -> Variety | None:
    return Variety(tag, confidence, _span(start, end)) if tag else None


def _sarcasm(confidence: float, start: int, end: int) -> Sarcasm:
    return Sarcasm(confidence, Span(start, end))


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
