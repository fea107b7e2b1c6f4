"""Understand the posts that the current pipeline has not read yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.application import Analyser, App
from domain.analyses import Analysis, Polarity, Sentiment
from domain.posts import Post, Rejected
from domain.runs import Run, RunOutcome

BATCH = 4_096


def analyse(app: App, now: datetime) -> Run:
    """Read post after post until none is left unread, a batch to a transaction."""
    counts = {"posts": 0, "rejected": 0}
    if app.pipeline_version is None or _waiting(app, app.pipeline_version):
        with app.analysing() as readers:
            counts = _read_all(app, readers, now)
    outcome = RunOutcome.DEGRADED if counts["rejected"] else RunOutcome.OK
    return Run("analyse", now, app.clock(), outcome, counts)


def _read_all(app: App, readers: Analyser, now: datetime) -> dict[str, int]:
    done = refused = 0
    version, total = readers.version, _waiting(app, readers.version)
    while posts := _unread(app, version):
        analyses, rejected = _judge(posts, readers.analyse(posts, now), version, now)
        with app.store.writing() as unit:
            unit.analyses.add(analyses)
            unit.quarantine.add(rejected, now)
        done, refused = done + len(analyses), refused + len(rejected)
        app.progress("analyse", done, max(total, done))
    return {"posts": done, "rejected": refused}


def _waiting(app: App, version: str) -> int:
    with app.store.reading() as unit:
        return unit.analyses.waiting(version)


def _unread(app: App, version: str) -> list[Post]:
    with app.store.reading() as unit:
        return unit.posts.unanalysed(version, BATCH)


def _judge(
    posts: list[Post], results: Iterable[Analysis | Rejected], version: str, now: datetime
) -> tuple[list[Analysis], list[Rejected]]:
    """Every post gets an analysis: one that could not be read gets an empty one, or it
    would come up again for ever."""
    analyses, rejected = [], []
    for post, result in zip(posts, results, strict=True):
        if isinstance(result, Rejected):
            rejected.append(result)
            analyses.append(_unreadable(post, version, now))
        else:
            analyses.append(result)
    return analyses, rejected


def _unreadable(post: Post, version: str, now: datetime) -> Analysis:
    sentiment = Sentiment(Polarity.NEUTRAL, 0.0, 0.0)
    return Analysis(post.id, post.language or "und", sentiment, (), (), (), version, now)
