"""HTML to text: what a person wrote, with other people's words kept apart."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = "script, style, noscript, template, iframe, svg"
_BLOCKS = (
    "p, div, blockquote, li, ul, ol, tr, table, h1, h2, h3, h4, h5, h6, pre, section, article, "
    "dd, dt"
)
_MOST_TAGS = 5_000  # beyond this a page is an attack; its tags are cut out unparsed
_ANY_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"[ \t\f\v\r\u00a0]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")
_TAG = re.compile(r"<[^<>]*>")  # without < inside: it must not look twice
_OPENING_TAG = re.compile(r"<(?!/)[a-zA-Z]")


def plain(markup: str) -> tuple[str, str]:
    """The text of some HTML, and apart from it what stands in its blockquotes."""
    if "<" not in markup:
        return _tidy(html.unescape(markup)), ""
    if len(_OPENING_TAG.findall(markup)) > _MOST_TAGS:
        return _tidy(_TAG.sub(" ", markup)), ""
    tree = LexborHTMLParser(markup if "<pre" in markup else _ANY_SPACE.sub(" ", markup))
    for node in tree.css(_DROPPED):
        node.decompose()
    quoted = _take_quotes(tree)
    return _text(tree.body), quoted


def _take_quotes(tree: LexborHTMLParser) -> str:
    quotes = []
    while (quote := tree.css_first("blockquote")) is not None:
        quotes.append(_text(quote))
        quote.decompose()
    return "\n".join(quote for quote in quotes if quote)


def _text(node: LexborNode | None) -> str:
    if node is None:
        return ""
    for line_break in node.css("br"):
        line_break.replace_with("\n")
    for block in node.css(_BLOCKS):
        block.insert_before("\n")
        block.insert_after("\n")
    return _tidy(node.text(deep=True))


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", text)
    return _MANY_BREAKS.sub("\n\n", _AROUND_BREAKS.sub("\n", text)).strip()
