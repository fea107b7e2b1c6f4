"""Whatever was committed before a kill -9 is there, and nothing half done."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domain.queries import Phrase
from storage import open_store
from storage.settings import StorageSettings

HOUSE = Path(__file__).resolve().parents[2]
WRITE = """
import sys
from datetime import UTC, datetime
from domain.posts import Cursor, Post, PostKind
from storage import open_store
from storage.settings import StorageSettings
store = open_store(StorageSettings(url=sys.argv[1]))
now = datetime(2026, 3, 2, tzinfo=UTC)
for batch in range(100_000):
    posts = [Post("forum", f"{batch}-{n}", PostKind.POST, "palavra", now) for n in range(50)]
    with store.writing() as unit:
        unit.posts.add(posts, now)
        unit.sources.set_cursor(Cursor("forum", {"batch": batch}))
    print(batch, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 7, 20])
def test_a_killed_writer_loses_nothing_it_committed(url, batches):
    child = subprocess.Popen(
        [sys.executable, "-c", WRITE, url], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    )
    with child:
        for _ in range(batches):
            last = int(child.stdout.readline())
        child.kill()
        last = max([last, *map(int, child.stdout.read().split())])
    store = open_store(StorageSettings(url=url))
    with store.writing() as unit:
        done = unit.sources.cursor("forum")["batch"]
        assert done >= last
        assert unit.posts.count() == (done + 1) * 50
        assert len(unit.posts.search(Phrase(("palavra",)), limit=10_000)) == (done + 1) * 50
    store.close()


def test_a_copy_taken_with_its_log_is_whole(migrated_file, tmp_path, make_post, now):
    shutil.copy(migrated_file, tmp_path / "boca.db")
    store = open_store(StorageSettings(url=f"sqlite:///{tmp_path}/boca.db"))
    with store.writing() as unit:
        unit.posts.add([make_post("1")], now)
    (tmp_path / "copy").mkdir()
    for path in tmp_path.glob("boca.db*"):
        shutil.copy(path, tmp_path / "copy")
    store.close()
    copy = open_store(StorageSettings(url=f"sqlite:///{tmp_path}/copy/boca.db"))
    with copy.reading() as unit:
        assert unit.posts.by_key("forum", "1") is not None
    copy.close()
