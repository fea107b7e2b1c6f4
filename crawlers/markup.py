"""HTML to text: what a person wrote, with other people's words kept apart."""

from __future__ import annotations

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script, style, noscript, template, iframe, svg, aside.quote > .title, "
    "blockquote cite, .lightbox-wrapper .meta"
)
_QUOTE = "aside.quote, aside.onebox, blockquote"  # a onebox shows what a link leads to
_BLOCKS = (
    "p, div, blockquote, li, ul, ol, tr, table, h1, h2, h3, h4, h5, h6, pre, section, article, "
    "dd, dt"
)
_MOST_TAGS = 5_000  # beyond this a page is an attack; its tags are cut out unparsed
_ANY_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"[ \t\f\v\r\u00a0]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_MANY_BREAKS = re.compile(r"\n{3,}")
_QUOTED_LINE = re.compile(r"\s*(?:>\s?)+")
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


def unquoted(text: str) -> tuple[str, str]:
    """Plain text without the lines that begin with a >, and those lines apart."""
    if ">" not in text:
        return text.strip(), ""
    own, quoted = [], []
    for line in text.splitlines():
        match = _QUOTED_LINE.match(line)
        if match is None:
            own.append(line)
        else:
            quoted.append(line[match.end() :])
    return "\n".join(own).strip(), "\n".join(quoted).strip()


def _take_quotes(tree: LexborHTMLParser) -> str:
    quotes = []
    while (quote := tree.css_first(_QUOTE)) is not None:
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
