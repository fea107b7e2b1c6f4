"""The collection of analyses, with people's corrections already in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from domain.analyses import (
    Analysis,
    Asked,
    Correction,
    Label,
    Mention,
    Opinion,
    Polarity,
    Sentiment,
    Span,
    StageLabel,
    corrected,
)
from storage.dialects import insert_new, upsert
from storage.lookup import among, page, portions
from storage.story_work import count_once
from storage.tables import (
    READABLE,
    UNGROUPED,
    analyses,
    corrections,
    mentions,
    opinions,
    pipelines,
    posts,
)
from storage.topics import keep_vectors
from storage.understandings import keep_understanding, read_understanding


class Analyses:
    """Keep one analysis for each post; a person's word wins over any pipeline's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, found: Sequence[Analysis]) -> None:
        """Store analyses in place of older ones; those of erased posts are passed over."""
        latest = {analysis.post_id: analysis for analysis in found}
        told = select(posts.c.id, posts.c.created_at)
        times = {row.id: row.created_at for row in self._among(told, posts.c.id, latest)}
        said = self._corrections(times)
        self._write([corrected(latest[one], said.get(one, ())) for one in times], times)
        vectors = {one: (times[one], latest[one].vector) for one in times if latest[one].vector}
        keep_vectors(self._connection, vectors)
        self._stamp([latest[one] for one in times])

    def get(self, post_id: int) -> Analysis | None:
        """What a post means, as people have put it right."""
        return self.get_many([post_id]).get(post_id)

    def get_many(self, post_ids: Iterable[int]) -> dict[int, Analysis]:
        """The analyses of those of these posts that have one, by post id."""
        wanted = list(post_ids)
        spoken: dict[int, list[Mention]] = {}
        by_place = select(mentions).order_by(mentions.c.post_id, mentions.c.position)
        for row in self._among(by_place, mentions.c.post_id, wanted):
            spoken.setdefault(row.post_id, []).append(_mention(row))
        felt: dict[int, list[Opinion]] = {}
        by_rank = select(opinions).order_by(opinions.c.post_id, opinions.c.position)
        for row in self._among(by_rank, opinions.c.post_id, wanted):
            felt.setdefault(row.post_id, []).append(_opinion(row))
        more = read_understanding(self._connection, wanted)
        rows = self._among(select(analyses), analyses.c.post_id, wanted)
        return {
            row.post_id: _analysis(
                row,
                spoken.get(row.post_id, []),
                felt.get(row.post_id, []),
                more.get(row.post_id, {}),
            )
            for row in rows
        }

    def correct(self, correction: Correction) -> None:
        """Keep a person's label: it holds now and for every later analysis of the post."""
        known = self.get(correction.post_id)
        row = {
            "post_id": correction.post_id,
            "label": correction.label.value,
            "value": correction.value,
            "person": correction.person,
            "at": correction.at,
            "found": self._found(correction, known),
            "asked": correction.asked and correction.asked.value,
        }
        self._connection.execute(insert(corrections), row)
        if known is not None:
            told = select(posts.c.created_at).where(posts.c.id == correction.post_id)
            times = {correction.post_id: self._connection.scalar(told)}
            said = self.corrections(correction.post_id)
            self._write([corrected(known, said)], times)

    def corrections(self, post_id: int) -> list[Correction]:
        """What people said of a post's labels, in the order they said it."""
        return self._corrections([post_id]).get(post_id, [])

    def waiting(self, version: str) -> int:
        """How many posts have no analysis by this version of the pipeline."""
        number = select(pipelines.c.id).where(pipelines.c.version == version)
        current = self._connection.scalar(number) or 0
        unread = READABLE & ((posts.c.pipeline_id != current) | (posts.c.pipeline_id == 0))
        return self._connection.scalar(select(func.count()).select_from(posts).where(unread)) or 0

    def ungrouped(self, limit: int) -> list[int]:
        """Ids of posts analysed, or corrected, and not looked at for experiences since."""
        query = select(analyses.c.post_id).where(UNGROUPED).order_by(analyses.c.post_id)
        return list(self._connection.scalars(page(query, limit)))

    def mark_grouped(self, post_ids: Iterable[int]) -> None:
        """Remember that these were looked at for experiences; gone posts have meant nothing."""
        for portion in portions(post_ids):
            lost = select(posts.c.id).where(posts.c.id.in_(portion), posts.c.gone_at.is_not(None))
            self._connection.execute(delete(analyses).where(analyses.c.post_id.in_(lost)))
            these = analyses.c.post_id.in_(portion)
            self._connection.execute(update(analyses).where(these).values(grouped=1))

    def _found(self, correction: Correction, known: Analysis | None) -> str | None:
        """The pipeline's own label: as it is now, or was when a person first spoke."""
        same = (corrections.c.post_id == correction.post_id) & (
            corrections.c.label == correction.label.value
        )
        first = select(corrections.c.found).where(same).order_by(corrections.c.id).limit(1)
        before = self._connection.execute(first).first()
        if before is not None:
            return before.found  # type: ignore[no-any-return]
        return known.said(correction.label) if known else None

    def _among(self, query: Any, column: Any, values: Iterable[int]) -> Iterable[Row[Any]]:
        return among(self._connection, query, column, values)

    def _corrections(self, post_ids: Iterable[int]) -> dict[int, list[Correction]]:
        said: dict[int, list[Correction]] = {}
        query = select(corrections).order_by(corrections.c.id)
        for row in self._among(query, corrections.c.post_id, post_ids):
            asked = Asked(row.asked) if row.asked else None
            one = Correction(row.post_id, Label(row.label), row.value, row.person, row.at, asked)
            said.setdefault(row.post_id, []).append(one)
        return said

    def _write(self, found: Sequence[Analysis], times: dict[int, Any]) -> None:
        if not found:
            return
        for portion in portions(analysis.post_id for analysis in found):
            for table in (mentions, opinions):
                self._connection.execute(delete(table).where(table.c.post_id.in_(portion)))
        rows = [_row(one) | {"created_at": times[one.post_id]} for one in found]
        self._connection.execute(upsert(self._connection, analyses, ["post_id"]), rows)
        spoken = [row for one in found for row in _mention_rows(one, times[one.post_id])]
        if spoken:
            self._connection.execute(insert(mentions), spoken)
            count_once(self._connection, times)
        felt = [row for one in found for row in _opinion_rows(one)]
        if felt:
            self._connection.execute(insert(opinions), felt)
        keep_understanding(self._connection, found)

    def _stamp(self, found: Sequence[Analysis]) -> None:
        """Note on the posts which pipeline has read them."""
        by_version: dict[str, list[int]] = {}
        for analysis in found:
            by_version.setdefault(analysis.version, []).append(analysis.post_id)
        for version, post_ids in by_version.items():
            self._connection.execute(insert_new(self._connection, pipelines), {"version": version})
            known = select(pipelines.c.id).where(pipelines.c.version == version)
            number = self._connection.scalar(known)
            for portion in portions(post_ids):
                stamped = update(posts).where(posts.c.id.in_(portion)).values(pipeline_id=number)
                self._connection.execute(stamped)


def _row(analysis: Analysis) -> dict[str, Any]:
    sentiment, evidence = analysis.sentiment, analysis.sentiment.evidence
    return {
        "post_id": analysis.post_id,
        "grouped": 0,
        "language": analysis.language,
        "polarity": sentiment.polarity.value,
        "score": sentiment.score,
        "confidence": sentiment.confidence,
        "evidence_start": evidence and evidence.start,
        "evidence_end": evidence and evidence.end,
        "stage": analysis.stage,
        "stages": [_stage_values(label) for label in analysis.stages],
        "version": analysis.version,
        "analysed_at": analysis.analysed_at,
    }


def _stage_values(label: StageLabel) -> list[Any]:
    place = [label.evidence.start, label.evidence.end] if label.evidence else []
    return [label.stage, label.confidence, *place]


def _mention_rows(analysis: Analysis, created_at: Any) -> Iterable[dict[str, Any]]:
    seen: set[str] = set()
    for position, mention in enumerate(analysis.mentions):
        yield {
            "post_id": analysis.post_id,
            "position": position,
            "brand": mention.brand,
            "start": mention.span and mention.span.start,
            "end": mention.span and mention.span.end,
            "repeated": int(mention.brand in seen),
            "created_at": created_at,
            "polarity": analysis.sentiment.polarity.value,
            "stage": analysis.stage,
        }
        seen.add(mention.brand)


def _opinion_rows(analysis: Analysis) -> Iterable[dict[str, Any]]:
    for position, opinion in enumerate(analysis.opinions):
        yield {
            "post_id": analysis.post_id,
            "position": position,
            "aspect": opinion.aspect,
            "polarity": opinion.polarity.value,
            "score": opinion.score,
            "confidence": opinion.confidence,
            "start": opinion.evidence.start,
            "end": opinion.evidence.end,
        }


def _analysis(
    row: Row[Any], spoken: list[Mention], felt: list[Opinion], more: Mapping[str, Any]
) -> Analysis:
    evidence = _span(row.evidence_start, row.evidence_end)
    return Analysis(
        post_id=row.post_id,
        language=row.language,
        sentiment=Sentiment(Polarity(row.polarity), row.score, row.confidence, evidence),
        mentions=tuple(spoken),
        stages=tuple(_stage(*values) for values in row.stages or ()),
        opinions=tuple(felt),
        version=row.version,
        analysed_at=row.analysed_at,
        **more,
    )


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _stage(
    stage: str, confidence: float, start: int | None = None, end: int | None = None
) -> StageLabel:
    return StageLabel(stage, confidence, _span(start, end))


def _mention(row: Row[Any]) -> Mention:
    return Mention(row.brand, _span(row.start, row.end))


def _opinion(row: Row[Any]) -> Opinion:
    evidence = Span(row.start, row.end)
    return Opinion(row.aspect, Polarity(row.polarity), row.score, row.confidence, evidence)
