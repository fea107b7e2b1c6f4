"""What a person's address, handle or app link means: the settings of the sources it may be.

The signs stand in the connectors' own files; here is their order, the surest first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from crawlers.pages import Response
from crawlers.politeness.errors import FetchError
from crawlers.politeness.gate import Gate
from crawlers.politeness.settings import PolitenessSettings
from crawlers.signs import SITE, Guess, Sign
from crawlers.sources import (
    app_store,
    askbot,
    bluesky,
    discourse,
    feed,
    forum_feed,
    hacker_news,
    isso,
    lemmy,
    mastodon,
    matrix,
    mbox,
    nntp,
    nodebb,
    reddit,
    schema_org,
    stack_exchange,
    steam,
    telegram,
    wordpress,
    youtube,
)

SIGNS: tuple[Sign, ...] = (
    *hacker_news.SIGNS,
    *stack_exchange.SIGNS,
    *reddit.SIGNS,
    *app_store.SIGNS,
    *steam.SIGNS,
    *youtube.SIGNS,
    *telegram.SIGNS,
    *bluesky.SIGNS,
    *matrix.SIGNS,
    *nntp.SIGNS,
    *mbox.SIGNS,
    *discourse.SIGNS,
    *lemmy.SIGNS,
    *nodebb.SIGNS,
    *askbot.SIGNS,
    *isso.SIGNS,
    *mastodon.SIGNS,
    *wordpress.SIGNS,
    *forum_feed.SIGNS,
    *feed.SIGNS,
    *schema_org.SIGNS,
)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)?", re.IGNORECASE)


def recognise(text: str, *, politeness: PolitenessSettings) -> list[Guess]:
    """The settings, all but the name, of what a text may mean, the surest first.

    Asks the site only where the text alone does not tell. Raises FetchError where the
    address itself cannot be had.
    """
    text = _tidy(text)
    told = by_shape(text)
    if told or not re.match(SITE, text):
        return told
    return asyncio.run(_by_answers(text, politeness))


def by_shape(text: str) -> list[Guess]:
    """What the text alone tells, without asking anybody."""
    guesses = (sign.guess(_tidy(text)) for sign in SIGNS if sign.path is None)
    return [guess for guess in guesses if guess is not None]


async def _by_answers(text: str, politeness: PolitenessSettings) -> list[Guess]:
    gate = Gate(politeness)
    try:
        first = await gate.fetch(text)
        answers: dict[str, Response | None] = {text: first}
        found: list[Guess] = []
        for sign, url in _questions(text):
            if url not in answers:
                answers[url] = await _answer(gate, url)
            answer, guess = answers[url], sign.guess(text)
            if answer is not None and guess is not None and sign.shows(answer):
                found.append(guess)
        return found
    finally:
        await gate.close()


def _questions(text: str) -> Iterator[tuple[Sign, str]]:
    """The signs that need an answer, those that look at the address itself first."""
    asking = [sign for sign in SIGNS if sign.path is not None]
    for sign in sorted(asking, key=lambda one: one.path != ""):
        yield sign, urljoin(text, sign.path) if sign.path else text


async def _answer(gate: Gate, url: str) -> Response | None:
    try:
        return await gate.fetch(url)
    except FetchError:
        return None


def _tidy(text: str) -> str:
    """Without spaces around; a bare domain as the address that it means."""
    text = text.strip()
    return f"https://{text}" if _DOMAIN.fullmatch(text) else text
