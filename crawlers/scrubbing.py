"""Take people out of recordings: pseudo-words of the same shape, the same for the same word."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from crawlers.pages import Response

_PLAIN = frozenset(
    {
        *("type", "kind", "@type", "@context", "status", "state", "lang", "language", "locale"),
        *("version", "created_at", "createdat", "created", "updated_at", "updated", "published"),
        *("date", "date_gmt", "modified_gmt", "datepublished", "format", "visibility", "currency"),
    }
)
"""Keys whose values tell of no person."""
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://([^/\s\"'<>\\?#]+)")
_PHONE = re.compile(r"\+?\d[\d ().-]{7,}\d")
_TIME = re.compile(r"^\d{4}-\d\d-\d\d|^\w{3}, \d\d? \w{3} \d{4}|^\d\d:\d\d")
_MARKUP = re.compile(r"(<[^<>]*>|&#?\w+;|https?://[^\s\"'<>\\]+|[\w.+-]+@[\w.-]+)")
_WORD = re.compile(r"[^\W_]+")
_ATTRIBUTE = re.compile(
    r"((?:title|alt|content|aria-label|data-[\w-]*(?:name|user|author)[\w-]*)=[\"'])([^\"']+)"
)
_SECRET = re.compile(r"([?&](?:\w*key|\w*token|secret|auth|sig\w*|password)=)[^&#\s\"']+")
_PERSON = re.compile(
    r"(/@|/(?:u|user|users|author|member|members|profile|accounts?)/)([^/?#\s\"']+)"
)
_NUMBER = re.compile(r"(?<![\w.:])\d{5,}(?![\w.])")
_BETWEEN = re.compile(r">([^<>]+)<")
_HREF = re.compile(r"((?:href|src)=[\"'])([^\"']+)")
_VOWELS, _CONSONANTS = "aeiou", "bcdfglmnprstv"
_SMALL = 10_000


class Scrubber:
    """Replaces words by pseudo-words; without the key of this one run nobody finds them again."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)

    def page(self, page: Response) -> Response:
        """The page without people: address, headers and body."""
        headers = {name: self.address(value) for name, value in page.headers.items()}
        return replace(
            page, url=self.address(page.url), headers=headers, body=self._body(page.body)
        )

    def _body(self, body: bytes) -> bytes:
        text = body.decode("utf-8", "replace")
        try:
            return json.dumps(self.value(json.loads(text)), ensure_ascii=False, indent=1).encode()
        except (ValueError, RecursionError):
            return self.markup(text).encode()

    def value(self, value: Any, key: str = "") -> Any:
        """A JSON value, its keys as they are."""
        if isinstance(value, Mapping):
            return {name: self.value(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner, key) for inner in value]
        if isinstance(value, str):
            return value if key.casefold() in _PLAIN or _TIME.match(value) else self.text(value)
        is_id = key.casefold().endswith(("id", "uid", "parent", "post", "author", "user"))
        big = isinstance(value, int) and not isinstance(value, bool) and value >= _SMALL
        return int(self._digits(str(value))) if is_id and big else value

    def markup(self, text: str) -> str:
        """HTML or XML: what stands between tags, and attributes that people fill."""
        text = _BETWEEN.sub(lambda match: f">{self._unless_time(match[1])}<", text)
        text = _ATTRIBUTE.sub(lambda match: match[1] + self._unless_time(match[2]), text)
        return _HREF.sub(lambda match: match[1] + self.address(match[2]), text)

    def _unless_time(self, text: str) -> str:
        return text if _TIME.match(text.strip()) else self.text(text)

    def text(self, text: str) -> str:
        """Free text, a name or a token; tags and entities in it stay."""
        parts = _MARKUP.split(text)
        return "".join(self._part(part) for part in parts)

    def _part(self, part: str) -> str:
        if part.startswith("http"):
            return self.address(part)
        if _MAIL.fullmatch(part):
            return f"{self._word(part.partition('@')[0])}@mail.test"
        if part.startswith(("<", "&")):
            return self.markup(part) if part.startswith("<") else part
        part = _PHONE.sub(lambda match: self._digits(match[0]), part)
        return _WORD.sub(lambda match: self._word(match[0]), part)

    def address(self, text: str) -> str:
        """An address on a host of our own, its path of the same shape."""
        text = _SECRET.sub(r"\1secret", _MAIL.sub("someone@mail.test", text))
        text = _PERSON.sub(lambda match: match[1] + self.text(match[2]), text)
        text = _NUMBER.sub(lambda match: self._digits(match[0]), text)
        return _URL.sub(lambda match: match[0].replace(match[1], self.host(match[1])), text)

    def host(self, host: str) -> str:
        """The stand-in of a host, the same for each of its pages.

        >>> Scrubber(b"x").host("forum.example.org").endswith(".example")
        True
        """
        name = urlsplit(f"//{host}").hostname or host
        return host if name.endswith((".example", ".test")) else f"{self._draw(name, 6)}.example"

    def _word(self, word: str) -> str:
        """A word of the same length and case; short ones and numbers below 10,000 stay."""
        if word.isdigit():
            return self._digits(word) if len(word) > 4 else word
        if len(word) < 3:
            return word
        drawn = self._draw(word.casefold(), len(word))
        return "".join(
            new.upper() if old.isupper() else old if old.isdigit() else new
            for old, new in zip(word, drawn, strict=True)
        )

    def _digits(self, text: str) -> str:
        """A number of as many digits, none of them a zero; signs between them stay."""
        drawn = hashlib.blake2b(text.encode(), key=self._key, digest_size=64).digest()
        return "".join(
            str(drawn[place % 64] % 9 + 1) if sign.isdigit() else sign
            for place, sign in enumerate(text)
        )

    def _draw(self, text: str, length: int) -> str:
        """So many letters that one can say, drawn by the text."""
        drawn = b""
        while len(drawn) < length:
            seed = f"{len(drawn)}{text}".encode("utf-8", "surrogatepass")
            drawn += hashlib.blake2b(seed, key=self._key).digest()
        letters = (_CONSONANTS, _VOWELS)
        return "".join(letters[n % 2][drawn[n] % len(letters[n % 2])] for n in range(length))
