"""Which column of a file fills which field of a post, as written in the settings."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

Row = Mapping[str, Any]
Getter = Callable[[Row], str | None]

_PLACE = re.compile(r"\{([^{}]+)\}")
_COLUMN = "A column's name, or a template such as post-{Id}"


class Columns(BaseModel):
    """Which column, or template of columns, fills which field of a post.

    A template gives nothing where one of its columns is empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    created_at: str = Field(description=f"When it was written. {_COLUMN}.")
    edited_at: str | None = Field(default=None, description=f"When it was last edited. {_COLUMN}.")
    text: str | None = Field(default=None, description=f"What was said. {_COLUMN}.")
    title: str | None = Field(default=None, description=f"Its heading. {_COLUMN}.")
    external_id: str | None = Field(
        default=None,
        description=f"What tells it from others; without one, its content does. {_COLUMN}.",
    )
    parent: str | None = Field(
        default=None, description=f"The id of what it replies to. {_COLUMN}."
    )
    thread: str | None = Field(default=None, description=f"The id of its thread's root. {_COLUMN}.")
    kind: str | None = Field(default=None, description="The column to look up in kinds.")
    author: str | None = Field(default=None, description=f"The id of who wrote it. {_COLUMN}.")
    author_name: str | None = Field(default=None, description=f"The name shown. {_COLUMN}.")
    url: str | None = Field(default=None, description=f"Where to read it. {_COLUMN}.")
    language: str | None = Field(default=None, description=f"An ISO 639-1 code. {_COLUMN}.")
    rating: str | None = Field(default=None, description="The grade given, on rating_scale.")
    likes: str | None = Field(default=None, description="How often it was liked.")
    shares: str | None = Field(default=None, description="How often it was passed on.")
    replies: str | None = Field(default=None, description="How many replies it has.")
    views: str | None = Field(default=None, description="How often it was seen.")
    accepted_answer: str | None = Field(
        default=None, description=f"The id of the answer that the asker accepted. {_COLUMN}."
    )
    quotes: str | None = Field(
        default=None, description="Ids quoted: a list, or words with commas."
    )
    consent: str | None = Field(
        default=None,
        description="The column that must say yes; nothing is kept of a row that does not.",
    )
    labels: dict[str, str] = Field(
        default_factory=dict,
        description="Further things to keep: label and column, or a list of columns.",
    )

    @field_validator("labels", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return {name: name for name in value} if isinstance(value, list) else value

    def names(self) -> set[str]:
        """Every column that the mapping asks for."""
        given = [getattr(self, name) for name in type(self).model_fields if name != "labels"]
        return {
            column
            for spec in [*given, *self.labels.values()]
            if spec
            for column in _PLACE.findall(spec) or [spec]
        }


def getter(spec: str | None) -> Getter:
    """A function that reads a column, or fills a template, as text; None where empty."""
    if spec is None:
        return lambda row: None
    names = _PLACE.findall(spec)
    if not names:
        return lambda row, name=spec: _text(row.get(name))  # type: ignore[misc]
    around = [part.replace("{{", "{") for part in _PLACE.split(spec)[::2]]

    def fill(row: Row) -> str | None:
        filled = around[0]
        for name, after in zip(names, around[1:], strict=True):
            value = _text(row.get(name))
            if value is None:
                return None
            filled += value + after
        return filled

    return fill


def raw_getter(spec: str) -> Callable[[Row], object]:
    """Like getter, but a plain column keeps its type, so that a number stays a time."""
    if _PLACE.search(spec):
        return getter(spec)
    return lambda row: None if _text(row.get(spec)) is None else row[spec]


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value if value[0] > " " and value[-1] > " " else value.strip() or None
    if isinstance(value, float):
        return _written(value)
    return str(value)


def _written(value: float) -> str | None:
    if math.isnan(value):
        return None
    return str(int(value)) if value.is_integer() else str(value)
