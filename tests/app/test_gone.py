"""What a source deletes leaves everything that was made of it, within one round."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from app.application import App
from app.rounds import rounds
from domain.alerts import Delivery, IncidentState
from domain.influence import EXPECTED_REACH
from domain.posts import Gone
from domain.windows import last
from tests.app.small import NOW, OpenApp


def a_round(app: App) -> None:
    assert all(run.outcome.value != "failed" for run in rounds(app))


def test_gone_posts_leave_everything(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    a_round(app)
    month = last(timedelta(days=30), NOW + timedelta(hours=1))
    with app.store.writing() as unit:
        told = unit.experiences.queue("mare", limit=50)
        alerts = [one for one in unit.alerts.recent(100) if one.experience_id]
        assert told and alerts
        assert unit.overview.totals("mare", month)["posts"] > 0
        for post in town.posts:
            unit.posts.gone(Gone("forum", post.external_id), NOW)
    a_round(app)
    with app.store.reading() as unit:
        assert unit.experiences.count() == 0
        assert set(unit.overview.totals("mare", month).values()) == {0}
        assert set(unit.overview.totals(None, month).values()) == {0}
        assert unit.posts.search("caso") == []
        assert [act for batch in unit.interactions.log(None) for act in batch] == []
        assert unit.influence.top(EXPECTED_REACH, 9) == []
        open_ones = unit.incidents.list(state=IncidentState.OPEN)
        assert {alert.group for alert in alerts}.isdisjoint(one.group for one in open_ones)
        keys = {alert.key for alert in alerts}
        waiting = unit.outbox.list(state=Delivery.WAITING)
        assert keys.isdisjoint(message.alert_key for message in waiting)
        assert len(unit.posts.thread(1)) > 0  # its own thread still shows it, marked
