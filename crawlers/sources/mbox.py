"""Mailing lists: a mailbox file, or the archive that HyperKitty shows of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Request
from crawlers.reading.mail.archives import Archive, Mailbox
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress


class MboxSettings(CommonSettings):
    """A mailbox on this machine, or an archive on the web."""

    kind: Literal["mbox"]
    path: Path | None = Field(default=None, description="A mailbox file, plain or gzipped.")
    url: WebAddress | None = Field(
        default=None, description="A list's page in HyperKitty, or the address of a mailbox."
    )
    months: int = Field(
        default=3, ge=1, le=240, description="How many months of a list the first visit reads."
    )

    @model_validator(mode="after")
    def _fits(self) -> MboxSettings:
        if (self.path is None) == (self.url is None):
            raise ValueError("write either path or url")
        return self


class MboxArchive(Archive[MboxSettings]):
    """An archive on the web."""

    def requests(self) -> Iterator[Request]:
        """The months to read, or the one mailbox."""
        yield from self.months(self.settings.url or "", self.settings.months)


def mbox_source(
    settings: MboxSettings, cursor: Mapping[str, Any], now: datetime
) -> MboxArchive | Mailbox:
    """The reader of an archive on the web, or of a mailbox on this machine."""
    if settings.path is None:
        return MboxArchive(settings, cursor, now)
    return Mailbox(settings, settings.path, cursor, now)


SIGNS = (
    Sign({"kind": "mbox", "url": "{url}"}, r"(?P<url>https?://\S+/list/[^/\s]+@[^/\s]+/?)"),
    Sign({"kind": "mbox", "url": "{url}"}, r"(?P<url>https?://\S+\.mbox(?:\.gz)?(?:\?\S*)?)$"),
)
