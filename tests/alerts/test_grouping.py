from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.grouping import Grouping, brands_told, tells
from domain.analyses import Analysis, Mention, Polarity, Sentiment, StageLabel
from domain.brands import Brand
from domain.people import Author
from domain.posts import Post, PostKind, Rating

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ANA = Author("forum", "ana", id=7)
RUI = Author("forum", "rui", id=8)


def post(
    number: int, author: Author | None = ANA, days: float = 0, thread: str | None = None
) -> Post:
    when = NOW + days * DAY
    return Post("forum", str(number), PostKind.POST, "…", when, author, thread=thread, id=number)


def analysis(stage: str | None, polarity: Polarity = Polarity.NEGATIVE) -> Analysis:
    stages = (StageLabel(stage, 0.9),) if stage else ()
    mentions = (Mention("mare"),)
    return Analysis(1, "pt", Sentiment(polarity, -0.5, 0.9), mentions, stages, (), "v", NOW)


def grouped(*told: tuple[Post, str | None]) -> list[tuple[int, ...]]:
    grouping = Grouping(gap=14 * DAY)
    for one, stage in told:
        grouping.place(one, analysis(stage), "mare")
    return sorted(draft.post_ids for draft in grouping.drafts.values())


def test_one_author_one_stage_is_one_experience() -> None:
    assert grouped((post(1), "billing"), (post(2, days=3), "billing")) == [(1, 2)]


def test_another_stage_author_or_month_is_another_experience() -> None:
    assert grouped((post(1), "billing"), (post(2), "delivery")) == [(1,), (2,)]
    assert grouped((post(1), "billing"), (post(2, RUI), "billing")) == [(1,), (2,)]
    assert grouped((post(1), "billing"), (post(2, days=20), "billing")) == [(1,), (2,)]


def test_a_follow_up_in_the_thread_needs_no_stage() -> None:
    assert grouped((post(1), "billing"), (post(2, days=40, thread="1"), None)) == [(1, 2)]


def test_an_older_post_that_arrives_late_joins_and_keeps_the_key() -> None:
    grouping = Grouping(gap=14 * DAY)
    first = grouping.place(post(5), analysis("billing"), "mare")
    second = grouping.place(post(9, days=-2), analysis("billing"), "mare")
    assert first == second == "mare:billing:5"
    assert grouping.drafts[first].told_at == NOW - 2 * DAY


def test_anonymous_posts_stay_apart() -> None:
    assert grouped((post(1, None), "billing"), (post(2, None), "billing")) == [(1,), (2,)]


def test_placing_twice_changes_nothing() -> None:
    assert grouped((post(1), "billing"), (post(1), "billing")) == [(1,)]


def test_a_post_read_anew_moves_and_leaves_its_old_place_empty() -> None:
    grouping = Grouping(gap=14 * DAY)
    grouping.place(post(1), analysis("billing"), "mare")
    grouping.forget([1])
    grouping.place(post(1), analysis("delivery"), "mare")
    assert {key: draft.post_ids for key, draft in grouping.drafts.items()} == {
        "mare:billing:1": (),
        "mare:delivery:1": (1,),
    }


def test_a_thread_remembers_its_brands() -> None:
    grouping = Grouping(gap=14 * DAY)
    grouping.place(post(1), analysis("billing"), "mare")
    assert grouping.brands_in_thread(post(2, thread="1")) == ["mare"]
    assert grouping.brands_in_thread(post(3, RUI, thread="1")) == []


def test_what_tells() -> None:
    neutral = analysis("billing", Polarity.NEUTRAL)
    assert tells(post(1), analysis("billing"))
    assert not tells(post(1), neutral)
    rated = Post("forum", "1", PostKind.REVIEW, "", NOW, rating=Rating(2))
    assert tells(rated, neutral)
    gone = Post("forum", "1", PostKind.POST, "x", NOW, gone_at=NOW)
    assert not tells(gone, analysis("billing"))


def test_only_own_brands_are_told_of() -> None:
    brands = {"mare": Brand("mare", "Maré"), "vento": Brand("vento", "Vento", own=False)}
    assert brands_told(analysis(None), brands, []) == ["mare"]
    rival = Analysis(
        1, "pt", Sentiment(Polarity.NEGATIVE, -1, 1), (Mention("vento"),), (), (), "v", NOW
    )
    assert brands_told(rival, brands, ["mare"]) == []
