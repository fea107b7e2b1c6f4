"""Templates with choices and slots: ``[já|até agora] {days} sem resposta da {brand}``."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_MARK = re.compile(r"[\[\]|]|\{[a-z_]+\}|[^\[\]|{}]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several templates, each as likely as the others."""

    options: tuple[Template, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place that a word of the moment, or one of the bank's own, fills."""

    name: str


Template = tuple["str | Choice | Slot", ...]


def parse(text: str) -> Template:
    """The template that a line of the grammar writes; ValueError if a bracket is odd."""
    marks = iter(_MARK.findall(text))
    options, closed = _options(marks)
    if closed:
        raise ValueError(f"a ] without its [ in {text!r}")
    return options[0] if len(options) == 1 else (Choice(options),)


def _options(marks: Iterator[str]) -> tuple[tuple[Template, ...], bool]:
    options: list[Template] = []
    parts: list[str | Choice | Slot] = []
    for mark in marks:
        if mark == "[":
            inner, closed = _options(marks)
            if not closed:
                raise ValueError("a [ without its ]")
            parts.append(Choice(inner))
        elif mark == "]":
            return (*options, tuple(parts)), True
        elif mark == "|":
            options.append(tuple(parts))
            parts = []
        else:
            parts.append(Slot(mark[1:-1]) if mark.startswith("{") else mark)
    return (*options, tuple(parts)), False


Fillings = Mapping[str, Sequence[Template]]


def expand(
    template: Template, fillings: Fillings, moment: Mapping[str, str], rng: random.Random
) -> str:
    """A text of this template: the moment's words first, else one of the slot's fillings."""
    parts = []
    for part in template:
        if isinstance(part, str):
            parts.append(part)
        elif isinstance(part, Choice):
            parts.append(expand(draw(part.options, rng), fillings, moment, rng))
        elif part.name in moment:
            parts.append(moment[part.name])
        else:
            parts.append(expand(draw(fillings[part.name], rng), fillings, moment, rng))
    return "".join(parts)


def draw(options: Sequence[Template], rng: random.Random) -> Template:
    """One of them, each as likely as the others."""
    return options[int(rng.random() * len(options))]


def slots_of(template: Template) -> Iterator[str]:
    """The names of all slots in it, at any depth."""
    for part in template:
        if isinstance(part, Slot):
            yield part.name
        elif isinstance(part, Choice):
            for option in part.options:
                yield from slots_of(option)
