"""Checks across sections: every name that one section uses, another must define."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from alerts.routing import OWNER
from domain.errors import Mistake
from domain.people import Role

_NAMED = (
    ("brands", "id"),
    ("stages", "id"),
    ("people", "id"),
    ("sources", "name"),
    ("launches", "name"),
)


def cross_check(raw: dict[str, Any]) -> list[Mistake]:
    """Names used twice, or used and defined nowhere. Reads raw sections, however broken."""
    return [*_twice(raw), *_unknown(raw)]


def _twice(raw: dict[str, Any]) -> Iterator[Mistake]:
    for section, key in _NAMED:
        counted = Counter(str(item.get(key)) for _, item in _items(raw, section) if item.get(key))
        for name, count in counted.items():
            if count > 1:
                yield Mistake(section, f"{count} of them are called {name!r}", "rename all but one")


def _unknown(raw: dict[str, Any]) -> Iterator[Mistake]:
    brands, stages, people = (_names(raw, *named) for named in _NAMED[:3])
    for index, source in _items(raw, "sources"):
        yield from _missing(f"sources.{index}.brand", [source.get("brand")], brands)
    for index, launch in _items(raw, "launches"):
        yield from _missing(f"launches.{index}.brand", [launch.get("brand")], brands)
    for index, stage in _items(raw, "stages"):
        yield from _missing(f"stages.{index}.owner", [stage.get("owner")], people)
    for index, person in _items(raw, "people"):
        yield from _missing(f"people.{index}.brands", _list(person.get("brands")), brands)
        yield from _missing(f"people.{index}.stages", _list(person.get("stages")), stages)
        channels = person.get("channels")
        used = list(channels) if isinstance(channels, dict) else []
        yield from _missing(f"people.{index}.channels", used, _notifiers(raw))

    yield from _routes(raw, brands, stages, people)


def _routes(
    raw: dict[str, Any], brands: set[str], stages: set[str], people: set[str]
) -> Iterator[Mistake]:
    alerts = raw.get("alerts")
    routes = _list(alerts.get("routes")) if isinstance(alerts, dict) else []
    told = people | {OWNER, *Role}
    for index, route in enumerate(routes):
        if isinstance(route, dict):
            path = f"alerts.routes.{index}"
            yield from _missing(f"{path}.to", _list(route.get("to")), told)
            yield from _missing(f"{path}.brands", _list(route.get("brands")), brands)
            yield from _missing(f"{path}.stages", _list(route.get("stages")), stages)


def _missing(path: str, used: list[Any], known: set[str]) -> Iterator[Mistake]:
    for name in used:
        if name is not None and str(name) not in known:
            there = ", ".join(sorted(known)) or "none is defined"
            yield Mistake(path, f"nothing is called {name!r}", f"defined: {there}")


def _notifiers(raw: dict[str, Any]) -> set[str]:
    alerts = raw.get("alerts")
    notifiers = alerts.get("notifiers") if isinstance(alerts, dict) else None
    return set(notifiers) if isinstance(notifiers, dict) else set()


def _names(raw: dict[str, Any], section: str, key: str) -> set[str]:
    return {str(item[key]) for _, item in _items(raw, section) if item.get(key)}


def _items(raw: dict[str, Any], section: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for index, item in enumerate(_list(raw.get(section))):
        if isinstance(item, dict):
            yield index, item


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
