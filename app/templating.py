"""Templates that speak the reader's language: one Jinja environment for pages and letters.

A template is rendered with ``tongue`` among its variables: ``_`` and ``ngettext`` and the
filters below say everything through it. HTML is autoescaped; text templates are not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from app import addresses
from app.languages import Tongue, head_count, iso
from app.reasons import factor_name, factor_value, reach_to_come, rule_name, sentence
from app.wording import word
from domain.experiences import UNSORTED, Factor, Reach, Reason
from domain.posts import Post

_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def environment(*folders: Path) -> Environment:
    """The environment for the templates of these folders."""
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(_FILTERS)
    made.globals.update(at=addresses)
    return made


def one_line(text: str, limit: int = 160) -> str:
    """Crawled text fit for a title or a subject: one line, nothing hidden, cut at a word."""
    shown = _HIDDEN.sub("", text[: limit * 8])
    plain = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in shown)
    words = " ".join(plain.split())
    if len(words) <= limit:
        return words
    kept = words[: limit - 1]
    head, _, rest = kept.rpartition(" ")
    return (head if head and len(rest) < 20 else kept).rstrip(" ,.;:") + "…"


def excerpt(post: Post, limit: int = 240) -> str:
    """A post in one line: its title, unless the text begins with the same words, and its text."""
    title, text = one_line(post.title, limit), one_line(post.text, limit)
    if not title or text.casefold().startswith(title.rstrip("…. ").casefold()):
        return text
    return one_line(f"{title} — {text}" if text else title, limit)


def stage_name(stage: str, names: Mapping[str, str], tongue: Tongue) -> str:
    """What a stage is called; the unsorted one has a name of its own."""
    if stage == UNSORTED:
        return tongue.say("Stage not told")
    return names.get(stage, stage)


def capitalised(words: str) -> str:
    """The words with a capital at their start, the rest left alone."""
    return words[:1].upper() + words[1:]


def _tongue(context: Context) -> Tongue:
    tongue: Tongue = context["tongue"]
    return tongue


@pass_context
def _gettext(context: Context, message: str) -> str:
    return _tongue(context).say(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, num: float) -> str:
    return _tongue(context).plural(one, many, num)


@pass_context
def _number(context: Context, value: float) -> str:
    return _tongue(context).number(value)


@pass_context
def _fine(context: Context, value: float) -> str:
    return _tongue(context).fine(value)


@pass_context
def _people(context: Context, value: float) -> str:
    return _tongue(context).number(head_count(value))


@pass_context
def _percent(context: Context, value: float) -> str:
    return _tongue(context).percent(value)


@pass_context
def _day(context: Context, value: date, style: str = "medium") -> str:
    return _tongue(context).day(value, style)


@pass_context
def _day_month(context: Context, value: date) -> str:
    return _tongue(context).day_month(value)


@pass_context
def _moment(context: Context, value: datetime) -> str:
    return _tongue(context).moment(value)


@pass_context
def _ago(context: Context, value: datetime) -> str:
    return _tongue(context).ago(value, context["now"])


@pass_context
def _reason(context: Context, reason: Reason) -> str:
    return sentence(reason, _tongue(context), context["stage_names"])


@pass_context
def _factor(context: Context, factor: Factor) -> str:
    return factor_name(factor, _tongue(context))


@pass_context
def _factor_value(context: Context, factor: Factor) -> str:
    return factor_value(factor, _tongue(context))


@pass_context
def _coming(context: Context, reach: Reach) -> str:
    return reach_to_come(reach, _tongue(context))


@pass_context
def _rule(context: Context, kind: str) -> str:
    return rule_name(kind, _tongue(context))


@pass_context
def _stage(context: Context, stage: str) -> str:
    return stage_name(stage, context["stage_names"], _tongue(context))


@pass_context
def _word(context: Context, value: str) -> str:
    """An enum's value in the reader's language."""
    return word(value, _tongue(context))


_FILTERS: dict[str, Callable[..., Any]] = {
    "number": _number,
    "fine": _fine,
    "people": _people,
    "percent": _percent,
    "day": _day,
    "day_month": _day_month,
    "moment": _moment,
    "ago": _ago,
    "iso": iso,
    "reason": _reason,
    "factor": _factor,
    "factor_value": _factor_value,
    "coming": _coming,
    "rule": _rule,
    "stage": _stage,
    "word": _word,
    "one_line": one_line,
    "excerpt": excerpt,
    "capitalised": capitalised,
    "outward": addresses.outward,
}
