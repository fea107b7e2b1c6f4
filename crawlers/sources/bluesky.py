"""Bluesky: what accounts write, whole threads with their likes, reposts and quotes, searches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from crawlers.pages import Request
from crawlers.reading.networks.bsky_pages import FEED, BskyPages
from crawlers.secret import Secret, at_most_one, revealed
from crawlers.signs import Sign
from crawlers.sources.source import CommonSettings, WebAddress


class BlueskySettings(CommonSettings):
    """Accounts to read, and with a login words to search for."""

    kind: Literal["bluesky"]
    accounts: tuple[str, ...] = Field(default=(), description="Handles or DIDs, as loja.example.")
    search: tuple[str, ...] = Field(default=(), description="Words to search for, with a login.")
    handle: str = Field(default="", description="The account to log in with.")
    password: Secret | None = Field(default=None, description="An app password of that account.")
    password_file: Path | None = Field(default=None, description="A file that holds it.")
    url: WebAddress = Field(
        default="https://public.api.bsky.app", description="Where anybody may read."
    )
    host: WebAddress = Field(default="https://bsky.social", description="Where to log in.")

    @model_validator(mode="after")
    def _fits(self) -> BlueskySettings:
        at_most_one("password", self.password, self.password_file)
        if self.search and not (self.handle and (self.password or self.password_file)):
            raise ValueError("search needs handle, and password or password_file")
        return self


class BlueskySource(BskyPages[BlueskySettings]):
    """Feeds newest first; threads with everyone who acted on them."""

    def __init__(self, settings: BlueskySettings, cursor: Mapping[str, Any], now: datetime) -> None:
        super().__init__(settings, cursor, now, settings.url, settings.host)

    def requests(self) -> Iterator[Request]:
        """The DIDs of handles, feeds, and a login where something is to be searched for."""
        for account in self.settings.accounts:
            yield from self.account(account.lstrip("@"))
        if self.settings.search:
            password = revealed(self.settings.password, self.settings.password_file)
            login = {"identifier": self.settings.handle, "password": password}
            yield self.login(json.dumps(login).encode(), self.settings.search)

    def thread(self, external_id: str) -> Iterator[Request]:
        """A post, all below it, and who quoted it, passed it on or liked it."""
        query = {"uri": external_id, "depth": 1000, "parentHeight": 0}
        asked: dict[str, Any] = {"otherwise": self.vanished(external_id), "root": external_id}
        absent = (b'"NotFound"',)  # which the place answers with 400
        yield self.ask_for(f"{FEED}.getPostThread", self.entire, query, absent=absent, **asked)

    def missing(self, external_id: str) -> Iterator[Request]:
        """One post that others answer or quote."""
        query = {"uris": external_id}
        yield self.ask_for(f"{FEED}.getPosts", self.views, query, asked=external_id)


_ACCOUNT = {"kind": "bluesky", "accounts": ["{account}"]}
_HANDLE = r"(?P<account>did:[a-z0-9:.]+|[\w-]+(?:\.[\w-]+)+)"
SIGNS = (
    Sign(_ACCOUNT, rf"https?://bsky\.app/profile/{_HANDLE}"),
    Sign(_ACCOUNT, r"(?P<account>did:(?:plc|web):[\w:.-]+)$"),
    Sign(_ACCOUNT, r"@(?P<account>[\w-]+(?:\.[\w-]+)+)$"),
)
