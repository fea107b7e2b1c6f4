"""Commands about language models: which are here, fetching one, trying one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.options import Options

models = typer.Typer(name="models", help="Language models: list, fetch, try.", no_args_is_help=True)


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    cli.add_typer(models)


@models.command("list")
def list_them(context: typer.Context) -> None:
    """The models on this machine, with the state to pin them at."""
    from app.cli.terminal import say_json, say_table
    from nlp.catalogue import held

    options: Options = context.obj
    if options.json:
        for one in held():
            say_json(asdict(one))
        return
    rows = [(one.name, one.revision, f"{one.size / 1e6:,.0f}", one.folder) for one in held()]
    say_table("Models on this machine", ("model", "revision", "MB", "folder"), rows)


@models.command("pull")
def pull(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name on the hub, as owner/model.")],
    revision: Annotated[
        str | None, typer.Option(help="The commit or tag to fetch; else the newest.")
    ] = None,
) -> None:
    """Fetch a model: safetensors or ONNX only, never a pickle, never its code."""
    from app.cli.terminal import out, say_json
    from nlp.catalogue import pull as fetch

    options: Options = context.obj
    got = fetch(name, revision)
    if options.json:
        say_json(asdict(got))
        return
    out.print(f"{got.name}: {got.size / 1e6:,.0f} MB in {got.folder}", highlight=False)
    out.print(f"to use it: nlp: {{model: {got.name}, revision: {got.revision}}}", highlight=False)


@models.command("test")
def test(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name, a folder, or default.")] = "default",
    revision: Annotated[str | None, typer.Option(help="The state of a named model.")] = None,
    weights: Annotated[Path | None, typer.Option(help="Weights of your own training.")] = None,
) -> None:
    """Load a model and let it judge a few sentences."""
    from app.cli.terminal import out, say_json, say_table
    from nlp.catalogue import tried
    from nlp.settings import NlpSettings

    options: Options = context.obj
    trial = tried(NlpSettings(model=name, revision=revision, weights=weights))
    if options.json:
        say_json(asdict(trial) | {"right": trial.right})
        return
    rows = [
        ("✓" if found is expected else "✗", text, found.value, f"{sure:.0%}", expected.value)
        for text, expected, found, sure in trial.judged
    ]
    say_table(f"What {name} says", ("", "text", "found", "sure", "expected"), rows)
    out.print(
        f"{trial.right} of {len(trial.judged)} as expected · "
        f"loaded in {trial.seconds_to_load:.1f} s",
        highlight=False,
    )
