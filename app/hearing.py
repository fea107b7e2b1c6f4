"""What we listen to, and how well: the health of each source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.posts import CrawlOutcome, CrawlReport
from domain.windows import Window
from storage import Unit

_NOTHING: tuple[int, datetime | None] = (0, None)


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source: its last visit, what it gave lately, and what was refused of it.

    ``report`` is None where files are imported rather than a site visited.
    """

    name: str
    report: CrawlReport | None
    posts: int
    last_post_at: datetime | None
    rejected: Mapping[str, int]

    @property
    def well(self) -> bool:
        """Whether its last visit read all that it meant to."""
        return self.report is None or self.report.outcome is CrawlOutcome.OK

    def missed(self, window: Window) -> bool:
        """Whether it is a site that nobody visited in the window or since."""
        return self.report is not None and self.report.finished_at < window.start


def source_health(unit: Unit, window: Window) -> list[SourceHealth]:
    """Every source that was ever visited, gave a post in the window, or had one refused."""
    visits = unit.sources.last_crawls()
    gave: dict[str, tuple[int, datetime | None]] = {
        source: (posts, last) for source, posts, last in unit.overview.sources(window)
    }
    refused: dict[str, dict[str, int]] = {}
    for (source, code), count in unit.quarantine.counts().items():
        refused.setdefault(source, {})[code] = count
    return [
        SourceHealth(name, visits.get(name), *gave.get(name, _NOTHING), refused.get(name, {}))
        for name in sorted({*visits, *gave, *refused})
    ]
