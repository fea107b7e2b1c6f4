from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.analyses import (
    Analysis,
    Correction,
    Label,
    Polarity,
    Sentiment,
    StageLabel,
    corrected,
)
from domain.errors import Mistake, NotifyError, SettingsError, SourceForbidden
from domain.people import Author, QuietHours
from domain.posts import Post, PostKind, Rating

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_a_rating_knows_its_scale() -> None:
    assert Rating(3).share == 0.5
    assert Rating(10, best=10, worst=0).share == 1.0
    with pytest.raises(ValueError, match="outside"):
        Rating(6)
    with pytest.raises(ValueError, match="empty"):
        Rating(1, best=1, worst=1)


def test_root_falls_back_from_thread_to_parent_to_itself() -> None:
    post = Post("forum", "3", PostKind.REPLY, "ok", NOW)
    assert post.root == "3"
    assert Post("forum", "3", PostKind.REPLY, "ok", NOW, parent="2").root == "2"
    assert Post("forum", "3", PostKind.REPLY, "ok", NOW, parent="2", thread="1").root == "1"


def test_content_puts_the_title_above() -> None:
    assert Post("s", "1", PostKind.REVIEW, "text", NOW, title="Title").content == "Title\ntext"


def test_a_handle_is_folded() -> None:
    assert Author("s", "9", name="@Ana_Lú").handle == "ana_lú"


def test_quiet_hours_cross_midnight() -> None:
    quiet = QuietHours(NOW.replace(hour=22).time(), NOW.replace(hour=7).time())
    assert NOW.replace(hour=23).time() in quiet
    assert NOW.replace(hour=6).time() in quiet
    assert NOW.replace(hour=12).time() not in quiet


def _analysis() -> Analysis:
    sentiment = Sentiment(Polarity.NEGATIVE, -0.6, 0.7)
    return Analysis(1, "en", sentiment, (), (StageLabel("billing", 0.5),), (), "v1", NOW)


def test_the_latest_correction_wins() -> None:
    first = Correction(1, Label.POLARITY, "positive", "ana", NOW)
    later = Correction(1, Label.POLARITY, "neutral", "rui", NOW + timedelta(hours=1))
    right = corrected(_analysis(), [later, first])
    assert right.sentiment == Sentiment(Polarity.NEUTRAL, 0.0, 1.0)
    assert right.stage == "billing"


def test_an_empty_correction_says_there_is_none() -> None:
    assert corrected(_analysis(), [Correction(1, Label.STAGE, "", "ana", NOW)]).stage is None


def test_errors_say_what_where_and_what_to_do() -> None:
    error = SourceForbidden("robots.txt forbids it", where="forum", todo="ask the site")
    assert str(error) == "robots.txt forbids it (forum) → ask the site"
    assert error.exit_code == 5
    assert NotifyError("no", retryable=True).retryable


def test_settings_error_lists_every_mistake() -> None:
    error = SettingsError((Mistake("brands.0.id", "is missing", "add it"), Mistake("web", "odd")))
    assert str(error).splitlines() == [
        "2 mistakes in the settings (config.yaml)",
        "  • brands.0.id: is missing → add it",
        "  • web: odd",
    ]
