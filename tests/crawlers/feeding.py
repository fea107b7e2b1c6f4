"""A feed on a local site, to be crawled."""

from __future__ import annotations

from collections.abc import Callable

from crawlers.settings import PolitenessSettings

Manners = Callable[..., PolitenessSettings]


KIND = {"Content-Type": "application/rss+xml"}


def item(number: int, more: str = "") -> str:
    words = f"<title>n{number}</title><description>t{number}</description>"
    return f"<item><guid>urn:{number}</guid>{words}{more}</item>"


def rss(*items: str) -> tuple[int, dict[str, str], bytes]:
    space = 'xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
    return (
        200,
        KIND,
        f'<rss version="2.0" {space}><channel>{"".join(items)}</channel></rss>'.encode(),
    )
