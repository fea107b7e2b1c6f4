"""Whom to tell: alerts, the incidents that group them, and the messages that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.experiences import Reason


@dataclass(frozen=True, slots=True)
class Alert:
    """One firing of a rule.

    ``key`` is deterministic (rule, subject, window): the same firing found twice is
    one alert. ``group`` names the incident it belongs to. ``urgent`` ones break quiet
    hours. ``experience_id`` points at the experience it is about, if it is about one.
    """

    key: str
    rule: str
    kind: str
    brand: str
    group: str
    reason: Reason
    fired_at: datetime
    stage: str | None = None
    experience_id: int | None = None
    post_ids: tuple[int, ...] = ()
    urgent: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)


class IncidentState(StrEnum):
    """An incident's life: open → acknowledged → resolved."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Incident:
    """Alerts of one group, handled as one thing."""

    group: str
    brand: str
    rule: str
    state: IncidentState
    opened_at: datetime
    last_alert_at: datetime
    alerts: int = 1
    stage: str | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Silence:
    """A promise not to tell for a while: alerts whose labels match are kept, not sent."""

    matches: Mapping[str, str]
    until: datetime
    person: str
    comment: str = ""
    id: int = 0


class Delivery(StrEnum):
    """Where a message stands in the outbox."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel sends, ready to go.

    ``key`` is deterministic and travels with it (Message-ID, Idempotency-Key), so a
    receiver can tell a repeat. ``send_after`` holds it back during quiet hours.
    """

    key: str
    notifier: str
    recipient: str
    subject: str
    text: str
    html: str
    link: str
    created_at: datetime
    send_after: datetime
    alert_key: str | None = None
    language: str = "en"
    payload: Mapping[str, object] = field(default_factory=dict)
    state: Delivery = Delivery.WAITING
    attempts: int = 0
    sent_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A periodic summary that one person gets of one brand for one local day."""

    person: str
    brand: str
    local_date: date
    written_at: datetime
    message_keys: tuple[str, ...]
    subject: str
    html: str
    id: int = 0
