"""The one place where sending meets retry, rate limit and memory.

What a crash can do: a message whose attempt was counted but whose sending was not
recorded is sent again, under the same key. Nothing is sent that was not counted first,
so a message that kills the process cannot do so for ever.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from pydantic import BaseModel, ConfigDict, Field

from alerts.intervals import Interval
from alerts.notifiers.console import ConsoleNotifier
from alerts.notifiers.notifier import Notifier, NotifierBusy, one_line, reference
from domain.alerts import Message
from domain.errors import NotifyError

_LONGEST_ERROR = 500
_MOST_DOUBLINGS = 24
_TROUBLES = 3
_log = structlog.get_logger()


class RetrySettings(BaseModel):
    """How often, and how far apart, a message is tried."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attempts: int = Field(default=10, ge=1, le=50, description="Tries before giving up.")
    first_wait: Interval = Field(
        default=timedelta(minutes=1),
        gt=timedelta(0),
        description="Wait after the first failed try; doubles each time.",
    )
    longest_wait: Interval = Field(
        default=timedelta(hours=6), gt=timedelta(0), description="The wait never gets longer."
    )


class Outbox(Protocol):
    """Where messages wait. Each call is one committed transaction."""

    def claim(self, now: datetime, limit: int) -> list[Message]:
        """Due messages, their ``attempts`` counting the try that now follows."""

    def sent(self, key: str, at: datetime) -> None:
        """The message was taken."""

    def failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        """The message was not taken; None: it is given up."""


@dataclass(slots=True)
class DeliveryReport:
    """How many messages were sent, put off, and given up."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0

    @property
    def tried(self) -> int:
        """All of them."""
        return self.sent + self.put_off + self.given_up


def deliver(
    outbox: Outbox,
    notifiers: Mapping[str, Notifier],
    settings: RetrySettings,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
    limit: int = 500,
) -> DeliveryReport:
    """Send what is due, at most ``limit`` messages. Only the outbox can make it raise."""
    delivery = _Delivery(outbox, notifiers, settings, clock, sleep)
    # One at a time: a claim counts an attempt, and a crash must cost one message only one.
    while delivery.report.tried < limit and (claimed := outbox.claim(clock(), 1)):
        delivery.attempt(claimed[0])
    return delivery.report


def rehearse(messages: Iterable[Message]) -> int:
    """Print the messages instead of sending them; nothing is remembered. Returns how many."""
    console, count = ConsoleNotifier(), 0
    for message in messages:
        console.send(message)
        count += 1
    return count


@dataclass
class _Delivery:
    """One run: what it did, and when each channel may be used next."""

    outbox: Outbox
    notifiers: Mapping[str, Notifier]
    settings: RetrySettings
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    report: DeliveryReport = field(default_factory=DeliveryReport)
    free_at: dict[str, datetime] = field(default_factory=dict)
    rests_until: dict[str, datetime] = field(default_factory=dict)
    troubles: dict[str, int] = field(default_factory=dict)

    def attempt(self, message: Message) -> None:
        notifier = self.notifiers.get(message.notifier)
        last = message.attempts >= self.settings.attempts
        rest = self.rests_until.get(message.notifier)
        if notifier is None:
            self._give_up(message, f"no notifier is called {message.notifier!r}")
        elif message.attempts > self.settings.attempts:
            # Reached only if a try ended the process: it must not do so for ever.
            self._give_up(message, "every try was cut short")
        elif rest is not None and rest > self.clock() and not last:
            self._put_off(message, "the channel rests after trouble", rest)
        else:
            self._wait_for_turn(message.notifier, notifier)
            self._send(message, notifier, last)

    def _wait_for_turn(self, name: str, notifier: Notifier) -> None:
        now = self.clock()
        turn = max(self.free_at.get(name, now), now)
        if turn > now:
            self.sleep((turn - now).total_seconds())
        self.free_at[name] = turn + timedelta(minutes=1) / notifier.per_minute

    def _send(self, message: Message, notifier: Notifier, last: bool) -> None:
        try:
            notifier.send(message)
        except NotifyError as error:
            self._failed(message, error, last)
        # One message that trips a bug must not hold up all others behind it.
        except Exception as error:
            unexpected = NotifyError(f"unexpected {type(error).__name__}", retryable=True)
            self._failed(message, unexpected, last)
        else:
            self.outbox.sent(message.key, self.clock())
            self.troubles[message.notifier] = 0
            self.report.sent += 1

    def _failed(self, message: Message, error: NotifyError, last: bool) -> None:
        if last or not error.retryable:
            self._give_up(message, str(error))
            return
        rest = error.rest if isinstance(error, NotifierBusy) else timedelta(0)
        retry_at = self.clock() + max(backoff(message, self.settings), rest)
        self.troubles[message.notifier] = self.troubles.get(message.notifier, 0) + 1
        if rest or self.troubles[message.notifier] >= _TROUBLES:
            self.rests_until[message.notifier] = retry_at
        self._put_off(message, str(error), retry_at)

    def _put_off(self, message: Message, error: str, retry_at: datetime) -> None:
        self.outbox.failed(message.key, _short(error), retry_at)
        self.report.put_off += 1
        _log.warning(
            "message_put_off", **_told(message), error=_short(error), retry_at=retry_at.isoformat()
        )

    def _give_up(self, message: Message, error: str) -> None:
        self.outbox.failed(message.key, _short(error), None)
        self.report.given_up += 1
        _log.error("message_given_up", **_told(message), error=_short(error))


def backoff(message: Message, settings: RetrySettings) -> timedelta:
    """The wait after try number ``attempts``: doubling, ±25 % by the key, never over the longest.

    The key decides the jitter, so messages that failed together do not come back together.
    """
    doubled = settings.first_wait * (1 << min(message.attempts - 1, _MOST_DOUBLINGS))
    digest = hashlib.sha256(f"{message.key}:{message.attempts}".encode("utf-8", "replace")).digest()
    jitter = 0.75 + 0.5 * int.from_bytes(digest[:4], "big") / 2**32
    return min(min(doubled, settings.longest_wait) * jitter, settings.longest_wait)


def _told(message: Message) -> dict[str, str | int]:
    return {
        "message": reference(message.key),
        "notifier": message.notifier,
        "attempts": message.attempts,
    }


def _short(error: str) -> str:
    return one_line(error)[:_LONGEST_ERROR]
