"""Messages by e-mail, over SMTP."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, FilePath, SecretStr, field_validator, model_validator

from alerts.notifiers.notifier import Notifier, one_line, plain, reference
from alerts.notifiers.secret import at_most_one, revealed
from domain.alerts import Message
from domain.errors import NotifyError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Encryption(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class EmailNotifier(Notifier):
    """Sends multipart mail through an SMTP server; certificates are always verified."""

    kind: Literal["email"] = "email"
    host: str = Field(min_length=1, description="The mail server's name.")
    port: int = Field(default=587, ge=1, le=65535, description="Its port: 587, 465 or 25.")
    encryption: Encryption = Field(
        default=Encryption.STARTTLS, description="starttls (587), tls (465), or none."
    )
    ca_file: FilePath | None = Field(
        default=None, description="Certificates to trust beside the system's, as PEM."
    )
    user: str = Field(default="", description="Name to log in with; empty: no login.")
    password: SecretStr | None = Field(default=None, description="Password to log in with.")
    password_file: FilePath | None = Field(default=None, description="A file that holds it.")
    sender: str = Field(description="The From address, as Boca <boca@example.com>.")

    @field_validator("sender")
    @classmethod
    def _readable_sender(cls, sender: str) -> str:
        _address(sender)
        return sender

    @model_validator(mode="after")
    def _safe_login(self) -> Self:
        at_most_one("password", self.password, self.password_file)
        if bool(self.user) != (self.password is not None or self.password_file is not None):
            raise ValueError("user and password belong together: write both or neither")
        bare = self.encryption is Encryption.NONE and self.host not in _LOOPBACK
        if bare and self.user:
            raise ValueError("a password must not travel in the clear: use starttls or tls")
        return self

    def send(self, message: Message) -> None:
        """Send one mail to ``message.recipient``."""
        mail = self._mail(message)
        with self._session() as server:
            server.send_message(mail)

    def check(self) -> None:
        """Connect, protect, log in, and say goodbye."""
        with self._session() as server:
            server.noop()

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        sender = _address(self.sender)
        try:
            mail["To"] = _address(message.recipient)
        except ValueError as error:
            raise NotifyError(
                f"{one_line(message.recipient)!r} is no mail address",
                retryable=False,
                todo=f"put it right under people.*.channels ({error})",
            ) from None
        mail["From"] = sender
        mail["Subject"] = one_line(message.subject)
        mail["Date"] = format_datetime(message.created_at)
        mail["Message-ID"] = f"<{reference(message.key)}@{sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(plain(f"{message.text.rstrip()}\n\n{message.link}\n"))
        if message.html:
            mail.add_alternative(plain(message.html), subtype="html")
        mail["Content-Language"] = one_line(message.language)
        return mail

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        """A connection, logged in; whatever goes wrong in it becomes a NotifyError."""
        password = revealed(self.password, self.password_file)
        try:
            with closing(self._connected()) as server:
                if password is not None:
                    server.login(self.user, password)
                yield server
                # The mail is taken by now: a rude goodbye must not have it sent again.
                with suppress(OSError):
                    server.quit()
        except (OSError, UnicodeError, ValueError) as error:
            # The chain is cut: what the library raised may hold what was sent.
            raise _notify_error(error, f"{self.host}:{self.port}") from None

    def _connected(self) -> smtplib.SMTP:
        if self.encryption is Encryption.TLS:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=self._trust()
            )
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        if self.encryption is Encryption.STARTTLS:
            try:
                server.starttls(context=self._trust())
            except BaseException:
                server.close()
                raise
        return server

    def _trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.ca_file is not None:
            context.load_verify_locations(self.ca_file)
        return context


def _address(text: str) -> Address:
    """A mail address with an optional name; raises ValueError where it is none."""
    if text != one_line(text):
        raise ValueError("it holds a line end or a control character")
    name, spec = parseaddr(text)
    try:
        address = Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError) as error:
        raise ValueError(f"write name@example.com ({type(error).__name__})") from None
    if not address.username or not address.domain:
        raise ValueError("write name@example.com")
    return address


def _notify_error(error: Exception, where: str) -> NotifyError:
    code = _reply_code(error)
    if code is not None:
        return NotifyError(
            f"the mail server answered {code} ({type(error).__name__})",
            retryable=400 <= code < 500,
            where=where,
            todo="" if code < 500 else "see the address, user and password, and the server's log",
        )
    permanent = (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError, ValueError)
    reason = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or ""
    return NotifyError(
        one_line(f"the mail could not be handed over: {type(error).__name__} {reason}"),
        retryable=not isinstance(error, permanent),
        where=where,
        todo="see host, port, encryption and ca_file",
    )


def _reply_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return int(max(code for code, _ in error.recipients.values()))
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return int(error.smtp_code)
    return None
