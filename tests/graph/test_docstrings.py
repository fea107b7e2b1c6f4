"""The examples in the docstrings are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import graph

MODULES = sorted(path.stem for path in Path(graph.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_examples_hold(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"graph.{module}"))
    assert result.failed == 0


def test_there_are_examples() -> None:
    found = [doctest.DocTestFinder().find(importlib.import_module(f"graph.{m}")) for m in MODULES]
    assert sum(len(test.examples) for tests in found for test in tests) > 20
