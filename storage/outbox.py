"""The outbox: messages decided on and not yet delivered, and the memory of those that were."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from domain.alerts import Delivery, Message
from storage.lookup import add_new, page, portions
from storage.work_tables import outbox

_LEASE = timedelta(minutes=5)
"""How long a claimed message is left alone: whoever claimed it may have been killed."""


class Outbox:
    """Keep messages by their key, each to be sent once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, messages: Sequence[Message]) -> int:
        """Store messages to send; how many were new by their key."""
        return add_new(self._connection, outbox, [_row(message) for message in messages])

    def claim(self, now: datetime, limit: int = 100) -> builtins.list[Message]:
        """The messages now due, oldest first, each with this attempt counted.

        Commit before sending. One that is then neither ``sent`` nor ``failed`` is due
        again after five minutes.
        """
        due = self.due(now, limit)
        for portion in portions(message.key for message in due):
            claimed = update(outbox).where(outbox.c.key.in_(portion))
            self._connection.execute(
                claimed.values(attempts=outbox.c.attempts + 1, next_try_at=now + _LEASE)
            )
        return [replace(message, attempts=message.attempts + 1) for message in due]

    def due(self, now: datetime, limit: int = 100) -> builtins.list[Message]:
        """The messages now due, oldest first, left as they are."""
        order = outbox.c.next_try_at, outbox.c.id
        query = page(_due(select(outbox), now).order_by(*order), limit)
        return [_message(row) for row in self._connection.execute(query)]

    def sent(self, name: str, at: datetime) -> None:
        """The message of this key was taken; saying so again changes nothing."""
        self._settle(name, state=Delivery.SENT.value, sent_at=at, last_error="")

    def failed(self, name: str, error: str, retry_at: datetime | None) -> None:
        """It was not taken: try again then, or never. A sent one stays sent."""
        if retry_at is None:
            self._settle(name, state=Delivery.FAILED.value, last_error=error)
        else:
            self._settle(name, next_try_at=retry_at, last_error=error)

    def list(self, state: Delivery | None = None, limit: int = 100) -> builtins.list[Message]:
        """The latest messages, newest first."""
        query = select(outbox).order_by(outbox.c.id.desc())
        if state is not None:
            query = query.where(outbox.c.state == state.value)
        return [_message(row) for row in self._connection.execute(page(query, limit))]

    def _settle(self, name: str, **change: Any) -> None:
        waiting = outbox.c.key == name, outbox.c.state == Delivery.WAITING.value
        self._connection.execute(update(outbox).where(*waiting).values(**change))


def _due(query: Any, now: datetime) -> Any:
    waiting = outbox.c.state == Delivery.WAITING.value
    return query.where(waiting, outbox.c.next_try_at <= now)


def _row(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "notifier": message.notifier,
        "recipient": message.recipient,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "link": message.link,
        "created_at": message.created_at,
        "send_after": message.send_after,
        "alert_key": message.alert_key,
        "language": message.language,
        "payload": message.payload,
        "state": message.state.value,
        "attempts": message.attempts,
        "next_try_at": message.send_after,
        "sent_at": message.sent_at,
        "last_error": message.last_error,
    }


def _message(row: Row[Any]) -> Message:
    return Message(
        key=row.key,
        notifier=row.notifier,
        recipient=row.recipient,
        subject=row.subject,
        text=row.text,
        html=row.html,
        link=row.link,
        created_at=row.created_at,
        send_after=row.send_after,
        alert_key=row.alert_key,
        language=row.language,
        payload=row.payload or {},
        state=Delivery(row.state),
        attempts=row.attempts,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )
