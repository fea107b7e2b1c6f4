from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import PrivateAttr

from alerts.delivery import RetrySettings, backoff, deliver, rehearse
from alerts.notifiers import Notifier, NotifierBusy
from domain.alerts import Delivery, Message
from domain.errors import NotifyError

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RETRY = RetrySettings(attempts=4)
Make = Callable[..., Message]


@dataclass
class Clock:
    """A clock that only sleeping moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Box:
    """An outbox in memory, as storage keeps it: claims count and lease."""

    messages: dict[str, Message] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    dies_before_marking: bool = False

    def add(self, *messages: Message) -> None:
        for message in messages:
            self.messages[message.key] = message
            self.due[message.key] = message.send_after

    def claim(self, now: datetime, limit: int) -> list[Message]:
        waiting = [k for k, m in self.messages.items() if m.state is Delivery.WAITING]
        keys = [key for key in waiting if self.due[key] <= now][:limit]
        for key in keys:
            message = self.messages[key]
            self.messages[key] = replace(message, attempts=message.attempts + 1)
            self.due[key] = now + 10 * MINUTE
        return [self.messages[key] for key in keys]

    def sent(self, key: str, at: datetime) -> None:
        if self.dies_before_marking:
            raise KeyboardInterrupt
        self.messages[key] = replace(self.messages[key], state=Delivery.SENT, sent_at=at)

    def failed(self, key: str, error: str, retry_at: datetime | None) -> None:
        state = Delivery.WAITING if retry_at else Delivery.FAILED
        self.messages[key] = replace(self.messages[key], state=state, last_error=error)
        if retry_at:
            self.due[key] = retry_at


class Scripted(Notifier):
    """Raises what its script says, then takes everything."""

    kind: Literal["scripted"] = "scripted"
    _script: list[Exception] = PrivateAttr(default_factory=list)
    _taken: list[str] = PrivateAttr(default_factory=list)
    _tries: int = PrivateAttr(default=0)

    def send(self, message: Message) -> None:
        self._tries += 1
        if self._script:
            raise self._script.pop(0)
        self._taken.append(message.key)

    def check(self) -> None:
        return


def _scripted(*errors: Exception, per_minute: float = 6000) -> Scripted:
    notifier = Scripted(per_minute=per_minute)
    notifier._script.extend(errors)
    return notifier


def _later(what: str = "later") -> NotifyError:
    return NotifyError(what, retryable=True)


def _numbered(make: Make, count: int) -> list[Message]:
    return [make(key=f"m{number}") for number in range(count)]


def test_everything_due_is_sent_once(make_message: Make) -> None:
    box, clock, notifier = Box(), Clock(), _scripted()
    box.add(*_numbered(make_message, 3), make_message(key="later", send_after=NOON + MINUTE))
    report = deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep)
    assert notifier._taken == ["m0", "m1", "m2"]
    assert (report.sent, report.put_off, report.given_up) == (3, 0, 0)
    assert deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep).tried == 0


def test_at_most_so_many_a_run(make_message: Make) -> None:
    box, clock, notifier = Box(), Clock(), _scripted()
    box.add(*_numbered(make_message, 3))
    assert deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep, limit=2).sent == 2
    assert box.messages["m2"].attempts == 0


def test_it_is_tried_again_further_and_further_apart_until_given_up(make_message: Make) -> None:
    box, clock = Box(), Clock()
    box.add(make_message(key="m"))
    notifier = _scripted(*[_later(f"no {number}") for number in range(9)])
    waits = []
    with structlog.testing.capture_logs() as logs:
        while box.messages["m"].state is Delivery.WAITING:
            clock.now = max(clock.now, box.due["m"])
            before = clock.now
            deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep)
            waits.append((box.due["m"] - before) / MINUTE)
    assert notifier._tries == RETRY.attempts == 4
    assert box.messages["m"].state is Delivery.FAILED
    assert box.messages["m"].last_error == "no 3"
    assert [0.75 * 2**n <= wait <= 1.25 * 2**n for n, wait in enumerate(waits[:3])] == [True] * 3
    assert [log["log_level"] for log in logs] == ["warning"] * 3 + ["error"]
    assert logs[-1]["event"] == "message_given_up"


def test_what_cannot_succeed_is_not_tried_again(make_message: Make) -> None:
    box, clock = Box(), Clock()
    box.add(make_message(key="m"))
    final = NotifyError("no such person", retryable=False, where="mail", todo="see the address")
    report = deliver(box, {"mail": _scripted(final)}, RETRY, clock, clock.sleep)
    assert report.given_up == 1
    assert box.messages["m"].state is Delivery.FAILED
    assert box.messages["m"].last_error == "no such person (mail) → see the address"


def test_one_that_fails_does_not_hold_up_the_next(make_message: Make) -> None:
    box, clock, notifier = Box(), Clock(), _scripted(_later(), RuntimeError("a bug: s3cret"))
    box.add(*_numbered(make_message, 3))
    report = deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep)
    assert notifier._taken == ["m2"]
    assert (report.sent, report.put_off) == (1, 2)
    assert box.messages["m1"].last_error == "unexpected RuntimeError"


def test_a_channel_that_does_not_exist_is_told(make_message: Make) -> None:
    box, clock = Box(), Clock()
    box.add(make_message(key="m", notifier="pigeon"))
    assert deliver(box, {}, RETRY, clock, clock.sleep).given_up == 1
    assert "pigeon" in box.messages["m"].last_error


def test_the_wait_that_a_channel_asks_for_is_kept_for_all_its_messages(make_message: Make) -> None:
    box, clock = Box(), Clock()
    chat = _scripted(NotifierBusy("slow down", rest=30 * MINUTE))
    box.add(*_numbered(make_message, 3), make_message(key="other", notifier="chat"))
    notifiers = {"mail": chat, "chat": _scripted()}
    report = deliver(box, notifiers, RETRY, clock, clock.sleep)
    assert (report.sent, report.put_off) == (1, 3)
    assert chat._tries == 1
    assert all(box.due[key] == NOON + 30 * MINUTE for key in ("m0", "m1", "m2"))


def test_a_dead_channel_is_left_alone_after_three_troubles(make_message: Make) -> None:
    box, clock, dead = Box(), Clock(), _scripted(*[_later() for _ in range(99)])
    box.add(*_numbered(make_message, 50))
    assert deliver(box, {"mail": dead}, RETRY, clock, clock.sleep).put_off == 50
    assert dead._tries == 3


def test_the_last_attempt_is_a_real_one_even_if_the_channel_rests(make_message: Make) -> None:
    box, clock = Box(), Clock()
    box.add(make_message(key="m0"), make_message(key="m1", attempts=RETRY.attempts - 1))
    chat = _scripted(NotifierBusy("slow down", rest=30 * MINUTE))
    deliver(box, {"mail": chat}, RETRY, clock, clock.sleep)
    assert chat._taken == ["m1"]


def test_the_rate_is_kept_for_each_channel(make_message: Make) -> None:
    box, clock = Box(), Clock()
    box.add(*_numbered(make_message, 4), make_message(key="c", notifier="chat"))
    notifiers = {"mail": _scripted(per_minute=30), "chat": _scripted(per_minute=30)}
    deliver(box, notifiers, RETRY, clock, clock.sleep)
    assert clock.now - NOON == timedelta(seconds=6)


def test_a_crash_between_send_and_mark_sends_again_under_the_same_key(make_message: Make) -> None:
    box, clock, notifier = Box(dies_before_marking=True), Clock(), _scripted()
    box.add(make_message(key="m"))
    with pytest.raises(KeyboardInterrupt):
        deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep)
    assert box.messages["m"].attempts == 1
    box.dies_before_marking = False
    assert deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep).tried == 0
    clock.now += 10 * MINUTE
    assert deliver(box, {"mail": notifier}, RETRY, clock, clock.sleep).sent == 1
    assert notifier._taken == ["m", "m"]


def test_a_message_that_kills_the_process_is_given_up_in_the_end(make_message: Make) -> None:
    class Killer(Scripted):
        def send(self, message: Message) -> None:
            raise KeyboardInterrupt

    box, clock = Box(), Clock()
    box.add(make_message(key="m"))
    for _ in range(RETRY.attempts):
        with pytest.raises(KeyboardInterrupt):
            deliver(box, {"mail": Killer()}, RETRY, clock, clock.sleep)
        clock.now += 10 * MINUTE
    assert deliver(box, {"mail": Killer()}, RETRY, clock, clock.sleep).given_up == 1
    assert box.messages["m"].state is Delivery.FAILED


def test_a_rehearsal_prints_and_remembers_nothing(
    make_message: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rehearse([make_message(), make_message(key="m", text="segunda")]) == 2
    assert "segunda" in capsys.readouterr().out


@given(st.integers(1, 10_000), st.text(max_size=20))
def test_backoff_is_constant_bounded_and_never_overflows(attempts: int, key: str) -> None:
    message = Message(key, "mail", "", "", "", "", "", NOON, NOON, attempts=attempts)
    wait = backoff(message, RETRY)
    assert wait == backoff(message, RETRY)
    assert 0.75 * RETRY.first_wait <= wait <= RETRY.longest_wait
