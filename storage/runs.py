"""The collection of runs: what each step did, and when."""

from __future__ import annotations

import builtins
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from domain.runs import Run, RunOutcome
from storage.lookup import page
from storage.work_tables import runs


class Runs:
    """Keep runs in the order they ended."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: Run) -> None:
        """Store a run."""
        row = {
            "step": run.step,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "outcome": run.outcome.value,
            "counts": run.counts,
            "detail": run.detail,
        }
        self._connection.execute(insert(runs), row)

    def last(self, step: str) -> Run | None:
        """The latest run of a step."""
        query = select(runs).where(runs.c.step == step).order_by(runs.c.id.desc()).limit(1)
        row = self._connection.execute(query).first()
        return None if row is None else _run(row)

    def list(self, limit: int = 100) -> builtins.list[Run]:
        """The latest runs of all steps, newest first."""
        query = page(select(runs).order_by(runs.c.id.desc()), limit)
        return [_run(row) for row in self._connection.execute(query)]


def _run(row: Row[Any]) -> Run:
    outcome = RunOutcome(row.outcome)
    return Run(row.step, row.started_at, row.finished_at, outcome, row.counts or {}, row.detail)
