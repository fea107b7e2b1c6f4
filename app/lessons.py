"""What to ask people about, and how often the pipeline was right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from domain.analyses import Analysis, Asked
from domain.posts import Post
from nlp.teaching import most_useful
from nlp.topics.vectors import unpack
from storage.lessons import Candidate, Tally
from storage.unit import Unit

DAYS = 90
ASKED, DRAWN = 20, 5
"""Posts that are shown together, and how many of them are drawn by lot."""
_POOL = 400
_SURE = 1.96  # standard deviations of a 95 % interval


@dataclass(frozen=True, slots=True)
class Question:
    """A post to ask a person about, as the pipeline reads it, and why it was chosen."""

    post: Post
    analysis: Analysis
    asked: Asked


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the pipeline was right where the lot was drawn, with a 95 % interval."""

    tally: Tally
    share: float
    low: float
    high: float


def questions(unit: Unit, now: datetime, most: int = ASKED) -> list[Question]:
    """Posts whose labels would teach most, and a few by lot: only those tell how good it is."""
    since = now - timedelta(days=DAYS)
    by_lot = unit.lessons.drawn(since, now.toordinal(), min(DRAWN, most))
    taken = {one.post_id for one in by_lot}
    pool = [one for one in unit.lessons.doubtful(since, _POOL) if one.post_id not in taken]
    useful = _useful(pool, most - len(by_lot))
    asked = {one.post_id: Asked.USEFUL for one in useful}
    asked |= {one.post_id: Asked.DRAWN for one in by_lot}
    posts, analyses = unit.posts.get_many(asked), unit.analyses.get_many(asked)
    return [Question(posts[id], analyses[id], why) for id, why in asked.items()]


def _useful(pool: list[Candidate], most: int) -> list[Candidate]:
    rows = unpack([one.vector for one in pool])
    return [pool[place] for place in most_useful(rows, [1 - one.confidence for one in pool], most)]


def accuracies(unit: Unit) -> list[Accuracy]:
    """By source, language and label; the interval is Wilson's (1927)."""
    return [_accuracy(tally) for tally in unit.lessons.tallies()]


def _accuracy(tally: Tally) -> Accuracy:
    count, share = tally.asked, tally.right / tally.asked
    middle = (share + _SURE**2 / (2 * count)) / (1 + _SURE**2 / count)
    spread = sqrt(share * (1 - share) / count + _SURE**2 / (4 * count**2))
    reach = _SURE * spread / (1 + _SURE**2 / count)
    return Accuracy(tally, share, max(middle - reach, 0.0), min(middle + reach, 1.0))
