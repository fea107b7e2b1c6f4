"""Send what waits in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.delivery import deliver as deliver_all
from alerts.delivery import rehearse
from app.application import App
from domain.alerts import Message
from domain.runs import Run, RunOutcome
from storage import Store


def deliver(app: App, now: datetime) -> Run:
    """Hand every due message to its notifier; a dry run shows them and remembers nothing."""
    outbox = _Outbox(app.store)
    if app.dry_run:
        counts = {"shown": rehearse(outbox.due(now))}
        return Run("deliver", now, app.clock(), RunOutcome.OK, counts)
    alerts = app.settings.alerts
    report = deliver_all(outbox, alerts.notifiers, alerts.retry, app.clock)
    counts = {"sent": report.sent, "put_off": report.put_off, "given_up": report.given_up}
    troubled = report.put_off or report.given_up
    outcome = RunOutcome.DEGRADED if troubled else RunOutcome.OK
    return Run("deliver", now, app.clock(), outcome, counts)


@dataclass(frozen=True, slots=True)
class _Outbox:
    """The outbox as delivery wants it: every call is a transaction of its own."""

    store: Store

    def claim(self, now: datetime, limit: int) -> list[Message]:
        with self.store.writing() as unit:
            return unit.outbox.claim(now, limit)

    def due(self, now: datetime) -> list[Message]:
        with self.store.reading() as unit:
            return unit.outbox.due(now)

    def sent(self, key: str, at: datetime) -> None:
        with self.store.writing() as unit:
            unit.outbox.sent(key, at)

    def failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        with self.store.writing() as unit:
            unit.outbox.failed(key, error, retry_at)
