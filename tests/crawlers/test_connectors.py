"""A connector can be read in two minutes: settings, a class, its signs; all else is shared."""

from __future__ import annotations

from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "crawlers" / "sources"
CONNECTORS = sorted(SOURCES.glob("*.py"))


@pytest.mark.parametrize("path", CONNECTORS, ids=lambda path: str(path.stem))
def test_a_connector_stays_below_80_lines(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines < 80, "what is not peculiar to the place belongs into crawlers/reading"
