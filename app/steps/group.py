"""Group what one author told about one stage of a brand's service into experiences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.grouping import Draft, Grouping, brands_told, tells
from app.application import App
from app.voices import official_voices
from domain.analyses import Analysis
from domain.experiences import Experience, Priority, Reach
from domain.posts import Post
from domain.runs import Run, RunOutcome
from storage.unit import Unit

BATCH = 2_000


def group(app: App, now: datetime) -> Run:
    """Give every analysed post its place; a corrected or edited one is placed anew."""
    posts = 0
    touched: set[str] = set()
    while True:
        with app.store.writing() as unit:
            ids = unit.analyses.ungrouped(BATCH)
            touched |= _group(app, unit, ids, now)
            unit.analyses.mark_grouped(ids)
        if not ids:
            break
        posts += len(ids)
        app.progress("group", posts)
    counts = {"posts": posts, "experiences": len(touched)}
    return Run("group", now, app.clock(), RunOutcome.OK, counts)


def _group(app: App, unit: Unit, ids: Sequence[int], now: datetime) -> set[str]:
    posts = unit.posts.get_many(ids)
    analyses = unit.analyses.get_many(ids)
    exposures = unit.stories.copies(ids)
    copies = {copy for some in exposures.values() for copy in some}
    known = _known(unit, {*ids, *exposures, *copies}, posts.values())
    grouping = _grouping(app, unit, known.values())
    before = dict(grouping.drafts)
    grouping.forget(copies.union(ids))
    silent = official_voices(app, unit)
    for post in sorted(posts.values(), key=lambda one: (one.created_at, one.id)):
        if post.id not in copies and (post.author is None or post.author.id not in silent):
            _place(app, grouping, post, analyses[post.id])
    for first, some in exposures.items():
        grouping.expose(first, some)
    changed = {key: d for key, d in grouping.drafts.items() if before.get(key) != d}
    placed = [_placed(draft, known.get(key)) for key, draft in changed.items() if draft.post_ids]
    unit.experiences.save(placed)
    emptied = [known[key].id for key, d in changed.items() if not d.post_ids and key in known]
    unit.incidents.withdraw(emptied, now)
    unit.experiences.remove(emptied)
    return set(changed)


def _place(app: App, grouping: Grouping, post: Post, analysis: Analysis) -> None:
    if not tells(post, analysis):
        return
    brands = {brand.id: brand for brand in app.brands}
    for brand in brands_told(analysis, brands, grouping.brands_in_thread(post)):
        grouping.place(post, analysis, brand)


def _known(unit: Unit, ids: Collection[int], posts: Collection[Post]) -> dict[str, Experience]:
    """The experiences that storage already has of these authors and posts, by key."""
    authors = {post.author.id for post in posts if post.author}
    of_posts = unit.experiences.get_many(set(unit.experiences.of_posts(ids).values()))
    known = [*unit.experiences.of_authors(authors), *of_posts.values()]
    return {experience.key: experience for experience in known}


def _grouping(app: App, unit: Unit, known: Collection[Experience]) -> Grouping:
    told = unit.posts.get_many({one for experience in known for one in experience.post_ids})
    grouping = Grouping(app.settings.grouping.gap)
    for experience in known:
        members = [told[one] for one in experience.post_ids if one in told]
        grouping.know(experience, {(post.source, post.root) for post in members})
    return grouping


def _placed(draft: Draft, known: Experience | None) -> Experience:
    """The experience as grouped now, worth what it was: ``weigh`` comes after."""
    if known is not None:
        return replace(
            known,
            post_ids=draft.post_ids,
            told_at=draft.told_at,
            last_told_at=draft.last_told_at,
        )
    return Experience(
        draft.key,
        draft.brand,
        draft.stage,
        draft.post_ids,
        draft.author_id,
        draft.told_at,
        draft.last_told_at,
        score=0.0,
        severity=0.0,
        reach=Reach(0, 0.0, 0.0, 0.0),
        priority=Priority(0.0, ()),
    )
