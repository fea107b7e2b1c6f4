"""Turn what pydantic says into mistakes a person can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from domain.errors import Mistake


def mistakes_of(error: ValidationError, section: str, model: type[BaseModel]) -> list[Mistake]:
    """Every mistake in one section, each with its path, the rule and what to write."""
    details = error.errors(include_url=False)
    # Items that are wrong also leave their list too short, which is no mistake of its own.
    real = [detail for detail in details if detail["type"] != "too_short"] or details
    return [_mistake(detail, section, model) for detail in real]


def _mistake(detail: Mapping[str, Any], section: str, model: type[BaseModel]) -> Mistake:
    loc = (section, *detail["loc"])
    path = ".".join(str(part) for part in loc)
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(path, loc, model)
    if kind == "missing":
        return Mistake(path, "is missing", "add it")
    if kind.startswith("union_tag"):
        expected = detail.get("ctx", {}).get("expected_tags", "")
        return Mistake(
            path, "no such kind", f"write one of {expected}" if expected else "add kind:"
        )
    if kind in _SHAPES:
        return Mistake(path, *_SHAPES[kind])
    return Mistake(path, _plain(detail), _advice(detail))


_SHAPES = {
    "tuple_type": ("should be a list", "write each item on a line that begins with -"),
    "list_type": ("should be a list", "write each item on a line that begins with -"),
    "dict_type": ("should be keys with values", "write each as key: value"),
    "model_type": ("should be keys with values", "write each as key: value"),
    "model_attributes_type": ("should be keys with values", "write each as key: value"),
}
"""What YAML calls the shapes that pydantic names after Python's, and how to write them."""


def _plain(detail: Mapping[str, Any]) -> str:
    message = str(detail["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _advice(detail: Mapping[str, Any]) -> str:
    expected = detail.get("ctx", {}).get("expected")
    return f"write {expected}" if expected else ""


def _unknown_key(path: str, loc: Iterable[str | int], model: type[BaseModel]) -> Mistake:
    *parents, key = loc
    known = sorted(_fields_at(model, parents))
    near = difflib.get_close_matches(str(key), known, n=1)
    todo = f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
    return Mistake(path, "no such key", todo if known else "remove it")


def _fields_at(model: type[BaseModel], parents: Iterable[str | int]) -> set[str]:
    """The names of the fields of the model that the path leads to."""
    models = {model}
    for part in parents:
        models = _step(models, part)
    return {name for one in models for name in one.model_fields}


def _step(models: set[type[BaseModel]], part: str | int) -> set[type[BaseModel]]:
    """Models below these at a field, a list index, a dictionary key or a union's tag."""
    below: set[type[BaseModel]] = set()
    for model in models:
        field = model.model_fields.get(str(part))
        if field is not None:
            below |= _models_in(field.annotation)
    if below:
        return below
    tagged = {model for model in models if _tag(model) == part}
    return tagged or models


def _tag(model: type[BaseModel]) -> object:
    kind = model.model_fields.get("kind")
    return kind.default if kind else None


def _models_in(annotation: Any) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    if get_origin(annotation) in (list, tuple, dict, Union, UnionType) or get_args(annotation):
        return {model for arg in get_args(annotation) for model in _models_in(arg)}
    return set()
