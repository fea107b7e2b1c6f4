"""Labels from a file, as people write them in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.application import App
from domain.analyses import Correction, Label, Polarity
from domain.errors import UsageError

_LABELS = (Label.POLARITY, Label.STAGE)


def take(app: App, path: Path, now: datetime) -> int:
    """Keep the labels of a CSV with the columns post, polarity and/or stage, and person.

    A label that cannot be given, or a post that is not there, stops it with its line;
    then none is kept. Raises UsageError.
    """
    with path.open(encoding="utf-8-sig", newline="") as stream:
        corrections = list(_corrections(app, csv.DictReader(stream), path, now))
    with app.store.writing() as unit:
        known = unit.posts.get_many([one.post_id for _, one in corrections])
        for line, one in corrections:
            if one.post_id not in known:
                raise _wrong(
                    path, line, f"there is no post {one.post_id}", "take ids from boca teach"
                )
            unit.analyses.correct(one)
    return len(corrections)


def _corrections(
    app: App, rows: csv.DictReader[str], path: Path, now: datetime
) -> Iterator[tuple[int, Correction]]:
    if not {"post", "person"} <= set(rows.fieldnames or ()):
        todo = "its first line must name the columns: post,polarity,stage,person"
        raise UsageError("the file has no columns post and person", where=str(path), todo=todo)
    allowed = {
        Label.POLARITY: {polarity.value for polarity in Polarity},
        Label.STAGE: {stage.id for stage in app.stages},
    }
    for row in rows:
        for label in _LABELS:
            value = (row.get(label.value) or "").strip()
            if not value:
                continue
            if value not in allowed[label]:
                todo = f"write one of {', '.join(sorted(allowed[label]))}"
                raise _wrong(path, rows.line_num, f"{value!r} is no {label.value}", todo)
            post = (row["post"] or "").strip()
            if not (post.isascii() and post.isdecimal() and len(post) < 19):
                raise _wrong(path, rows.line_num, f"{post!r} is no post", "write its number")
            person = (row["person"] or "").strip() or "file"
            yield rows.line_num, Correction(int(post), label, value, person, now)


def _wrong(path: Path, line: int, what: str, todo: str) -> UsageError:
    return UsageError(what, where=f"{path}, line {line}", todo=todo)
