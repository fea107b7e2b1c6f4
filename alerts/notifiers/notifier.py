"""What every notifier is: settings, and ``send``."""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field

from domain.alerts import Message
from domain.errors import NotifyError


class Notifier(BaseModel, ABC):
    """A channel. Sends one message at a time, or raises NotifyError."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_minute: float = Field(
        default=60.0, ge=1, le=6000, description="Most messages a minute on this channel."
    )
    timeout_seconds: float = Field(
        default=20.0, gt=0, le=60, description="How long to wait for the other side."
    )

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand the message over; raises NotifyError(retryable=...) if it was not taken."""

    @abstractmethod
    def check(self) -> None:
        """See that the channel would work, sending nothing; raises NotifyError if not."""


class NotifierBusy(NotifyError):
    """The channel asks to be left alone for a while."""

    def __init__(self, what: str, *, rest: timedelta, where: str = "") -> None:
        self.rest = rest
        super().__init__(what, retryable=True, where=where)


def reference(key: str) -> str:
    """A short, constant, harmless name for a message's key, fit for any header."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:24]


_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text: str) -> str:
    """The text on one line, made safe for a header, a title or a log."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def plain(text: str) -> str:
    """The text without terminal codes, direction overrides and lone surrogates."""
    return _UNSAFE.sub("", text)
