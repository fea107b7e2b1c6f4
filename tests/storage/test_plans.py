"""What every cycle asks is answered from an index, however many posts there are."""

import shutil
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from domain.windows import Window
from storage import open_store
from storage.settings import StorageSettings


def exhaust(batches):
    return list(batches)


ASKED = {
    "unlinked": lambda unit, window: unit.posts.unlinked(100),
    "unanalysed": lambda unit, window: unit.posts.unanalysed("1", 100),
    "ungrouped": lambda unit, window: unit.analyses.ungrouped(100),
    "trials": lambda unit, window: exhaust(unit.posts.spoken(window)),
    "viewed": lambda unit, window: unit.posts.viewed(window.end, 10),
    "thread": lambda unit, window: unit.posts.thread(1),
    "keys": lambda unit, window: unit.posts.keys("forum", ["1"]),
    "acts": lambda unit, window: exhaust(unit.interactions.log(window)),
    "cascades": lambda unit, window: unit.interactions.cascades([1]),
    "acts of": lambda unit, window: unit.interactions.of_author(1, 10),
    "queue": lambda unit, window: unit.experiences.queue("lua"),
    "whole queue": lambda unit, window: unit.experiences.queue(),
    "days": lambda unit, window: unit.overview.days("lua", window, ZoneInfo("UTC")),
    "all days": lambda unit, window: unit.overview.days(None, window, ZoneInfo("UTC")),
    "weeks": lambda unit, window: unit.overview.stages_by_week("lua", window, ZoneInfo("UTC")),
    "brand's hours": lambda unit, window: unit.overview.hourly("lua", window),
    "hours": lambda unit, window: unit.overview.hourly(None, window),
    "totals": lambda unit, window: unit.overview.totals("lua", window),
    "all totals": lambda unit, window: unit.overview.totals(None, window),
    "posts of a brand": lambda unit, window: unit.overview.posts(
        "lua", window, "negative", "delivery", before_id=1
    ),
    "posts of all": lambda unit, window: unit.overview.posts(None, window, "negative"),
    "feelings": lambda unit, window: unit.overview.feelings("lua", window, "delivery"),
    "alerts of incidents": lambda unit, window: unit.alerts.latest([1, 2], 5),
    "sources": lambda unit, window: unit.overview.sources(window),
    "due": lambda unit, window: unit.outbox.claim(window.end, 10),
    "top": lambda unit, window: unit.influence.top("reach", 10),
}


@pytest.fixture
def statements():
    return []


@pytest.fixture
def watched(migrated_file, tmp_path, statements, make_post, now):
    shutil.copy(migrated_file, tmp_path / "boca.db")
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path}/boca.db"))
    with store.writing() as unit:
        unit.posts.add([make_post("1"), make_post("2", parent="1")], now)

    def note(connection, cursor, statement, parameters, context, many):
        if statement.startswith(("SELECT", "WITH")):
            statements.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", note)
    yield store
    store.close()


@pytest.mark.parametrize("asked", ASKED)
def test_no_table_is_read_from_end_to_end(watched, statements, now, asked):
    with watched.writing() as unit:
        ASKED[asked](unit, Window(now, now))
    assert statements
    with watched._engine.connect() as connection:
        for statement, parameters in list(statements):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan]
            scans = [one for one in steps if one.startswith("SCAN") and "USING" not in one]
            # An answer of the database's own, once made, may be read wholly.
            scans = [one for one in scans if not one.startswith(OWN_ANSWERS)]
            assert scans == [], (statement, steps)


OWN_ANSWERS = ("SCAN (subquery", "SCAN anon_", "SCAN spread")
COUNTED = ("trials", "hours", "sources", "days", "all days", "weeks", "totals", "feelings")


@pytest.mark.parametrize("asked", COUNTED)
def test_counts_never_touch_a_text(watched, statements, now, asked):
    with watched.writing() as unit:
        ASKED[asked](unit, Window(now, now))
    with watched._engine.connect() as connection:
        for statement, parameters in list(statements):
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            steps = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN"))]
            assert all("COVERING INDEX" in one for one in steps), (statement, steps)
