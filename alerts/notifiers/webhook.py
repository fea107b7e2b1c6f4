"""Messages as signed JSON, posted to an address of your own."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Literal, Self

import httpx
from pydantic import Field, FilePath, PrivateAttr, SecretStr, model_validator

from alerts.notifiers.notifier import Notifier, NotifierBusy, one_line, plain, reference
from alerts.notifiers.secret import at_most_one, exactly_one, revealed
from domain.alerts import Message
from domain.errors import NotifyError

SCHEMA = "boca.message/1"
_LONGEST_REST = timedelta(days=1)
_RETRYABLE = frozenset({408, 425, 429})

# At INFO it writes every address in full, and addresses of webhooks are secrets.
logging.getLogger("httpx").setLevel(logging.WARNING)


class WebhookNotifier(Notifier):
    """POSTs one JSON document a message. How to verify it: ``docs/notifiers.md``."""

    kind: Literal["webhook"] = "webhook"
    url: SecretStr | None = Field(default=None, description="Where to post: an http(s) address.")
    url_file: FilePath | None = Field(default=None, description="A file that holds the address.")
    secret: SecretStr | None = Field(default=None, description="Key to sign each message with.")
    secret_file: FilePath | None = Field(default=None, description="A file that holds the key.")

    _clock: Callable[[], float] = PrivateAttr(default=time.time)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        exactly_one("url", self.url, self.url_file)
        at_most_one("secret", self.secret, self.secret_file)
        if self.url is not None and _parsed(self.url.get_secret_value()) is None:
            raise ValueError("url must start with http:// or https:// and name a host")
        return self

    def send(self, message: Message) -> None:
        """Post the message; any 2xx answer means that it was taken."""
        body = json.dumps(_document(message), ensure_ascii=True, separators=(",", ":")).encode()
        url = self._address()
        status, headers = self._request("POST", url, body, self._headers(message, body))
        _judge(status, headers, url.host)

    def check(self) -> None:
        """See that the address answers at all, whatever it says to a HEAD."""
        self._request("HEAD", self._address(), b"", {})

    def _address(self) -> httpx.URL:
        url = _parsed(revealed(self.url, self.url_file) or "")
        if url is None:
            raise NotifyError(
                "url_file holds no address",
                retryable=False,
                where=str(self.url_file),
                todo="write one that starts with https:// and names a host",
            )
        return url

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        moment = str(int(self._clock()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": reference(message.key),
            "Boca-Timestamp": moment,
        }
        secret = revealed(self.secret, self.secret_file)
        if secret:
            headers["Boca-Signature"] = f"v1={signature(secret, moment, body)}"
        return headers

    def _request(
        self, method: str, url: httpx.URL, body: bytes, headers: dict[str, str]
    ) -> tuple[int, httpx.Headers]:
        try:
            # Streamed, so that an endless answer is not read; redirects are not followed.
            with (
                httpx.Client(timeout=self.timeout_seconds, verify=_trust()) as client,
                client.stream(method, url, content=body, headers=headers) as response,
            ):
                return response.status_code, response.headers
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Neither its text nor the chain may be kept: both hold the address.
            raise NotifyError(
                f"the webhook gave no answer ({type(error).__name__})",
                retryable=not isinstance(error, httpx.UnsupportedProtocol),
                where=url.host,
                todo="see that it runs and can be reached from here",
            ) from None


def signature(secret: str, moment: str, body: bytes) -> str:
    """HMAC-SHA256, in hex, of the timestamp, a full stop, and the body."""
    signed = moment.encode() + b"." + body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _document(message: Message) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "key": message.key,
        "alert": message.alert_key,
        "recipient": message.recipient,
        "language": message.language,
        "created_at": message.created_at.astimezone(UTC).isoformat(),
        "subject": one_line(message.subject),
        "text": plain(message.text),
        "link": message.link,
        "payload": dict(message.payload),
    }


@cache
def _trust() -> ssl.SSLContext:
    """The certificates to trust: reading them takes longer than most messages do."""
    return httpx.create_ssl_context()


def _parsed(text: str) -> httpx.URL | None:
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme in ("http", "https") and url.host else None


def _judge(status: int, headers: httpx.Headers, host: str) -> None:
    if 200 <= status < 300:
        return
    what = f"the webhook answered {status}"
    retryable = status in _RETRYABLE or status >= 500
    rest = _retry_after(headers.get("Retry-After", ""), datetime.now(UTC))
    if retryable and rest is not None:
        raise NotifierBusy(what, rest=rest, where=host)
    moved = "redirects are not followed: write the final address" if 300 <= status < 400 else ""
    raise NotifyError(what, retryable=retryable, where=host, todo=moved)


def _retry_after(header: str, now: datetime) -> timedelta | None:
    """The wait asked for, in seconds or as a date; at most a day."""
    try:
        if header.strip().isdecimal():
            wait = timedelta(seconds=int(header[:9]))
        else:
            wait = parsedate_to_datetime(header).astimezone(UTC) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), _LONGEST_REST)
