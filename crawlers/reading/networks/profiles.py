"""Who the accounts of Bluesky are: asked for in portions, as the stream names only their DIDs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from crawlers.politeness.gate import Gate
from crawlers.reading.item import Item
from crawlers.reading.networks.bsky import hidden
from crawlers.reading.page import Page
from domain.errors import SourceUnreachable
from domain.people import Author
from domain.posts import Post

AT_ONCE = 25  # the most that the place tells at once


class Profiles:
    """Handles and followers, by DID, and who does not want to be shown to strangers."""

    def __init__(self, url: str, gate: Gate) -> None:
        self._url, self._gate = f"{url.rstrip('/')}/xrpc/app.bsky.actor.getProfiles", gate
        self._known: dict[str, Item | None] = {}

    async def introduced(self, found: Sequence[Any]) -> list[Any]:
        """The same with their authors' names; posts of those who are hidden are left out."""
        authors = (one.author for one in found if isinstance(one, Post) and one.author)
        unknown = {one.external_id for one in authors} - self._known.keys()
        for start in range(0, len(unknown), AT_ONCE):
            await self._ask(sorted(unknown)[start : start + AT_ONCE])
        return [known for one in found if (known := self._named(one)) is not None]

    async def _ask(self, dids: list[str]) -> None:
        response = await self._gate.fetch(f"{self._url}?{urlencode({'actors': dids}, doseq=True)}")
        if response.status >= 300:
            raise SourceUnreachable(f"HTTP {response.status}", where=self._url)
        told = {one.text("did"): one for one in Page(response).items("profiles")}
        self._known |= {did: told.get(did) for did in dids}

    def _named(self, one: Any) -> Any:
        if not isinstance(one, Post) or one.author is None:
            return one
        profile = self._known[one.author.external_id]
        if profile is None or hidden(profile):
            return None
        return replace(one, author=_author(one.author, profile))


def _author(author: Author, profile: Item) -> Author:
    url = f"https://bsky.app/profile/{author.external_id}"
    followers = profile.count("followersCount")
    return replace(author, name=profile.text("handle"), url=url, followers=followers)
