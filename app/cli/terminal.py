"""What a person sees in the terminal: progress, tables, complaints. Scripts get JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from app.application import Progress as Report
from app.cli.tables import fitted, window
from domain.errors import BocaError, QueryError
from domain.runs import Run, RunOutcome

out = Console()
err = Console(stderr=True)

_MARKS = {
    RunOutcome.OK: "[green]✓[/]",
    RunOutcome.DEGRADED: "[yellow]![/]",
    RunOutcome.FAILED: "[red]✗[/]",
}


def complain(error: BocaError) -> None:
    """Say one of our errors in red, with nothing of its inside."""
    err.print(f"[red]boca:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    if isinstance(error, QueryError):
        err.print(escape(error.pointed), highlight=False, soft_wrap=True)


def say_json(value: object) -> None:
    """One line of JSON on standard output."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def say_run(run: Run, as_json: bool) -> None:
    """One line for one run of a step."""
    if as_json:
        say_json(asdict(run))
        return
    seconds = (run.finished_at - run.started_at).total_seconds()
    counts = ", ".join(
        f"{count:,} {name.replace('_', ' ')}" for name, count in run.counts.items() if count
    )
    detail = f" [dim]{escape(run.detail)}[/]" if run.detail else ""
    took = f"[dim]{seconds:6.1f} s[/]"
    out.print(
        f"{_MARKS[run.outcome]} {run.step:<8} {took}  {counts or 'nothing to do'}{detail}",
        highlight=False,
    )


def say_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    spare: Sequence[str] = (),
    brief: str | None = None,
) -> None:
    """A table of plain values; in a narrow window those of ``spare`` go, ``brief`` is cut."""
    width = window(out)
    table, gone = fitted(title, columns, rows, width, spare, brief)
    out.print(table, width=width, crop=False, no_wrap=False)
    if gone:
        wider = f"left out in so narrow a window: {', '.join(gone)}"
        out.print(f"[dim]{wider}[/]", highlight=False)


@contextmanager
def watching(quiet: bool) -> Iterator[Report]:
    """A progress display on standard error; silent for scripts and when nobody looks."""
    if quiet or not err.is_terminal:
        yield lambda task, done, total=None: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    # what goes to a file must not be sent to the screen
    aside = out.is_terminal
    with Progress(*columns, console=err, transient=True, redirect_stdout=aside) as display:
        yield _reporter(display)


def _reporter(display: Progress) -> Report:
    tasks: dict[str, TaskID] = {}

    def report(task: str, done: int, total: int | None = None) -> None:
        if task not in tasks:
            tasks[task] = display.add_task(task, total=total)
        display.update(tasks[task], completed=done, total=total)

    return report
