"""Commands that read texts from standard input and say what they mean: no store, no settings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from domain.brands import Brand, ServiceStage
    from nlp.settings import NlpSettings


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (label, grammar):
        cli.command()(command)


def analyse_stdin(options: Options) -> None:
    """Read JSON Lines and write what each text means, in order, as they come."""
    from app.logs import set_up
    from app.texts.analysing import analysed, columns
    from nlp.workers import open_workers

    set_up(options.verbose)
    with open_workers(*_listening(options)) as workers:
        _write(options, analysed(sys.stdin.buffer, workers, options.clock()), columns)


def label(
    context: typer.Context,
    labels: Annotated[list[str], typer.Argument(help="The labels to choose from.")],
    examples: Annotated[
        Path | None, typer.Option(help="Texts with their labels: CSV or JSON Lines.")
    ] = None,
) -> None:
    """Label texts from standard input by a few examples, or by the labels' own words."""
    from app.logs import set_up
    from app.texts.labelling import columns, labelled, read_examples

    options: Options = context.obj
    set_up(options.verbose)
    taught = read_examples(examples, labels) if examples else []
    _write(options, labelled(sys.stdin.buffer, labels, taught), columns)


def grammar(context: typer.Context) -> None:
    """Part of speech, morphology and lemma of every word of Portuguese texts, from JSON Lines."""
    from app.logs import set_up
    from app.texts.grammar import columns, worded

    options: Options = context.obj
    set_up(options.verbose)
    _write(options, worded(sys.stdin.buffer), columns)


def _write(
    options: Options,
    answers: Iterable[Mapping[str, Any]],
    columns: Callable[[Mapping[str, Any]], Sequence[str]],
) -> None:
    from app.texts.lines import as_json, as_row

    for told in answers:
        print(as_json(told) if options.json else as_row(told, columns(told)), flush=True)


def _listening(
    options: Options,
) -> tuple[NlpSettings, tuple[Brand, ...], tuple[ServiceStage, ...]]:
    """What the settings say, if there are any; else eight common stages and no brand."""
    from domain.brands import COMMON_STAGES, ServiceStage
    from nlp.settings import NlpSettings

    if options.config.exists():
        settings = options.settings()
        return settings.nlp, settings.brand_list(), settings.stage_list()
    return NlpSettings(), (), tuple(ServiceStage(name, name) for name in COMMON_STAGES)
