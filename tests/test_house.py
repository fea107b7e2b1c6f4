"""The house itself: what is imported is what lies here, and the folders are all there."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("domain", "crawlers", "nlp", "graph", "alerts", "storage", "app")
NAMELESS = {"core", "common", "utils", "helpers", "types", "misc"}


@pytest.mark.parametrize("room", ROOMS)
def test_packages_are_ours(room: str) -> None:
    """Unrelated packages called ``nlp`` and ``storage`` exist on the public index."""
    module = importlib.import_module(room)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve().parent == ROOT / room


def test_every_room_is_packaged() -> None:
    listed = (ROOT / "pyproject.toml").read_text()
    assert all(f'"{room}"' in listed for room in ROOMS)


def test_no_nameless_modules() -> None:
    names = {path.stem for room in ROOMS for path in (ROOT / room).rglob("*")}
    assert not names & NAMELESS


def test_lock_names_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert not [line for line in lines if "://" in line]
