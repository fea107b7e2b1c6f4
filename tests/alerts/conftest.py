"""Makers of messages, alerts and experiences, with what most tests do not care about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.alerts import Alert, Message
from domain.experiences import Experience, Priority, Reach, Reason

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def make_message() -> Callable[..., Message]:
    def make(**changes: Any) -> Message:
        fields: dict[str, Any] = {
            "key": "volume_spike:acme:2026-03-10T11:ana:mail",
            "notifier": "mail",
            "recipient": "ana@example.com",
            "subject": "Entrega atrasada: 1.200 pessoas ainda vão ler",
            "text": "Três clientes dizem que o pedido não chegou.",
            "html": "<p>Três clientes dizem que o pedido não chegou.</p>",
            "link": "http://127.0.0.1:8600/experience/7",
            "created_at": NOON,
            "send_after": NOON,
            "alert_key": "volume_spike:acme:2026-03-10T11",
            "language": "pt",
            "payload": {"priority": 41.5},
        }
        return Message(**{**fields, **changes})

    return make


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    def make(**changes: Any) -> Alert:
        fields: dict[str, Any] = {
            "key": "reach:web:1:0",
            "rule": "reach",
            "kind": "high_reach_experience",
            "brand": "acme",
            "group": "reach:web:1",
            "reason": Reason("high_reach_experience"),
            "fired_at": NOON,
            "stage": "delivery",
        }
        return Alert(**{**fields, **changes})

    return make


@pytest.fixture
def make_experience() -> Callable[..., Experience]:
    def make(priority: float = 100.0, to_come: float = 200.0, **changes: Any) -> Experience:
        fields: dict[str, Any] = {
            "key": "web:1",
            "brand": "acme",
            "stage": "delivery",
            "post_ids": (1, 2),
            "author_id": 9,
            "told_at": NOON,
            "last_told_at": NOON,
            "score": -0.7,
            "severity": 0.8,
            "reach": Reach(12, to_come, to_come / 2, to_come * 2),
            "priority": Priority(priority, ()),
            "id": 7,
        }
        return Experience(**{**fields, **changes})

    return make
