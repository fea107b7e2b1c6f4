"""A letter, and the one way to render one: HTML for mail clients, text for everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from css_inline import CSSInliner
from jinja2 import Environment

from app.templating import environment, one_line

_FOLDERS = (
    Path(__file__).parent / "templates",
    Path(__file__).parent.parent / "digest" / "templates",
)
SUBJECT_LIMIT = 119


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to send; ``payload`` says the same to machines."""

    subject: str
    text: str
    html: str
    link: str
    payload: Mapping[str, object] = field(default_factory=dict)


def compose(
    template: str,
    subject: str,
    link: str,
    payload: Mapping[str, object] | None = None,
    **model: Any,
) -> Letter:
    """Render ``<template>.html`` and ``<template>.txt``; styles move into the elements."""
    templates, title = _templates(), one_line(subject, SUBJECT_LIMIT)
    said = {**model, "subject": title, "link": link}
    html = templates.get_template(f"{template}.html").render(said)
    text = templates.get_template(f"{template}.txt").render(said)
    return Letter(title, text.strip() + "\n", _inliner().inline(html), link, payload or {})


@cache
def _templates() -> Environment:
    return environment(*_FOLDERS)


@cache
def _inliner() -> CSSInliner:
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
