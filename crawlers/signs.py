"""How a place is recognised by its address, a handle or an app link, or by what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crawlers.pages import Response

SITE = r"(?P<site>https?://[^/\s]+)"
"""The pattern of a site's address, whatever page of it was given."""

Guess = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """How to tell that what a person writes means a source of some kind.

    ``pattern`` is searched for in an address, a handle or an app link, from its beginning;
    its named groups fill the places of ``settings`` (all but the name). Where the text
    alone cannot tell, ``path`` is asked for on the site and ``shows`` looks at the answer;
    a path of "" asks for the address itself.
    """

    settings: Mapping[str, Any]
    pattern: str = SITE
    path: str | None = None
    shows: Callable[[Response], bool] = bool

    def guess(self, text: str, site: str | None = None) -> Guess | None:
        """The settings that the text alone gives; None where it does not fit.

        ``site`` is where the site begins, if not at its host: http://host/forum.
        """
        match = re.match(self.pattern, text, re.IGNORECASE)
        if match is None:
            return None
        found = {key: value or "" for key, value in match.groupdict().items()}
        if site is not None:
            found["site"] = site
        return {key: _filled(value, found) for key, value in self.settings.items()}


def answers_with(*keys: str) -> Callable[[Response], bool]:
    """A test of answers: a JSON object that has all these keys."""

    def shows(response: Response) -> bool:
        body = _object(response)
        return body is not None and set(keys) <= body.keys()

    return shows


def answers_saying(word: str, *path: str) -> Callable[[Response], bool]:
    """A test of answers: a JSON object that says this word at the end of a path."""

    def shows(response: Response) -> bool:
        body: Any = _object(response)
        for key in path:
            body = body.get(key) if isinstance(body, dict) else None
        return bool(body == word)

    return shows


def _object(response: Response) -> dict[str, Any] | None:
    try:
        body = json.loads(response.body) if response.status < 300 else None
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _filled(value: Any, found: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(found)
    if isinstance(value, list | tuple):
        return [filled for one in value if (filled := _filled(one, found)) != ""]
    return value
