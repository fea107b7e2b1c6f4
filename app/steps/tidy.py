"""Erase what is older than the settings let it be kept."""

from __future__ import annotations

from datetime import datetime

from app.application import App
from domain.runs import Run, RunOutcome


def tidy(app: App, now: datetime) -> Run:
    """Prune posts, and all that hangs on them, past the retention; nothing where it is not set."""
    oldest = app.oldest_kept(now)
    erased = app.store.prune(oldest) if oldest and not app.dry_run else 0
    return Run("tidy", now, app.clock(), RunOutcome.OK, {"posts_erased": erased})
