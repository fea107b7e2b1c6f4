"""Who wrote a letter, however lists and archives disguise it."""

from __future__ import annotations

import re
from email.utils import parseaddr

_DISGUISED = re.compile(
    r"^\s*(?P<local>\S+) at (?P<host>[\w-]+(?:\.[\w-]+)+)\s*\((?P<name>[^()]*)\)"
)
_AT = re.compile(r"(?<=[\w.+-])(?: at |\(a\)| \(at\) )(?=[\w-]+\.)")
_VIA = re.compile(r"\s+via\s+\S.*$")


def sender(author: str, reply_to: str, originals: tuple[str, ...] = ()) -> tuple[str, str]:
    """Name and address of a letter's writer, from its From, Reply-To and like headers.

    Archives write ``ana at host.org (Ana)``. Lists put their own address where the writer's
    stood (``Ana via list``): that stands elsewhere then (RFC 9057), or the name must do.
    """
    for original in originals:
        if _read(original)[1]:
            return _read(original)
    name, address = _read(author)
    plain = _VIA.sub("", name)
    if plain == name:
        return name, address
    answers = _read(reply_to)[1]
    return plain, answers if answers not in ("", address) else f"{plain} {address}"


def _read(header: str) -> tuple[str, str]:
    if match := _DISGUISED.match(header):
        return match["name"].strip(), f"{match['local']}@{match['host']}"
    return parseaddr(_AT.sub("@", header))
