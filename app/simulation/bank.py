"""The words of each variety of language, read from the files of ``phrases/``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from app.simulation.grammar import Template, parse

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = ("slots", "emoji", "slang", "extends", "replace")


@dataclass(frozen=True, slots=True)
class Bank:
    """What can be said in one variety.

    ``sayings`` are templates by path (``complaint.use``, ``openers.negative``),
    ``slots`` fill their places, ``emoji`` go by polarity, ``slang`` by word.
    """

    variety: str
    sayings: Mapping[str, tuple[Template, ...]]
    slots: Mapping[str, tuple[Template, ...]]
    emoji: Mapping[str, tuple[str, ...]]
    slang: Mapping[str, str]


@cache
def bank(variety: str) -> Bank:
    """The words of ``pt-BR``, ``pt-PT`` or ``en``."""
    raw = _read(variety)
    return Bank(
        variety,
        {path: tuple(map(parse, lines)) for path, lines in _lines(raw)},
        {name: tuple(map(parse, lines)) for name, lines in raw["slots"].items()},
        {polarity: tuple(signs) for polarity, signs in raw["emoji"].items()},
        raw["slang"],
    )


def _read(variety: str) -> dict[str, Any]:
    path = files("app.simulation") / "phrases" / f"{variety}.yaml"
    raw: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506
    if "extends" not in raw:
        return raw
    return _extended(_replaced(_read(raw.pop("extends")), raw.pop("replace")), raw)


def _replaced(node: Any, words: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _replaced(value, words) for key, value in node.items()}
    if isinstance(node, list):
        return [_replaced(value, words) for value in node]
    for old, new in words.items():
        node = node.replace(old, new)
    return node


def _extended(base: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Own slots and slang replace the base's; own sayings come on top, twice as likely."""
    for key, value in more.items():
        if key == "slang":
            base[key] = value
        elif key == "slots":
            base[key].update(value)
        elif isinstance(value, dict):
            base[key] = _extended(base[key], value)
        else:
            base[key] = base[key] + value * 2
    return base


def _lines(raw: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    for key, value in raw.items():
        if key in _WHOLE:
            continue
        if isinstance(value, dict):
            yield from _lines(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
