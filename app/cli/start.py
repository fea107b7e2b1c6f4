"""Commands for setting up: a first config.yaml, and a check of everything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.doctor import Finding


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (init, doctor):
        cli.command()(command)


def init(
    context: typer.Context,
    brand: Annotated[str, typer.Argument(help="The brand to listen for, as people write it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; take defaults.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace settings that exist.")] = False,
) -> None:
    """Ask a few questions and write the settings."""
    from app.cli.terminal import out
    from domain.errors import UsageError

    options: Options = context.obj
    if options.config.exists() and not force:
        todo = "add --force to replace it, or name another with --config"
        raise UsageError("there are settings already", where=str(options.config), todo=todo)
    text = _text(brand, ask=not yes)
    try:
        options.config.parent.mkdir(parents=True, exist_ok=True)
        options.config.write_text(text, encoding="utf-8")
    except OSError as error:
        todo = "name a file in a folder where you may write, with --config"
        what = f"cannot write: {error.strerror}"
        raise UsageError(what, where=str(options.config), todo=todo) from error
    out.print(f"wrote [bold]{options.config}[/]", highlight=False)
    out.print("next: [bold]boca doctor[/] checks it, [bold]boca run[/] starts it", highlight=False)


def _text(brand: str, ask: bool) -> str:
    from app.starter import NOWHERE, Answers, identifier, named, render

    def answer(question: str, default: str = "") -> str:
        given = typer.prompt(question, default=default, show_default=bool(default)) if ask else ""
        return str(given).strip() or default

    aliases = _listed(answer(f"Other words that mean {brand} (with commas)"))
    accounts = _listed(answer(f"{brand}'s own accounts where customers talk"))
    places = _listed(answer("Addresses of feeds or WordPress sites to listen to"))
    name = answer("Your name", "Owner")
    mail = answer("Your e-mail address, for alerts and digests")
    language = answer("Your language, en or pt", "pt" if _portuguese() else "en")
    zone = answer("Your time zone", _zone())
    person: dict[str, Any] = {
        "id": identifier(name),
        "name": name,
        "role": "manager",
        "language": "pt" if language.lower().startswith("pt") else "en",
        "zone": zone,
        "digest_at": "08:00",
        "channels": {"screen": name, **({"mail": mail} if mail else {})},
    }
    answers = Answers(
        brand=named(brand, aliases=aliases, accounts=accounts),
        people=(person,),
        sources=tuple(_source(address) for address in places),
        zone=zone,
        mail=bool(mail),
        contact=f"mailto:{mail}" if mail else NOWHERE,
    )
    return render(answers)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _source(address: str) -> dict[str, Any]:
    """A feed if the address looks like one, else a WordPress site: `doctor` tells if it is not."""
    from urllib.parse import urlsplit

    from app.starter import identifier

    url = address if "://" in address else f"https://{address}"
    path = urlsplit(url).path.lower()
    is_feed = any(mark in path for mark in ("feed", "rss", "atom", ".xml"))
    kind = "feed" if is_feed else "wordpress"
    return {"kind": kind, "name": identifier(urlsplit(url).netloc + path), "url": url}


def _zone() -> str:
    """This machine's time zone, where it can be told."""
    link = Path("/etc/localtime")
    try:
        parts = link.resolve().parts
    except OSError:
        return "UTC"
    return "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else "UTC"


def _portuguese() -> bool:
    import locale

    return (locale.getlocale()[0] or "").startswith("pt")


def doctor(context: typer.Context) -> None:
    """Check everything that can be wrong, and say what to do about it."""
    from app.doctor import Health, examine

    options: Options = context.obj
    with options.app(changes=False) as app:
        found = []
        for finding in examine(app):
            found.append(finding)
            _say(finding, options.json)
    if any(finding.health is Health.BAD for finding in found):
        raise typer.Exit(1)


def _say(finding: Finding, as_json: bool) -> None:
    from dataclasses import asdict

    from rich.markup import escape

    from app.cli.terminal import out, say_json

    if as_json:
        say_json(asdict(finding))
        return
    mark = {"good": "[green]✓[/]", "poor": "[yellow]![/]", "bad": "[red]✗[/]"}[finding.health]
    out.print(f"{mark} {escape(finding.subject):<22} {escape(finding.detail)}", highlight=False)
    if finding.todo:
        out.print(f"  → {escape(finding.todo)}", highlight=False)
