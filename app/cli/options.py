"""What the command line was told, and the app it opens for a command."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.application import App
    from app.settings import Settings

WORK = "work"
"""The name of the lock that every command that changes the store holds."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the root command."""

    config: Path
    json: bool
    now: datetime | None
    verbose: int
    started: float = field(default_factory=time.monotonic)

    def clock(self) -> datetime:
        """This moment, or the one asked for with --now and what has passed since."""
        if self.now is None:
            return datetime.now(UTC)
        return self.now + timedelta(seconds=time.monotonic() - self.started)

    def settings(self) -> Settings:
        """The settings; raises SettingsError with every mistake."""
        from app.settings import load_settings

        return load_settings(self.config)

    @contextmanager
    def app(
        self, *, changes: bool = True, dry_run: bool = False, port: int | None = None
    ) -> Iterator[App]:
        """The app, opened for one command; ``changes`` takes the lock of those who write."""
        from app.application import App
        from app.cli.terminal import watching
        from app.logs import set_up
        from storage import open_store

        set_up(self.verbose)
        settings = self.settings().on_port(port)
        store = open_store(settings.storage)
        try:
            lock = store.instance_lock(WORK) if changes else nullcontext()
            with lock, watching(quiet=self.json) as progress:
                yield App(settings, store, self.clock, progress, dry_run)
        finally:
            store.close()
