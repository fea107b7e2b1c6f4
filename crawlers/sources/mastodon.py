"""Mastodon and whatever speaks its interface: hashtags, accounts, public timelines, threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from crawlers.pages import Request
from crawlers.reading.networks.status_pages import StatusPages
from crawlers.secret import Secret, revealed
from crawlers.signs import SITE, Sign
from crawlers.sources.source import CommonSettings, WebAddress


class MastodonSettings(CommonSettings):
    """Hashtags, accounts and the public timeline of one server."""

    kind: Literal["mastodon"]
    url: WebAddress = Field(description="The server's address, such as https://mastodon.social.")
    tags: tuple[str, ...] = Field(default=(), description="Hashtags to follow, without the #.")
    accounts: tuple[str, ...] = Field(default=(), description="Accounts, as ana or ana@host.")
    public: bool = Field(default=False, description="Whether to read the server's own timeline.")
    token: Secret | None = Field(default=None, description="For servers that ask for a login.")
    token_file: Path | None = Field(default=None, description="A file that holds the token.")


class MastodonSource(StatusPages[MastodonSettings]):
    """Timelines newest first; threads by their context, as far as the server shows it."""

    def __init__(
        self, settings: MastodonSettings, cursor: Mapping[str, Any], now: datetime
    ) -> None:
        token = revealed(settings.token, settings.token_file)
        super().__init__(settings, cursor, now, settings.url, token)

    def requests(self) -> Iterator[Request]:
        """The first page of each timeline, and the accounts to look up."""
        for tag in self.settings.tags:
            yield self.timeline(f"timelines/tag/{tag.strip('# ')}")
        if self.settings.public:
            yield self.timeline("timelines/public", at_large=True, local="true")
        for account in self.settings.accounts:
            yield self.asked("accounts/lookup", self.account, {"acct": account.lstrip("@")})

    def thread(self, external_id: str) -> Iterator[Request]:
        """A status, then all that was said below it, and who passed it on or liked it."""
        gone = self.vanished(external_id)
        yield self.asked(f"statuses/{external_id}", self.head, otherwise=gone)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One status that others answer."""
        gone = self.vanished(external_id)
        yield self.asked(f"statuses/{external_id}", self.single, otherwise=gone)


SIGNS = (
    Sign(
        {"kind": "mastodon", "url": "{site}", "tags": ["{tag}"]}, rf"{SITE}/tags/(?P<tag>[^/?#\s]+)"
    ),
    Sign(
        {"kind": "mastodon", "url": "{site}", "accounts": ["{account}"]},
        rf"{SITE}/@(?P<account>[\w.]+(?:@[\w.-]+)?)/?$",
        "/api/v1/instance",
        lambda response: response.status < 300 and b'"uri"' in response.body,
    ),
    Sign(
        {"kind": "mastodon", "url": "https://{host}", "accounts": ["{account}"]},
        r"@?(?P<account>[\w.]+)@(?P<host>[\w-]+(?:\.[\w-]+)+)$",
    ),
)
