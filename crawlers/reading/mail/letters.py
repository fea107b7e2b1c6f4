"""Letters to mailing lists and newsgroups (RFC 5322) as posts.

People are known by a digest of their address, shown by their name, never by the address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser

from crawlers.markup import plain
from crawlers.reading.item import Item
from crawlers.reading.mail.flowed import joined
from crawlers.reading.mail.senders import sender
from crawlers.reading.posts import Posts
from domain.people import Author
from domain.posts import Gone, Post, PostKind, Rejected

LARGEST = 1024 * 1024  # bytes of a letter that are read; what follows are mostly attachments
_ORIGINALS = ("Author", "X-Original-From", "Original-From")
_ID = re.compile(r"<([^<>\s]{1,500})>")
_QUOTE = re.compile(r"\s*(?:[|>]\s?)+")
_SAYS = re.compile(r"^(?:On|Em|El|Le|Am|Il)\s.{4,200}:$|^.{2,100}\s(?:wrote|escreveu):$")
_FORWARDED = re.compile(r"^-{2,}\s*(?:Original Message|Mensagem original|Forwarded)", re.I)
_MARKS = re.compile(r"^(?:(?:re|res|aw|enc|fwd?):\s*|\[[^\]]{1,60}\]\s*)+", re.I)


class Letters:
    """Reads the letters of one source."""

    def __init__(self, source: str, posts: Posts) -> None:
        self._source, self._posts = source, posts

    def told(self, raw: bytes, where: str) -> Iterator[Post | Gone | Rejected]:
        """The post of a letter; what it takes back; nothing where it wants no archive."""
        letter = BytesParser(policy=policy.default).parsebytes(raw[:LARGEST])
        if not isinstance(letter, EmailMessage) or _no_archive(letter):
            return
        control = _header(letter, "Control")
        cancelled = control if control.lower().startswith("cancel") else ""
        for old in _ID.findall(_header(letter, "Supersedes") or cancelled):
            yield Gone(self._source, old)
        if not control:
            start = raw[:2000].decode("utf-8", "replace")
            yield self._posts.read(Item(start, where), lambda item: self._post(letter))

    def _post(self, letter: EmailMessage) -> Post:
        text, quoted = own_words(_body(letter))
        answered = _ID.findall(_header(letter, "References"))
        parent = ([*answered, *_ID.findall(_header(letter, "In-Reply-To"))[:1]] or [None])[-1]
        named = _ID.search(_header(letter, "Message-ID"))
        title = "" if parent else _MARKS.sub("", _header(letter, "Subject"))
        return self._posts.post(
            external_id=named[1] if named else _digest("letter", letter.as_bytes()),
            kind=PostKind.REPLY if parent else PostKind.POST,
            at=_header(letter, "Date"),
            text=text,
            title=title.replace("<", "&lt;"),
            author=self._author(letter),
            parent=parent,
            thread=answered[0] if answered else None,  # archives drop References
            quoted_text=quoted,
            url=(_ID.findall(_header(letter, "Archived-At")) or [None])[0],
        )

    def _author(self, letter: EmailMessage) -> Author | None:
        originals = tuple(_header(letter, one) for one in _ORIGINALS)
        name, address = sender(_from(letter), _header(letter, "Reply-To"), originals)
        if not address:
            return self._posts.author("", name)
        shown = name or address.partition("@")[0]
        return self._posts.author(_digest("mail", address.lower().encode()), shown)


def own_words(body: str) -> tuple[str, str]:
    """What the author wrote, without signature; and apart from it what they quote."""
    own: list[str] = []
    quoted: list[str] = []
    lines = body.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines):
        if line in ("-- ", "--"):
            break
        match = _QUOTE.match(line) if line.lstrip()[:1] in (">", "|") else None
        if match is not None:
            quoted.append(line[match.end() :])
        elif _FORWARDED.match(line):
            quoted += lines[number + 1 :]
            break
        elif not _SAYS.match(line.strip()):
            own.append(line)
    return _tidy(own), _tidy(quoted)


def _tidy(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()


def _body(letter: EmailMessage) -> str:
    """The words of a letter: plain text where it says something, else its HTML."""
    for kind in ("plain", "html"):
        part = letter.get_body(preferencelist=(kind,))
        words = _words(part) if isinstance(part, EmailMessage) else ""
        if words.strip():
            return words
    return ""


def _words(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    text = _decoded(content, part.get_content_charset())
    if part.get_content_type() == "text/html":
        words, quoted = plain(text)
        return words + "".join(f"\n> {line}" for line in quoted.splitlines())
    if _parameter(part, "format") == "flowed":
        return joined(text, delsp=_parameter(part, "delsp") == "yes")
    return text


def _parameter(part: EmailMessage, name: str) -> str:
    """What the Content-Type says besides; some are so broken that they cannot be asked."""
    try:
        return str(part.get_param(name, "")).lower()
    except (ValueError, IndexError, AttributeError, TypeError, KeyError):
        return ""


def _decoded(content: bytes, charset: str | None) -> str:
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("cp1252", "replace")


def _no_archive(letter: EmailMessage) -> bool:
    """Whether its author wants it in no archive (RFC 5536), as newsreaders of old say it, too."""
    said = _header(letter, "Archive").partition(";")[0].strip().lower()
    return said in {"no", "no-archive"} or _header(letter, "X-No-Archive").lower() == "yes"


def _header(letter: EmailMessage, name: str) -> str:
    """A header's text; some are so broken that they cannot even be looked at."""
    try:
        return str(letter.get(name, "")).strip()
    except (ValueError, IndexError, AttributeError, TypeError, KeyError):
        return ""


def _from(letter: EmailMessage) -> str:
    """The From header; one without an address as it stands, since its names would get lost."""
    for name, value in letter.raw_items():
        if name.lower() == "from" and "@" not in str(value):
            with suppress(ValueError, LookupError, HeaderParseError):
                return str(make_header(decode_header(str(value)))).strip()
    return _header(letter, "From")


def _digest(kind: str, content: bytes) -> str:
    return f"{kind}-{hashlib.sha256(content).hexdigest()[:24]}"
