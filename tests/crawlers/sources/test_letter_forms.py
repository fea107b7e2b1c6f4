"""Forms of letters that the RFCs know: flowed text, parts, disguised senders, archives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.reading.mail.flowed import joined
from crawlers.reading.mail.letters import Letters
from crawlers.reading.mail.senders import sender
from crawlers.reading.posts import Posts
from domain.posts import Gone, Post

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = b"Message-ID: <a@x>\nDate: Fri, 20 Nov 2026 10:00:00 +0000\n"


def told(raw: bytes) -> list[object]:
    return list(Letters("lista", Posts("lista", None, NOW)).told(HEAD + raw, "x"))


def post(raw: bytes) -> Post:
    (one,) = told(raw)
    assert isinstance(one, Post)
    return one


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("Um parágrafo \nque continua.\nOutro.", "Um parágrafo que continua.\nOutro."),
        ("> Citação \n> longa\nMinha \n> outra", "> Citação longa\nMinha \n> outra"),
        (">> funda \n> rasa", ">> funda \n> rasa"),
        (" From agora\n  recuado", "From agora\n recuado"),
        ("Tchau \n-- \nAna \nLima", "Tchau \n-- \nAna Lima"),
    ],
)
def test_flowed_lines_are_joined(sent: str, written: str) -> None:
    assert joined(sent) == written
    assert joined(sent.replace("\n", "\r\n")) == written


def test_spaces_that_the_program_put_there_go_away() -> None:
    assert joined("travou \ndi \nreito", delsp=True) == "travoudireito"


def test_a_flowed_letter_with_quotes_and_a_signature() -> None:
    kind = b'Content-Type: text/plain; charset=utf-8; Format="Flowed"; DelSp=no\n\n'
    one = post(kind + b"> Travou \n> ontem?\nComigo \nnem abre.\n-- \nAna")
    assert (one.text, one.quoted_text) == ("Comigo nem abre.", "Travou ontem?")
    fixed = post(b"Content-Type: text/plain\n\nComigo \nnem abre.")
    assert fixed.text == "Comigo\nnem abre."


def test_where_the_plain_part_says_nothing_the_other_one_does() -> None:
    parts = (
        b'Content-Type: multipart/alternative; boundary="b"\n\n'
        b"--b\nContent-Type: text/plain\n\n \n"
        b"--b\nContent-Type: text/html; charset=iso-8859-1\n"
        b"Content-Transfer-Encoding: quoted-printable\n\n<p>N=E3o abre</p>\n--b--\n"
    )
    assert post(parts).text == "Não abre"


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ("Ana Lima <ana@l.test>", "Ana Lima", "ana@l.test"),
        ("ana at l.test (Ana Lima)", "Ana Lima", "ana@l.test"),
        ("Ana Lima <ana at l.test>", "Ana Lima", "ana@l.test"),
        ("Ana at Home <ana@l.test>", "Ana at Home", "ana@l.test"),
        ("Ana Lima <ana(a)l.test>", "Ana Lima", "ana@l.test"),
        ("Ana via lista <lista@l.test>", "Ana", "Ana lista@l.test"),
    ],
)
def test_senders(header: str, name: str, address: str) -> None:
    assert sender(header, "") == (name, address)


def test_a_list_that_writes_its_own_address_tells_elsewhere_who_wrote() -> None:
    via = "Ana via lista <lista@l.test>"
    assert sender(via, "Ana <ana@x.test>") == ("Ana", "ana@x.test")
    assert sender(via, "lista@l.test") == ("Ana", "Ana lista@l.test")
    assert sender(via, "", ("", "Ana Lima <ana@x.test>")) == ("Ana Lima", "ana@x.test")
    people = [post(b"From: %b via lista <lista@l.test>\n\nOi" % one) for one in (b"Ana", b"Bia")]
    assert people[0].author != people[1].author
    disguised = post(b"From: ana at l.test (Ana)\n\nOi").author
    assert disguised is not None and "l.test" not in repr(disguised)
    assert disguised == post(b"From: Ana <ana@l.test>\n\nOi").author


def test_only_a_cancel_takes_back_and_an_author_may_want_no_archive() -> None:
    assert told(b"Control: cancel <b@x>\n\n-") == [Gone("lista", "b@x")]
    assert told(b"Control: ihave <b@x>\n\n-") == []
    for wish in (b"Archive: no", b"X-No-Archive: Yes", b'Archive: no; filename="x"'):
        assert told(wish + b"\n\nOi") == []
    assert post(b"Archive: yes\n\nOi").text == "Oi"
