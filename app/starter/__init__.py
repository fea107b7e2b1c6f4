"""The settings that a new Boca starts from: ``boca init`` writes them, and so does the demo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from app.simulation.people import SOURCES
from app.simulation.settings import OWN, RIVAL, BrandWords

NOWHERE = "https://example.com/boca"
"""Stands where a contact for the sites we read belongs."""

_FOLDER = Path(__file__).parent
_CONSOLE = "    screen: {kind: console}"
_MAIL = """    mail:
      kind: email
      host: "${SMTP_HOST:-localhost}"
      port: 587
      encryption: starttls     # starttls, tls or none
      # user: boca
      # password: "${SMTP_PASSWORD}"   # or password_file
      sender: Boca <boca@localhost>"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the settings of a new Boca are made from."""

    brand: Mapping[str, Any]
    people: tuple[Mapping[str, Any], ...]
    rivals: tuple[Mapping[str, Any], ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    zone: str = "UTC"
    mail: bool = False
    demo: bool = False
    contact: str = NOWHERE
    min_priority: float = 20
    min_reach: float = 50


def identifier(name: str) -> str:
    """A short name for addresses and files, made from a brand's name.

    >>> identifier("Lumaré Móvel")
    'lumare-movel'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64] or "brand"


def named(name: str, **more: Any) -> dict[str, Any]:
    """A brand for ``Answers``."""
    given = {"aliases": [], "products": [], "accounts": [], **more}
    return {"id": identifier(name), "name": name, **given}


def render(answers: Answers) -> str:
    """The settings file's text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=False,  # noqa: S701 - this writes YAML, and every value passes the yaml filter
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"yaml": _inline, "entry": _entry}
    facts = {name: getattr(answers, name) for name in Answers.__slots__}
    leads = [person for person in answers.people if person["role"] == "lead"]
    facts["lead"] = (leads or answers.people)[0]["id"]
    facts["notifiers"] = f"{_CONSOLE}\n{_MAIL}" if answers.mail else _CONSOLE
    text = environment.get_template("config.yaml.j2").render(facts)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def _inline(value: Any) -> str:
    """A value as YAML on one line."""
    dumped = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return dumped.removesuffix("\n").removesuffix("\n...")


def _entry(value: Mapping[str, Any]) -> str:
    """A mapping as an item of a list of two spaces' indent."""
    dumped = yaml.safe_dump(dict(value), sort_keys=False, allow_unicode=True, width=10_000)
    first, *rest = dumped.rstrip("\n").split("\n")
    return "\n".join([f"  - {first}", *(f"    {line}" for line in rest)])


def demo() -> Answers:
    """The settings of the simulated town, which stand in the project's own config.yaml."""
    channels = {"screen": "demo"}
    return Answers(
        brand=_of_town(OWN),
        rivals=(_of_town(RIVAL),),
        sources=tuple(_of_files(name) for name in SOURCES),
        people=(
            {
                "id": "marta",
                "name": "Marta",
                "role": "manager",
                "language": "pt",
                "zone": "America/Sao_Paulo",
                "digest_at": "08:00",
                "channels": channels,
            },
            {
                "id": "john",
                "name": "John",
                "role": "lead",
                "language": "en",
                "zone": "Europe/Lisbon",
                "channels": channels,
            },
        ),
        zone="America/Sao_Paulo",
        demo=True,
        min_priority=2,
        min_reach=3,
    )


def _of_files(source: str) -> dict[str, Any]:
    files = [{"path": f"var/town/posts/{source}.jsonl"}]
    return {"kind": "file", "name": source, "every": "5m", "files": files}


def _of_town(words: BrandWords) -> dict[str, Any]:
    more = {"products": list(words.products), "accounts": [words.handle]}
    return named(words.name, **more) | {"id": words.id}
