"""A user's own labels on texts from standard input."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from app.texts.lines import Line, chunks
from domain.errors import Mistake, SettingsError

Example = tuple[str, str]


def read_examples(path: Path, labels: Sequence[str]) -> list[Example]:
    """Texts and their labels from CSV or JSON Lines with ``text`` and ``label``.

    Raises SettingsError with every row that has no text or a label that was not named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, file))
    except (OSError, ValueError, csv.Error) as error:
        mistake = Mistake("examples", str(error), 'give CSV or JSON Lines of "text" and "label"')
        raise SettingsError((mistake,), where=str(path)) from error
    found = [(row.get("text"), row.get("label")) for row in rows if isinstance(row, dict)]
    wrong = [at for at, (text, label) in enumerate(found, 1) if not text or label not in labels]
    if wrong or len(found) < len(rows):
        rule = f"row {wrong[0] if wrong else '?'} has no text, or a label that is not among those"
        advice = f"use one of: {', '.join(labels)}"
        raise SettingsError((Mistake("examples", rule, advice),), where=str(path))
    return [(str(text), str(label)) for text, label in found]


def labelled(
    stream: BinaryIO, labels: Sequence[str], taught: Sequence[Example]
) -> Iterator[dict[str, Any]]:
    """The likeliest label of each line with the chances of all, in order."""
    from nlp.encoder import Encoder
    from nlp.labelling import Labeller

    labeller = Labeller(labels, taught, Encoder())
    for chunk in chunks(stream):
        texts = [line.text for line in chunk if isinstance(line, Line)]
        rows = iter(labeller.chances(texts)) if texts else iter(())
        for line in chunk:
            yield _told(line, next(rows), labels) if isinstance(line, Line) else line.told


def _told(line: Line, chances: Any, labels: Sequence[str]) -> dict[str, Any]:
    scores = {label: round(float(chance), 4) for label, chance in zip(labels, chances, strict=True)}
    best = max(scores, key=lambda label: scores[label])
    return {"id": line.id, "label": best, "confidence": scores[best], "scores": scores}


def columns(told: Mapping[str, Any]) -> list[str]:
    """What a person is shown of it."""
    return [] if "error" in told else [f"{told['confidence']:.2f}", told["label"]]
