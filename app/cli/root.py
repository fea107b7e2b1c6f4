"""The root command: options that every command shares, and the list of commands."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli import (
    ask,
    graph,
    looks,
    models,
    queue,
    recording,
    sources,
    start,
    steps,
    teach,
    texts,
    topics,
    world,
)
from app.cli.options import Options


class AnswersInJson(TyperGroup):
    """Understands ``--json`` wherever it stands: before the command, or after."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put it where the root command looks for it."""
        given = args[: args.index("--")] if "--" in args else args
        if "--json" in given:
            args = ["--json", *(one for one in given if one != "--json"), *args[len(given) :]]
        return super().parse_args(ctx, args)


cli = typer.Typer(
    name="boca",
    cls=AnswersInJson,
    help="Listen to what customers tell each other, and mend first what will travel furthest.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    rich_markup_mode="rich",
    epilog="Exit codes: 0 done · 1 failed · 2 usage · 3 settings · 4 storage · 5 source · "
    "6 model · 7 notifier · 8 already running · 130 interrupted",
)


@cli.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path, typer.Option(help="The settings to go by.", envvar="BOCA_CONFIG")
    ] = Path("config.yaml"),
    json: Annotated[bool, typer.Option("--json", help="Answer with JSON, for scripts.")] = False,
    now: Annotated[
        datetime | None,
        typer.Option(
            metavar="MOMENT",
            help="Work as if it were this moment (UTC), as 2026-03-17T12:00: for past data.",
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        ),
    ] = None,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Log more; twice for each post.")
    ] = 0,
) -> None:
    """Listen to what customers tell each other."""
    moment = now.replace(tzinfo=UTC) if now else None
    context.obj = Options(config=config, json=json, now=moment, verbose=verbose)


for module in (
    start,
    steps,
    looks,
    models,
    graph,
    topics,
    teach,
    world,
    ask,
    sources,
    texts,
    queue,
    recording,
):
    module.register(cli)
