"""Reports that others send us: a help desk, a CRM, a form, by a signed message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from crawlers.filereading import FileReader
from crawlers.filesets import FileSet
from crawlers.rows import BadRow, Row
from crawlers.secret import Secret, at_most_one
from crawlers.shipped import shipped
from crawlers.sources.source import CommonSettings
from domain.posts import Post, Rejected


def _known(name: str) -> str:
    shipped(name)
    return name


class WebhookSettings(CommonSettings):
    """Who may send reports, and how their fields are named."""

    kind: Literal["webhook"]
    secret: Secret | None = Field(
        default=None, description="The key that messages are signed with."
    )
    secret_file: Path | None = Field(default=None, description="A file that holds the key.")
    mapping: Annotated[str, AfterValidator(_known)] = Field(
        default="self-report", description="A mapping that comes with Boca: it names the fields."
    )

    @model_validator(mode="after")
    def _fits(self) -> WebhookSettings:
        at_most_one("secret", self.secret, self.secret_file)
        if self.secret is None and self.secret_file is None:
            raise ValueError("a webhook needs secret or secret_file")
        return self


def handed_in(
    settings: WebhookSettings, reports: list[Any], now: datetime
) -> Iterator[Post | Rejected]:
    """The posts of reports, and those that are refused."""
    files = FileSet.model_validate({"path": settings.name, "mapping": settings.mapping})
    where = Path(f"{settings.name}@{now:%Y-%m-%dT%H:%M:%S}")
    rows = (_row(number, report) for number, report in enumerate(reports, 1))
    yield from FileReader(settings, now).handed(files, rows, where)


def _row(number: int, report: Any) -> Row | BadRow:
    if isinstance(report, dict):
        return Row(number, report)
    return BadRow(number, "bad_json", "not an object", str(report)[:200])
