"""What every notifier promises, tried on each of them against a real receiver."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import pytest

from alerts.notifiers import (
    AnyNotifier,
    AppriseNotifier,
    ConsoleNotifier,
    EmailNotifier,
    Notifier,
    WebhookNotifier,
)
from alerts.notifiers.notifier import reference
from domain.alerts import Message
from domain.errors import NotifyError

SECRET = "pa55-never-shown"
Make = Callable[..., Message]


@dataclass
class Bench:
    """A notifier with its receiver: what arrived, and how to make it answer."""

    notifier: Notifier
    arrived: Callable[[], list[str]]
    later: Callable[[], None] | None = None
    never: Callable[[], None] | None = None


@pytest.fixture(params=["console", "email", "webhook", "apprise"])
def bench(request: pytest.FixtureRequest) -> Bench:
    return {"console": _console, "email": _email, "webhook": _webhook, "apprise": _apprise}[
        request.param
    ](request)


def _console(request: pytest.FixtureRequest) -> Bench:
    capsys = request.getfixturevalue("capsys")
    return Bench(ConsoleNotifier(), lambda: [out] if (out := capsys.readouterr().out) else [])


def _email(request: pytest.FixtureRequest) -> Bench:
    box = request.getfixturevalue("mail")
    notifier = EmailNotifier(
        host="127.0.0.1",
        port=box.port,
        encryption="none",
        user="boca",
        password=SECRET,
        sender="Boca <boca@example.com>",
    )
    return Bench(
        notifier,
        lambda: [bytes(envelope.content).decode() for envelope in box.got],
        lambda: setattr(box, "answer", "451 busy"),
        lambda: setattr(box, "answer", "550 no such person"),
    )


def _webhook(request: pytest.FixtureRequest) -> Bench:
    site = request.getfixturevalue("site")
    url = f"http://127.0.0.1:{site.port}/hook/{SECRET}"
    return _on_site(WebhookNotifier(url=url, secret=f"{SECRET}-key"), site)


def _apprise(request: pytest.FixtureRequest) -> Bench:
    site = request.getfixturevalue("site")
    url = f"json://boca:{SECRET}@127.0.0.1:{site.port}/{{to}}"
    return _on_site(AppriseNotifier(url=url), site)


def _on_site(notifier: Notifier, site: object) -> Bench:
    def arrived() -> list[str]:
        if site.status >= 300:
            return []
        return [f"{headers}{body.decode()}" for _, headers, body in site.got if body]

    return Bench(
        notifier,
        arrived,
        lambda: setattr(site, "status", 503),
        lambda: setattr(site, "status", 404),
    )


def test_every_notifier_is_on_the_bench() -> None:
    union = set(get_args(get_args(AnyNotifier)[0]))
    assert union == {ConsoleNotifier, EmailNotifier, WebhookNotifier, AppriseNotifier}


def test_a_message_arrives_once(bench: Bench, make_message: Make) -> None:
    bench.notifier.send(make_message())
    assert len(bench.arrived()) == 1


def test_the_key_travels_with_it(bench: Bench, make_message: Make) -> None:
    bench.notifier.send(make_message())
    assert reference(make_message().key) in bench.arrived()[0]


def test_the_same_message_twice_bears_the_same_key(bench: Bench, make_message: Make) -> None:
    bench.notifier.send(make_message())
    bench.notifier.send(make_message())
    assert "".join(bench.arrived()).count(reference(make_message().key)) == 2


def test_odd_characters_do_no_harm(bench: Bench, make_message: Make) -> None:
    odd = "a\r\nBcc: eve@example.com\x00\x1b[31m[/red]\ud800 ção 🚚"
    bench.notifier.send(make_message(subject=odd, text=odd, html=odd))
    (arrived,) = bench.arrived()
    assert not any(unsafe in arrived for unsafe in ("\x1b[31m", "\\u001b", "\x00", "\ud800"))


def test_a_passing_trouble_is_retryable(bench: Bench, make_message: Make) -> None:
    error = _refused(bench, bench.later, make_message())
    assert error.retryable


def test_a_lasting_trouble_is_not_retryable(bench: Bench, make_message: Make) -> None:
    error = _refused(bench, bench.never, make_message())
    assert not error.retryable


def test_secrets_stay_secret(bench: Bench, make_message: Make) -> None:
    assert SECRET not in repr(bench.notifier)
    assert SECRET not in str(bench.notifier.model_dump())
    if bench.never is not None:
        error = _refused(bench, bench.never, make_message())
        assert SECRET not in "".join(traceback.format_exception(error))


def test_check_sends_nothing(bench: Bench) -> None:
    bench.notifier.check()
    assert not bench.arrived()


def test_settings_refuse_unknown_keys(bench: Bench) -> None:
    with pytest.raises(ValueError, match="colour"):
        type(bench.notifier).model_validate({"kind": bench.notifier.kind, "colour": "red"})


def _refused(bench: Bench, trouble: Callable[[], None] | None, message: Message) -> NotifyError:
    if trouble is None:
        pytest.skip("a terminal takes everything")
    trouble()
    with pytest.raises(NotifyError) as caught:
        bench.notifier.send(message)
    assert not bench.arrived()
    return caught.value
