"""Where each page lives: the one place that knows the paths of the site."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote, urlencode, urlsplit


def experience(id: int) -> str:
    """An experience: its thread, reasons and playbook."""
    return f"/experiences/{id}"


def post(id: int) -> str:
    """A post within its conversation."""
    return f"/posts/{id}"


def posts(
    brand: str | None,
    first: date,
    last: date,
    *,
    zone: str,
    polarity: str | None = None,
    stage: str | None = None,
    before: int | None = None,
) -> str:
    """The posts behind a number, of the local days of a zone from first to last."""
    days = {"from": first.isoformat(), "until": last.isoformat()}
    return _with(
        "/posts", brand=brand, **days, polarity=polarity, stage=stage, zone=zone, before=before
    )


def author(id: int) -> str:
    """An author: influence, posts, experiences."""
    return f"/authors/{id}"


def alert(key: str) -> str:
    """One firing of a rule."""
    return f"/alerts/{quote(key, safe='')}"


def digest(id: int) -> str:
    """A digest as it was sent."""
    return f"/digests/{id}"


def overview(brand: str | None = None, until: date | None = None, days: int | None = None) -> str:
    """A brand over time; ``until`` is the last day shown."""
    return _with("/", brand=brand, until=until and until.isoformat(), days=days)


def queue(
    brand: str | None = None,
    stage: str | None = None,
    *,
    today: bool = False,
    unanswered: bool = False,
    offset: int | None = None,
) -> str:
    """What to mend next; with ``today`` only what was chosen for today, with ``unanswered`` only
    what the brand has not answered."""
    only = {"today": today or None, "unanswered": unanswered or None}
    told = {name: "true" for name, asked in only.items() if asked}
    return _with("/queue", brand=brand, stage=stage or None, **told, offset=offset)


def alerts(brand: str | None = None) -> str:
    """Incidents and their alerts."""
    return _with("/alerts", brand=brand)


def search(query: str) -> str:
    """The posts that match a query."""
    return _with("/search", q=query)


def topics() -> str:
    """What people talk about of late."""
    return "/topics"


def topic(id: int) -> str:
    """One topic: what is said, and what became of it."""
    return f"/topics/{id}"


def communities() -> str:
    """Who talks with whom."""
    return "/communities"


def community(id: int) -> str:
    """One community: its life, its voices, what it speaks of."""
    return f"/communities/{id}"


def adopters() -> str:
    """What is new, and who took it up."""
    return "/adopters"


def launch(id: int) -> str:
    """One launch and its adopters."""
    return f"/adopters/{id}"


def advocates() -> str:
    """Whom to invite."""
    return "/advocates"


def prospects(brand: str | None = None) -> str:
    """Who asks or wants to buy."""
    return _with("/prospects", brand=brand)


def finds(brand: str | None = None) -> str:
    """What a prospect of a brand finds today."""
    return _with("/prospects/finds", brand=brand)


def sources() -> str:
    """The health of what we listen to."""
    return "/sources"


def _with(path: str, **query: object) -> str:
    given = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def outward(url: str | None) -> str | None:
    """A link found in crawled data, if it is a plain web address; else None."""
    if not url or len(url) > 2_000:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
