"""A real HyperKitty: its export read, a letter added, and one taken away.

It needs the peers' recipe with its environment (``hyperkitty.sh install``, under a minute) and
takes about half a minute; without them it is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawlers.crawl import crawl, probe
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.mbox import MboxSettings
from domain.posts import CrawlOutcome, Cursor, Gone, Post

pytestmark = [pytest.mark.peer, pytest.mark.slow]
SHARED = Path(os.environ.get("BOCA_SHARED", Path(__file__).resolve().parents[2].parent / "shared"))
RECIPE = SHARED / "peers" / "hyperkitty.sh"
RUN = Path(os.environ.get("PEERS_RUN", Path(os.environ.get("TMPDIR", "/tmp")) / "boca-peers"))
HOME = RUN / "hyperkitty"
PORT = 18097  # the recipe's own
URL = f"http://127.0.0.1:{PORT}/archives/list/clientes@lists.example.test/"


def _told(command: str) -> None:
    subprocess.run(
        ["bash", str(RECIPE), command],
        env=os.environ | {"PEERS_RUN": str(RUN)},
        check=True,
        timeout=240,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def archive() -> Iterator[None]:
    """A list with three letters."""
    if not RECIPE.exists():
        pytest.skip(f"no recipe at {RECIPE}")
    if not (HOME / "venv" / "bin" / "mailman-web").exists() or shutil.which("setsid") is None:
        pytest.skip("not installed: run hyperkitty.sh install")
    _told("stop")
    (HOME / "hk.db").unlink(missing_ok=True)
    try:
        _told("start")
        _told("seed")
        yield
    finally:
        _told("stop")


def manage(*command: str) -> None:
    subprocess.run(
        [str(HOME / "venv" / "bin" / "mailman-web"), *command],
        env=os.environ | {"MAILMAN_WEB_CONFIG": str(HOME / "settings.py")},
        check=True,
        timeout=120,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def visit(cursor: Any = None) -> list[Any]:
    settings = MboxSettings(kind="mbox", name="lista", url=URL)
    manners = PolitenessSettings(allow_private=(f"127.0.0.1:{PORT}",), pace=0)
    now = datetime.now(UTC) + timedelta(seconds=5)
    return list(crawl(settings, cursor or {}, politeness=manners, now=now))


def posts(events: list[Any]) -> dict[str, Post]:
    return {one.external_id: one for one in events if isinstance(one, Post)}


def cursor_of(events: list[Any]) -> Any:
    return [one.state for one in events if isinstance(one, Cursor)][-1]


def test_a_list_is_read_exactly_and_what_vanishes_is_noticed(archive: None) -> None:
    first = visit()
    assert first[-1].outcome is CrawlOutcome.OK, first[-1]
    told = sorted(posts(first).values(), key=lambda one: one.created_at)
    root, second, third = told
    assert [one.author and one.author.name for one in told] == ["Ana", "Bruno", "Carla"]
    assert [one.parent for one in told] == [None, root.external_id, second.external_id]
    assert {one.thread for one in told} == {None}, "its export has no References: parents tell"
    assert (root.title, root.text) == ("App do Banco X travando", "O app travou de novo.")
    assert second.text == "Comigo também, desde ontem."
    assert second.quoted_text == "O app travou de novo."
    people = [one.author and (one.author.external_id, one.author.name) for one in told]
    assert "example.test" not in repr(people)

    again = visit(cursor_of(first))
    assert set(posts(again)) == {one.external_id for one in told}
    assert not [one for one in again if isinstance(one, Gone)]

    remove = (
        "from hyperkitty.models import Email; Email.objects.filter(sender_name='Carla').delete()"
    )
    manage("shell", "-c", remove)
    last = visit(cursor_of([*first, *again]))
    assert [one for one in last if isinstance(one, Gone)] == [Gone("lista", third.external_id)]


def test_a_look_at_it_says_that_it_may_be_read(archive: None) -> None:
    settings = MboxSettings(kind="mbox", name="lista", url=URL)
    manners = PolitenessSettings(allow_private=(f"127.0.0.1:{PORT}",), pace=0)
    report = probe(settings, politeness=manners, now=datetime.now(UTC))
    assert report.outcome is CrawlOutcome.OK
