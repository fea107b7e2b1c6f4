"""What a person's address, handle or app link means: the settings of the sources it may be.

The signs stand in the connectors' own files; here is their order, the surest first.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

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
    flarum,
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
    *flarum.SIGNS,
    *askbot.SIGNS,
    *isso.SIGNS,
    *mastodon.SIGNS,
    *wordpress.SIGNS,
    *forum_feed.SIGNS,
    *feed.SIGNS,
    *schema_org.SIGNS,
)
_LOOKING = tuple(sign for sign in SIGNS if sign.path == "")
_ASKING = tuple(sign for sign in SIGNS if sign.path)
_OF_PAGES = re.compile(
    r"[a-z]|@.*|.*\..*|api|categor(?:y|ies)|discussions?|latest|new|posts?|questions?|recent|tags?"
    r"|top|topics?|users?",
    re.IGNORECASE,
)  # folders and files in which sites have their pages, not themselves
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
        answers: dict[str, Response | None] = {text: await gate.fetch(text)}
        found = await _shown(gate, [(sign, text, None) for sign in _LOOKING], text, answers)
        for site in sites(text):
            questions = [(sign, f"{site}{sign.path}", site) for sign in _ASKING]
            at_site = await _shown(gate, questions, text, answers)
            found += at_site
            if at_site:
                break
        return found
    finally:
        await gate.close()


async def _shown(
    gate: Gate,
    questions: Sequence[tuple[Sign, str, str | None]],
    text: str,
    answers: dict[str, Response | None],
) -> list[Guess]:
    """What the signs make of the answers to their questions, each asked once."""
    found: list[Guess] = []
    for sign, url, site in questions:
        if url not in answers:
            answers[url] = await _answer(gate, url)
        answer, guess = answers[url], sign.guess(text, site)
        if answer is None or guess is None or guess in found:
            continue
        if sign.shows(answer):
            found.append(guess)
    return found


def sites(text: str) -> Iterator[str]:
    """Where the site of a page may begin: in a folder of its host, then at the host.

    >>> list(sites("http://host:8080/forum/t/app/12"))
    ['http://host:8080/forum', 'http://host:8080']
    """
    parts = urlsplit(text)
    folder, host = parts.path.strip("/").partition("/")[0], f"{parts.scheme}://{parts.netloc}"
    if folder and not _OF_PAGES.fullmatch(folder):
        yield f"{host}/{folder}"
    yield host


async def _answer(gate: Gate, url: str) -> Response | None:
    try:
        return await gate.fetch(url)
    except FetchError:
        return None


def _tidy(text: str) -> str:
    """Without spaces around; a bare domain as the address that it means."""
    text = text.strip()
    return f"https://{text}" if _DOMAIN.fullmatch(text) else text
