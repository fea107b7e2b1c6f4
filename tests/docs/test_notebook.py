"""The notebooks run, and what they say of the world they make is true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "docs/notebooks").glob("*.ipynb"))


def run(path: Path) -> dict[str, Any]:
    """All code cells in order, in one namespace."""
    names: dict[str, Any] = {"__name__": path.stem}
    for place, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name}[{place}]", "exec"), names)
    return names


def test_the_influence_notebook_finds_its_own_truth() -> None:
    names = run(next(path for path in NOTEBOOKS if path.stem == "influence"))
    assert names["agreement"]["expected_reach"] > 0.85
    assert names["agreement"]["expected_reach"] > names["agreement"]["pagerank"]
    assert names["judged"]["together"] > 0.97 * names["judged"]["naive top 5"]
    assert names["forecasts"][7].to_come > names["forecasts"][0].to_come
    assert len(names["lived"]) >= 4 and names["taken"].curve.fits
    assert names["scatter"]._repr_svg_().startswith("<svg")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_kept_without_their_outputs(path: Path) -> None:
    cells = [one for one in json.loads(path.read_text("utf-8"))["cells"] if "outputs" in one]
    assert cells and not any(one["outputs"] or one["execution_count"] for one in cells)
