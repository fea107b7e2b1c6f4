"""Commands for people who put it right: what to label next, and learning from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.lessons import Question
    from app.steps.learn import Learned


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (teach, learn):
        cli.command()(command)


def teach(
    context: typer.Context,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="Take labels from a CSV: post, polarity and/or stage, person.", exists=True
        ),
    ] = None,
    most: Annotated[int, typer.Option(min=1, max=500, help="How many posts to show.")] = 20,
) -> None:
    """Show the posts whose labels would teach most, or take labels from a file."""
    from app.cli.terminal import out
    from app.lessonfiles import take
    from app.lessons import questions

    options: Options = context.obj
    if labels is not None:
        with options.app() as app:
            out.print(f"{take(app, labels, app.clock()):,} labels kept", highlight=False)
        return
    with options.app(changes=False) as app, app.store.reading() as unit:
        for one in questions(unit, app.clock(), most):
            _show(one, options.json)


def learn(context: typer.Context) -> None:
    """Learn from people's labels: posts are read anew by what was learned."""
    from app.cli.terminal import say_json
    from app.steps.learn import learn as step

    options: Options = context.obj
    with options.app() as app:
        learned = step(app, app.clock())
    if options.json:
        taught = learned.taught
        right = {"right": taught.right, "right_before": taught.right_before} if taught else {}
        say_json({"lessons": learned.lessons, "kept": learned.kept, **right})
    else:
        _tell(learned)


def _show(question: Question, as_json: bool) -> None:
    from rich.markup import escape

    from app.cli.terminal import out, say_json
    from app.templating import excerpt

    found = question.analysis
    if as_json:
        labels = {"polarity": found.sentiment.polarity.value, "stage": found.stage}
        sure = round(found.sentiment.confidence, 3)
        about = {"post": question.post.id, "asked": question.asked.value, "confidence": sure}
        say_json({**about, **labels, "text": question.post.content})
        return
    why = f"{found.sentiment.polarity.value} {found.sentiment.confidence:.0%}"
    out.print(f"[bold]{question.post.id}[/] {why} [dim]{question.asked.value}[/]", highlight=False)
    out.print(f"  {escape(excerpt(question.post, 300))}", highlight=False)


def _tell(learned: Learned) -> None:
    from app.cli.terminal import out
    from nlp.teaching import LEAST

    taught = learned.taught
    if taught is None:
        out.print(
            f"{learned.lessons} labelled posts: too few, or all alike. "
            f"{LEAST} that differ are needed → boca teach",
            highlight=False,
        )
        return
    told = f"right on {taught.right:.0%} of held-out labels, before {taught.right_before:.0%}"
    kept = "kept: boca analyse reads posts anew" if learned.kept else "no better: not kept"
    out.print(f"{learned.lessons} labelled posts: {told}; {kept}", highlight=False)
