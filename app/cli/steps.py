"""Commands that run one step each, and the one that runs them all on schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.options import Options

if TYPE_CHECKING:
    from app.application import App
    from app.rounds import Step
    from domain.runs import Run

Sources = Annotated[list[str] | None, typer.Argument(help="Names of sources; all, if none.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would leave; send nothing.")]


def register(cli: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (crawl, analyse, measure, watch, digest, deliver, run):
        cli.command()(command)
    cli.command("import")(import_)


def crawl(context: typer.Context, sources: Sources = None) -> None:
    """Visit sources: those named, or all that are due."""
    from app.steps import crawl as step

    options: Options = context.obj
    with options.app() as app:
        visit = _visit(app, sources) if sources else step.crawl
        _run(options, app, visit)


def import_(
    context: typer.Context,
    sources: Sources = None,
    preview: Annotated[int, typer.Option(help="Show this many posts and store nothing.")] = 0,
) -> None:
    """Read the file sources: those named, or all of them."""
    from app.cli.previews import show

    options: Options = context.obj
    if preview:
        show(options, sources or (), preview)
        return
    with options.app() as app:
        _run(options, app, _visit(app, sources or (), kind="file"))


def _visit(app: App, names: list[str] | tuple[str, ...], kind: str | None = None) -> Step:
    """A step that visits just these sources, due or not."""
    from app.steps import crawl as step

    chosen = step.named(app, names, kind)

    def crawl(app: App, now: object) -> Run:
        return step.visit(app, chosen, app.clock())

    return crawl


def analyse(
    context: typer.Context,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read JSON Lines of texts instead of the store.")
    ] = False,
) -> None:
    """Understand the posts not read yet; with --stdin, texts given as JSON Lines."""
    if stdin:
        from app.cli.texts import analyse_stdin

        analyse_stdin(context.obj)
        return
    _steps(context, "analyse", "topics")


def measure(context: typer.Context) -> None:
    """Measure influence, find people, group experiences and weigh them."""
    _steps(context, "stories", "link", "measure", "people", "group", "weigh", "choose")


def watch(context: typer.Context, dry_run: DryRun = False) -> None:
    """Look for what people must be told, and write it into the outbox."""
    _steps(context, "watch", dry_run=dry_run)


def digest(context: typer.Context, dry_run: DryRun = False) -> None:
    """Write the digests that are due."""
    _steps(context, "digest", dry_run=dry_run)


def deliver(context: typer.Context, dry_run: DryRun = False) -> None:
    """Send what waits in the outbox."""
    _steps(context, "deliver", dry_run=dry_run)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="One round, then stop; no page.")] = False,
    port: Annotated[int | None, typer.Option(help="Serve the page on this port.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Everything: all steps on schedule, and the page."""
    from app.cli.daemon import keep_running
    from app.rounds import rounds

    options: Options = context.obj
    with options.app(dry_run=dry_run, port=port) as app:
        if not once:
            keep_running(options, app)
            return
        _say(options, list(rounds(app)))


def _steps(context: typer.Context, *names: str, dry_run: bool = False) -> None:
    from app.rounds import STEPS

    options: Options = context.obj
    with options.app(dry_run=dry_run) as app:
        for name in names:
            _run(options, app, STEPS[name])


def _run(options: Options, app: App, step: Step) -> None:
    from app.rounds import execute

    _say(options, [execute(step, app)])


def _say(options: Options, runs: list[Run]) -> None:
    from app.cli.terminal import say_run
    from domain.runs import RunOutcome

    for done in runs:
        say_run(done, options.json)
    if any(done.outcome is RunOutcome.FAILED for done in runs):
        raise typer.Exit(1)
