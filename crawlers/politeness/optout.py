"""Pages that ask not to be taken up: ``noindex`` in a header or in the page itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crawlers.pages import Found, Response
from domain.posts import Rejected

_HEAD = 200_000  # bytes in which a page says how it wants to be treated
_HTML = re.compile(r"text/html|application/xhtml", re.IGNORECASE)
_META = re.compile(
    r"""<meta\b(?=[^<>]*\bname\s*=\s*["']?(robots|boca)\b)[^<>]*\bcontent\s*=\s*["']?([^"'<>]*)""",
    re.IGNORECASE,
)
_NOINDEX = re.compile(r"(?:^|[,\s])(?:noindex|none)(?:$|[,\s])", re.IGNORECASE)
_AGENT = re.compile(r"^\s*([\w-]+)\s*:", re.ASCII)


def withheld(
    source: str, page: Response, read: Callable[[Response], Iterator[Found]]
) -> Iterator[Found]:
    """What a page gives; of one that asks not to be taken up, only that it does so.

    Its source reads it nevertheless, and so knows that it need not ask again.
    """
    if not forbids_indexing(page):
        yield from read(page)
        return
    for _ in read(page):
        pass
    yield Rejected(source, "noindex", page.url, "the page asks not to be indexed")


def forbids_indexing(response: Response) -> bool:
    """Whether an HTML page says noindex, to everybody or to us.

    Feeds and interfaces are not pages: sites say noindex there so that search engines
    show the page in their stead.
    """
    kind = response.headers.get("content-type", "")
    if not _HTML.search(kind):
        return False
    head = response.body[:_HEAD].decode("latin-1")
    said = [meta[2] for meta in _META.finditer(head)]
    for line in response.headers.get("x-robots-tag", "").splitlines():
        agent = _AGENT.match(line)
        if agent is None or agent[1].lower() in {"boca", "unavailable_after"}:
            said.append(line[agent.end() :] if agent else line)
    return any(_NOINDEX.search(one) for one in said)
