from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from alerts.notifiers import EmailNotifier
from domain.alerts import Message
from domain.errors import NotifyError

PASSWORD = "pa55-never-shown"
Make = Callable[..., Message]


def _notifier(port: int, **changes: Any) -> EmailNotifier:
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "encryption": "none",
        "sender": "Boca à escuta <boca@example.com>",
        "timeout_seconds": 5,
    }
    return EmailNotifier.model_validate({**settings, **changes})


def _only(mail: Any) -> EmailMessage:
    (envelope,) = mail.got
    parsed = message_from_bytes(envelope.content, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_text_and_html_say_the_same_in_utf8(mail: Any, make_message: Make) -> None:
    _notifier(mail.port).send(make_message())
    got = _only(mail)
    assert got.get_content_type() == "multipart/alternative"
    text, html = got.iter_parts()
    assert "Três clientes" in text.get_content()
    assert make_message().link in text.get_content()
    assert "<p>Três clientes" in html.get_content()


def test_headers(mail: Any, make_message: Make) -> None:
    _notifier(mail.port).send(make_message())
    got = _only(mail)
    assert got["Subject"] == make_message().subject
    assert got["To"] == "ana@example.com"
    assert got["From"].addresses[0].display_name == "Boca à escuta"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Content-Language"] == "pt"
    assert got["Date"].datetime == make_message().created_at
    assert got["Message-ID"].endswith("@example.com>")


def test_message_id_depends_on_the_key_only(mail: Any, make_message: Make) -> None:
    notifier = _notifier(mail.port)
    for message in (make_message(), make_message(text="other"), make_message(key="other")):
        notifier.send(message)
    ids = [message_from_bytes(envelope.content)["Message-ID"] for envelope in mail.got]
    assert ids[0] == ids[1] != ids[2]


def test_a_subject_cannot_add_headers(mail: Any, make_message: Make) -> None:
    _notifier(mail.port).send(make_message(subject="a\r\nBcc: eve@example.com\r\n\r\nbody"))
    got = _only(mail)
    assert got["Bcc"] is None
    assert got["Subject"] == "a Bcc: eve@example.com body"
    assert mail.got[0].rcpt_tos == ["ana@example.com"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@example.com\r\nBcc: eve@example.com",
        "a@b@c",
        "a, b@c",
    ],
)
def test_a_bad_address_is_refused_for_good(address: str, make_message: Make) -> None:
    with pytest.raises(NotifyError, match="is no mail address") as caught:
        _notifier(1).send(make_message(recipient=address))
    assert not caught.value.retryable


def test_no_html_no_alternative(mail: Any, make_message: Make) -> None:
    _notifier(mail.port).send(make_message(html=""))
    assert _only(mail).get_content_type() == "text/plain"


@pytest.mark.parametrize(
    ("answer", "retryable"),
    [("421 closing", True), ("452 full", True), ("552 too large", False), ("554 spam", False)],
)
def test_the_servers_answer_decides(
    mail: Any, make_message: Make, answer: str, retryable: bool
) -> None:
    mail.answer = answer
    with pytest.raises(NotifyError, match=answer[:3]) as caught:
        _notifier(mail.port).send(make_message())
    assert caught.value.retryable is retryable


@pytest.mark.parametrize("goodbye", ["421 out of here", ""])
def test_a_rude_goodbye_does_not_undo_what_was_taken(
    mail: Any, make_message: Make, goodbye: str
) -> None:
    mail.goodbye = goodbye
    _notifier(mail.port).send(make_message())
    assert len(mail.got) == 1


def test_a_login_that_fails_is_final_and_keeps_its_secret(mail: Any) -> None:
    with pytest.raises(NotifyError, match="535") as caught:
        _notifier(mail.port, user="boca", password="wr0ng-secret").check()
    assert not caught.value.retryable
    assert "wr0ng-secret" not in str(caught.value)


def test_the_password_may_stand_in_a_file(mail: Any, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    notifier = _notifier(mail.port, user="boca", password_file=tmp_path / "password")
    notifier.check()
    assert mail.logins == 1


def test_nobody_listening_is_retryable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotifyError, match="ConnectionRefusedError") as caught:
        _notifier(port).check()
    assert caught.value.retryable


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        pytest.raises(NotifyError, match=r"timed out|Disconnected") as caught,
    ):
        _notifier(listening.getsockname()[1], timeout_seconds=0.2).check()
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("server", "encryption"), [("starttls_mail", "starttls"), ("tls_mail", "tls")]
)
def test_encrypted_with_a_trusted_certificate(
    server: str,
    encryption: str,
    certificate: tuple[Path, Path],
    make_message: Make,
    request: pytest.FixtureRequest,
) -> None:
    mail = request.getfixturevalue(server)
    notifier = _notifier(
        mail.port,
        encryption=encryption,
        ca_file=certificate[0],
        user="boca",
        password=PASSWORD,
    )
    notifier.send(make_message())
    assert _only(mail)["To"] == "ana@example.com"
    assert mail.logins == 1


def test_a_certificate_nobody_vouches_for_is_refused(
    starttls_mail: Any, make_message: Make
) -> None:
    with pytest.raises(NotifyError, match="self-signed") as caught:
        _notifier(starttls_mail.port, encryption="starttls").send(make_message())
    assert not caught.value.retryable
    assert not starttls_mail.got


def test_a_server_without_starttls_gets_nothing(mail: Any, make_message: Make) -> None:
    with pytest.raises(NotifyError, match="NotSupported") as caught:
        _notifier(mail.port, encryption="starttls").send(make_message())
    assert not caught.value.retryable
    assert not mail.got


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"user": "boca"}, "belong together"),
        ({"password": "x"}, "belong together"),
        ({"host": "mail.example.com", "user": "b", "password": "x"}, "in the clear"),
        ({"sender": "nobody"}, "write name@example.com"),
        ({"encryption": "ssl3"}, "starttls"),
        ({"user": "b", "password_file": "/nowhere/at/all"}, "password_file"),
        ({"user": "b", "password": "x", "password_file": __file__}, "not both"),
    ],
)
def test_bad_settings(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        _notifier(25, **changes)
