from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.experiences import Experience, Priority, Reach
from domain.posts import PostKind
from domain.queries import Phrase
from domain.windows import Window

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def tell(store, make_post, make_analysis, now):
    """Store a post at a UTC time with its labels."""

    def tell(external_id, at, polarity="negative", brands=("lua",), stage="delivery", **fields):
        stages = (stage,) if stage else ()
        with store.writing() as unit:
            post = make_post(external_id, created_at=at, **fields)
            (post_id,) = unit.posts.add([post], now).ids
            unit.analyses.add([make_analysis(post_id, polarity, brands, stages)])

    return tell


def test_days_are_local_and_none_is_missing(store, tell):
    tell("1", datetime(2026, 3, 2, 2, 59, tzinfo=UTC))  # 23:59 of the day before in São Paulo
    tell("2", datetime(2026, 3, 2, 3, 0, tzinfo=UTC), "positive")
    tell("3", datetime(2026, 3, 2, 20, 0, tzinfo=UTC), "neutral", brands=("lua", "sol", "lua"))
    tell("4", datetime(2026, 3, 2, 20, 0, tzinfo=UTC), brands=("sol",))
    tell("5", datetime(2026, 3, 2, 20, 0, tzinfo=UTC), brands=())
    window = Window(datetime(2026, 3, 1, 3, tzinfo=UTC), datetime(2026, 3, 4, 3, tzinfo=UTC))
    with store.reading() as unit:
        assert unit.overview.days("lua", window, SAO_PAULO) == [
            (date(2026, 3, 1), 1, 0, 0),
            (date(2026, 3, 2), 0, 1, 1),
            (date(2026, 3, 3), 0, 0, 0),
        ]
        assert unit.overview.days(None, window, SAO_PAULO)[1] == (date(2026, 3, 2), 2, 1, 1)
        assert unit.overview.days("mar", window, SAO_PAULO)[1] == (date(2026, 3, 2), 0, 0, 0)


def test_days_of_odd_zones_and_of_changing_clocks(store, tell):
    tell("1", datetime(2026, 3, 1, 18, 14, 59, 999999, tzinfo=UTC))  # 23:59 in Kathmandu
    tell("2", datetime(2026, 3, 1, 18, 15, tzinfo=UTC))
    window = Window(datetime(2026, 2, 28, 18, 15, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    tell("3", datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    tell("4", datetime(2026, 3, 29, 22, 59, tzinfo=UTC))
    tell("5", datetime(2026, 3, 29, 23, 0, tzinfo=UTC))
    spring = Window(datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC))
    with store.reading() as unit:
        assert [row[1] for row in unit.overview.days("lua", window, KATHMANDU)] == [1, 1]
        assert [row[1] for row in unit.overview.days("lua", spring, LONDON)] == [2, 1]


def test_the_past_before_1970_is_counted_on_its_day(store, tell):
    tell("1", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC))
    window = Window(datetime(1969, 12, 31, tzinfo=UTC), datetime(1970, 1, 2, tzinfo=UTC))
    with store.reading() as unit:
        assert [row[1] for row in unit.overview.days(None, window, ZoneInfo("UTC"))] == [1, 0]
        hours = unit.overview.hourly(None, window)
        assert [at.hour for at, count in hours if count] == [23]


def test_a_window_that_starts_inside_a_quarter_is_exact(store, tell, now):
    start = now + timedelta(minutes=7)
    tell("1", start - timedelta(microseconds=1))
    tell("2", start)
    window = Window(start, start + timedelta(minutes=1))
    with store.reading() as unit:
        assert sum(row[1] for row in unit.overview.days("lua", window, SAO_PAULO)) == 1
        assert unit.overview.totals("lua", window)["negative"] == 1


def test_stages_by_week(store, tell):
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    tell("1", monday)
    tell("2", monday + timedelta(days=6), "positive")
    tell("3", monday + timedelta(days=7))
    tell("4", monday, stage="payment")
    tell("5", monday, stage=None)
    window = Window(monday - timedelta(days=1), monday + timedelta(days=20))
    with store.reading() as unit:
        assert unit.overview.stages_by_week("lua", window, SAO_PAULO) == [
            ("delivery", date(2026, 3, 2), 2, 1),
            ("delivery", date(2026, 3, 9), 1, 1),
            ("payment", date(2026, 3, 2), 1, 1),
        ]
        assert unit.overview.stages_by_week("sol", window, SAO_PAULO) == []


def test_totals(store, tell, make_post, now):
    tell("1", now, by="ana", brands=("lua", "lua", "sol"))
    tell("2", now, "positive", by="ana")
    tell("3", now, by="rui", brands=("sol",))
    tell("4", now - timedelta(days=9), by="leo")
    experience = Experience(
        "k", "lua", "delivery", (), None, now, now, -1.0, 0.5, Reach(0, 0, 0, 0), Priority(1.0, ())
    )
    with store.writing() as unit:
        unit.posts.add([make_post("5", by="eva")], now)
        unit.experiences.save([experience])
    window = Window(now - timedelta(days=1), now + timedelta(days=1))
    with store.reading() as unit:
        lua = unit.overview.totals("lua", window)
        everything = unit.overview.totals(None, window)
    assert lua == {
        "posts": 2,
        "mentions": 3,
        "negative": 1,
        "positive": 1,
        "authors": 1,
        "experiences": 1,
    }
    assert everything == {
        "posts": 4,
        "mentions": 5,
        "negative": 2,
        "positive": 1,
        "authors": 3,
        "experiences": 1,
    }


def test_hours_from_the_start_of_the_window(store, tell, now):
    start = now + timedelta(minutes=30)
    tell("1", start + timedelta(minutes=59))
    tell("2", start + timedelta(minutes=60))
    tell("3", start + timedelta(minutes=61), brands=("lua", "lua"))
    tell("4", start + timedelta(minutes=61), brands=("sol",))
    window = Window(start, start + timedelta(hours=2, minutes=30))
    with store.reading() as unit:
        hours = [start + timedelta(hours=number) for number in range(3)]
        assert unit.overview.hourly("lua", window) == list(zip(hours, [1, 2, 0], strict=True))
        assert [count for _, count in unit.overview.hourly(None, window)] == [1, 3, 0]


def test_sources_busiest_first(store, make_post, now):
    posts = [
        make_post("1", source="blog", minutes=1),
        make_post("2", minutes=2),
        make_post("3", "", kind=PostKind.REACTION, minutes=3),
        make_post("4", minutes=-999),
    ]
    with store.writing() as unit:
        unit.posts.add(posts, now)
        window = Window(now, now + timedelta(hours=1))
        assert unit.overview.sources(window) == [
            ("forum", 2, now + timedelta(minutes=3)),
            ("blog", 1, now + timedelta(minutes=1)),
        ]


def test_corrections_count_as_people_said(store, tell, now):
    from domain.analyses import Correction, Label

    tell("1", now)
    with store.writing() as unit:
        (post,) = unit.posts.search(Phrase(("tarde",)))
        unit.analyses.correct(Correction(post.id, Label.POLARITY, "positive", "mia", now))
        unit.analyses.correct(Correction(post.id, Label.STAGE, "payment", "mia", now))
        window = Window(now, now + timedelta(days=1))
        assert unit.overview.totals("lua", window)["positive"] == 1
        assert unit.overview.stages_by_week(None, window, SAO_PAULO)[0][0] == "payment"
        assert unit.overview.stages_by_week("lua", window, SAO_PAULO)[0][0] == "payment"


def test_the_posts_behind_a_count_newest_first(store, tell, now):
    tell("1", now)
    tell("2", now + timedelta(hours=2), "positive")
    tell("3", now + timedelta(hours=1), stage="payment", brands=("lua", "sol", "lua"))
    tell("4", now + timedelta(hours=1), brands=("sol",))
    tell("5", now - timedelta(microseconds=1))
    tell("6", now + timedelta(days=1))
    tell("7", now + timedelta(hours=1), brands=())
    window = Window(now, now + timedelta(days=1))

    def found(*asked, **more):
        return [post.external_id for post in unit.overview.posts(*asked, **more)]

    with store.reading() as unit:
        assert found("lua", window) == ["2", "3", "1"]
        assert found("lua", window, polarity="negative") == ["3", "1"]
        assert found("lua", window, stage="delivery") == ["2", "1"]
        assert found("lua", window, "negative", "delivery") == ["1"]
        assert found("mar", window) == []
        assert found(None, window) == ["2", "7", "4", "3", "1"]
        assert unit.overview.feelings("lua", window) == {"negative": 2, "positive": 1}
        assert unit.overview.feelings("lua", window, "payment") == {"negative": 1}
        assert unit.overview.posts("lua", window)[1].author is None


def test_the_posts_behind_a_count_come_page_by_page(store, tell, now):
    for number in range(1, 8):
        # Told in another order than they came, several at the same moment.
        tell(str(number), now + timedelta(minutes=number % 3))
    window = Window(now, now + timedelta(days=1))
    with store.reading() as unit:
        whole = [post.id for post in unit.overview.posts("lua", window)]
        paged, before = [], None
        while page := unit.overview.posts("lua", window, limit=2, before_id=before):
            paged += [post.id for post in page]
            before = page[-1].id
        assert paged == whole
        assert len(set(whole)) == sum(unit.overview.feelings("lua", window).values()) == 7
        assert unit.overview.posts("lua", window, before_id=999) == []
        assert unit.overview.posts("lua", window, limit=0) == []


def test_posts_gone_from_their_source_are_no_longer_counted(store, tell, now):
    from domain.posts import Gone

    tell("1", now)
    window = Window(now, now + timedelta(days=1))
    with store.writing() as unit:
        unit.posts.gone(Gone("forum", "1"), now)
        assert unit.overview.totals("lua", window)["posts"] == 0
        assert unit.overview.posts("lua", window) == []
        unit.analyses.mark_grouped(unit.analyses.ungrouped(9))
        assert unit.overview.totals(None, window) == dict.fromkeys(
            ("posts", "mentions", "negative", "positive", "authors", "experiences"), 0
        )
        assert unit.overview.hourly(None, window)[0][1] == 0
        assert unit.overview.sources(window) == []
