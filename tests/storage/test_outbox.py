from dataclasses import replace
from datetime import timedelta

import pytest

from domain.alerts import Delivery, Message


@pytest.fixture
def message(now):
    return Message(
        key="m1",
        notifier="mail",
        recipient="mia@lua.example",
        subject="Atraso",
        text="texto",
        html="<p>texto</p>",
        link="/experiences/1",
        created_at=now,
        send_after=now,
        alert_key="a1",
        language="pt",
        payload={"nested": {"posts": [1, 2]}},
    )


def keys(messages):
    return [message.key for message in messages]


def test_a_key_is_one_message(store, message):
    with store.writing() as unit:
        assert unit.outbox.add([message, message]) == 1
        assert unit.outbox.add([replace(message, text="outro")]) == 0
        assert unit.outbox.list() == [message]
        assert unit.outbox.add([]) == 0


def test_a_claim_counts_the_attempt_and_holds_the_message_back(store, message, now):
    later = replace(message, key="m2", send_after=now + timedelta(hours=8))
    with store.writing() as unit:
        unit.outbox.add([later, message])
        assert len(unit.outbox.due(now)) == 1
        assert unit.outbox.claim(now, 10) == [replace(message, attempts=1)]
    with store.writing() as unit:
        assert unit.outbox.claim(now, 10) == []
        assert unit.outbox.due(now) == []
        (again,) = unit.outbox.claim(now + timedelta(hours=1), 10)
        assert again.attempts == 2
        assert keys(unit.outbox.claim(now + timedelta(hours=9), 1)) == ["m1"]


def test_a_claim_that_is_rolled_back_is_due_still(store, message, now):
    with store.writing() as unit:
        unit.outbox.add([message])
    with pytest.raises(RuntimeError), store.writing() as unit:
        unit.outbox.claim(now, 10)
        raise RuntimeError
    with store.writing() as unit:
        assert unit.outbox.claim(now, 10)[0].attempts == 1


def test_sent_is_sent_whatever_is_said_after(store, message, now):
    later = now + timedelta(days=1)
    with store.writing() as unit:
        unit.outbox.add([message])
        unit.outbox.sent("m1", now)
        unit.outbox.sent("m1", later)
        unit.outbox.failed("m1", "late answer", later)
        unit.outbox.failed("m1", "late answer", None)
        (kept,) = unit.outbox.list(Delivery.SENT)
        assert (kept.sent_at, kept.last_error) == (now, "")
        assert unit.outbox.claim(later, 10) == []
        unit.outbox.sent("unknown", now)


def test_a_failed_one_is_tried_again_or_given_up(store, message, now):
    with store.writing() as unit:
        unit.outbox.add([message])
        unit.outbox.claim(now, 10)
        unit.outbox.failed("m1", "no answer", now + timedelta(minutes=1))
        assert unit.outbox.claim(now, 10) == []
        (again,) = unit.outbox.claim(now + timedelta(minutes=1), 10)
        assert (again.attempts, again.last_error) == (2, "no answer")
        unit.outbox.failed("m1", "refused", None)
        assert unit.outbox.claim(now + timedelta(days=9), 10) == []
        assert keys(unit.outbox.list(Delivery.FAILED)) == ["m1"]
        assert unit.outbox.list(Delivery.WAITING) == []
