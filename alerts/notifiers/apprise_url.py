"""Messages through an apprise URL: Slack, Teams, Telegram, ntfy and a hundred more."""

from __future__ import annotations

import logging
import re
import warnings
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import quote

from pydantic import Field, FilePath, SecretStr, model_validator

from alerts.notifiers.notifier import Notifier, one_line, plain, reference
from alerts.notifiers.secret import exactly_one, revealed
from domain.alerts import Message
from domain.errors import NotifyError

if TYPE_CHECKING:
    from apprise import Apprise

_PLACE = "{to}"
_STATUS = re.compile(r"error=(\d{3})\b")
_RETRYABLE = frozenset({408, 425, 429})


class AppriseNotifier(Notifier):
    """Hands the message to apprise. ``{to}`` in the URL is filled with the person's address."""

    kind: Literal["apprise"] = "apprise"
    url: SecretStr | None = Field(
        default=None, description="An apprise URL, as ntfys://ntfy.example/{to}."
    )
    url_file: FilePath | None = Field(default=None, description="A file that holds the URL.")

    @model_validator(mode="after")
    def _understood(self) -> Self:
        exactly_one("url", self.url, self.url_file)
        url = self.url.get_secret_value() if self.url else ""
        if url and _PLACE not in url and _service(url) is None:
            raise ValueError("apprise does not understand url; see docs/notifiers.md")
        return self

    def send(self, message: Message) -> None:
        """Send title, text, link and reference as plain text."""
        service = self._service(message.recipient)
        body = f"{plain(message.text).strip()}\n\n{message.link}\n[{reference(message.key)}]"
        with _Listening() as heard:
            taken = service.notify(
                body=body,
                title=one_line(message.subject),
                body_format="text",
            )
        if not taken:
            raise _not_taken(heard.statuses, self._scheme())

    def check(self) -> None:
        """See that apprise understands the URL; only sending shows whether it works."""
        if _PLACE not in self._url():
            self._service("")

    def _url(self) -> str:
        return revealed(self.url, self.url_file) or ""

    def _scheme(self) -> str:
        return self._url().partition("://")[0]

    def _service(self, recipient: str) -> Apprise:
        service = _service(self._url().replace(_PLACE, quote(recipient, safe="")))
        if service is None:
            raise NotifyError(
                "apprise does not understand the URL",
                retryable=False,
                where=self._scheme(),
                todo="compare it with apprise's page for this service, and the person's address",
            )
        return service


class _Listening(logging.Handler):
    """Apprise says only yes or no; what the other side answered stands in its log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.statuses: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.statuses += [int(found) for found in _STATUS.findall(record.getMessage())]

    def __enter__(self) -> Self:
        logging.getLogger("apprise").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)


def _service(url: str) -> Apprise | None:
    # Loaded where it is used: it is large, and most commands never send through it.
    from apprise import Apprise, AppriseAsset

    asset = AppriseAsset(app_id="Boca", app_desc="Boca", async_mode=False)
    service = Apprise(asset=asset)
    with warnings.catch_warnings():
        # On first use apprise loads every plugin, one of which imports a deprecated module.
        warnings.simplefilter("ignore", DeprecationWarning)
        return service if service.add(url) else None


def _not_taken(statuses: list[int], scheme: str) -> NotifyError:
    """No status means no answer: worth another try. So do 408, 425, 429 and 5xx."""
    status = statuses[-1] if statuses else None
    retryable = status is None or status in _RETRYABLE or status >= 500
    answer = f"answered {status}" if status else "gave no answer"
    return NotifyError(
        f"the service {answer}",
        retryable=retryable,
        where=scheme,
        todo="" if retryable else "see the URL and the person's address",
    )
