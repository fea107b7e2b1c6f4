"""Commands that look without changing: the page, and exports."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Options


class What(StrEnum):
    """What can be exported."""

    POSTS = "posts"
    EXPERIENCES = "experiences"
    INFLUENCE = "influence"
    GRAPH = "graph"


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (serve, export):
        cli.command()(command)


def serve(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Serve on this port.")] = None,
) -> None:
    """Serve the page alone."""
    from app.cli.terminal import out
    from app.serving import PageServer

    options: Options = context.obj
    with options.app(changes=False, port=port) as app:
        server = PageServer(app)
        out.print(f"Boca is at [bold]{server.address}[/] — stop with Ctrl-C", highlight=False)
        server.serve()


def export(
    context: typer.Context,
    what: Annotated[What, typer.Argument(help="What to export.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help=".csv, .jsonl, .parquet, .graphml or .gexf")
    ],
    days: Annotated[int, typer.Option(min=1, help="Of the last so many days.")] = 36_500,
) -> None:
    """Write posts, experiences, influence or the graph to a file."""
    from app.cli.terminal import out, say_json
    from app.exports import write

    options: Options = context.obj
    with options.app(changes=False) as app:
        rows = write(app, what.value, output, days)
    if options.json:
        say_json({"what": what.value, "file": str(output), "rows": rows})
    else:
        out.print(f"{rows:,} {what.value} → {output}", highlight=False)
