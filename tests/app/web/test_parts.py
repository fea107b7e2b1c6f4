"""Charts, marks and threads: the parts that pages are made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from app.languages import Tongue
from app.tallies import DayCount
from app.web.charts import day_bars, heat_level, interval, nice_ceiling
from app.web.marks import Mark, pieces
from app.web.thread import laid_out, speaks_for, turns
from domain.analyses import Span
from domain.brands import Brand
from domain.people import Author
from domain.posts import Post, PostKind

ENGLISH = Tongue("en", ZoneInfo("UTC"))
AT = datetime(2026, 3, 1, tzinfo=UTC)


def address(day: date, kind: str) -> str:
    return f"/posts?from={day.isoformat()}&polarity={kind}"


def post(id: str, parent: str | None = None, source: str = "forum", **more: object) -> Post:
    kind = more.pop("kind", PostKind.POST)
    assert isinstance(kind, PostKind)
    number = int(id.strip("x") or 0)
    at = AT + timedelta(minutes=number)
    return Post(source, id, kind, f"words {id}", at, None, parent, id=number)


@given(some.integers(0, 10**9))
def test_an_axis_ends_at_or_above_its_highest_value(highest: int) -> None:
    end = nice_ceiling(highest)
    assert highest <= end <= max(4, 2 * highest)


@given(some.lists(some.tuples(*[some.integers(0, 10**6)] * 3), max_size=40))
def test_bars_are_valid_drawings_within_their_frame(counts: list[tuple[int, int, int]]) -> None:
    days = [DayCount(date(2026, 1, 1) + timedelta(n), *one) for n, one in enumerate(counts)]
    drawn = ElementTree.fromstring(day_bars(days, ENGLISH, 360, address))
    boxes = list(drawn.iter("rect"))
    assert len(boxes) == sum(count > 0 for one in counts for count in one)
    for box in boxes:
        assert float(box.attrib["y"]) >= 0
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= 200
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= 360
    assert len(list(drawn.iter("title"))) == len(days)
    assert len(list(drawn.iter("a"))) == len(boxes)


def test_a_bar_says_its_day_in_words() -> None:
    drawn = day_bars([DayCount(date(2026, 3, 3), 12, 4, 9)], ENGLISH, 360, address)
    assert "3 Mar 2026: 12 negative, 4 neutral, 9 positive" in drawn
    assert 'href="/posts?from=2026-03-03&amp;polarity=neutral"' in drawn


@given(some.floats(0, 1e7), some.floats(0, 1e7), some.floats(0, 1e7))
def test_an_interval_stays_on_its_line(value: float, low: float, high: float) -> None:
    drawn = ElementTree.fromstring(interval(value, low, high, '<"&'))
    dot = drawn.find("circle")
    assert dot is not None
    assert 4 <= float(dot.attrib["cx"]) <= 196


def test_heat_grows_from_nothing_to_the_most() -> None:
    assert [heat_level(n, 10) for n in (0, 1, 5, 10)] == [0, 1, 3, 5]
    assert heat_level(0, 0) == 0


spans = some.tuples(some.integers(0, 60), some.integers(0, 60)).map(
    lambda pair: Span(*sorted(pair))
)


@given(some.text(max_size=60), some.lists(spans, max_size=6), some.integers(0, 20))
def test_pieces_are_the_text_and_marks_cover_what_they_should(
    content: str, found: list[Span], start: int
) -> None:
    marks = [Mark(span, f"kind{number}") for number, span in enumerate(found)]
    cut = pieces(content, marks, start)
    assert "".join(piece.text for piece in cut) == content[start:]
    for number, span in enumerate(found):
        covered = "".join(piece.text for piece in cut if f"kind{number}" in piece.kinds)
        assert covered == content[max(span.start, start) : max(span.end, start)]


def test_a_conversation_hangs_under_what_it_answers() -> None:
    posts = [post("1"), post("2", "1"), post("3", "1"), post("4", "2"), post("5", "lost")]
    order = [(one.external_id, depth) for one, depth in laid_out(posts)]
    assert order == [("1", 0), ("2", 1), ("4", 2), ("3", 1), ("5", 0)]


def test_a_post_that_answers_itself_is_a_root() -> None:
    assert [depth for _, depth in laid_out([post("1", "1")])] == [0]


def test_posts_in_a_ring_are_not_lost() -> None:
    posts = [post("1", "2"), post("2", "1"), post("3", "1"), post("4")]
    assert sorted(one.external_id for one, _ in laid_out(posts)) == ["1", "2", "3", "4"]


def test_a_very_deep_conversation_is_laid_out() -> None:
    posts = [post("1"), *(post(str(n), str(n - 1)) for n in range(2, 3000))]
    shown = turns(posts, {}, {2500})
    assert max(turn.depth for turn in shown) == 6
    assert shown[-1].post.id == 2500
    assert len(shown) == 201


def test_acts_without_words_are_counted_where_they_belong() -> None:
    posts = [post("1"), post("2", "1", kind=PostKind.REACTION), post("3", "1")]
    shown = turns(posts, {}, {1})
    assert [(turn.post.external_id, turn.reactions) for turn in shown] == [("1", 1), ("3", 0)]


def test_a_brand_speaks_through_its_accounts() -> None:
    brand = Brand("b", "B", accounts=("@Boca_Oficial", "forum:77"))
    assert speaks_for(brand, Author("forum", "1", "boca_oficial"))
    assert speaks_for(brand, Author("forum", "77", "x"))
    assert not speaks_for(brand, Author("blog", "77", "x"))
    assert not speaks_for(brand, None)
