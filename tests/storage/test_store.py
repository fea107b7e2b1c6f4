import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import DBAPIError

from domain.errors import AlreadyRunning, StorageBusy, StorageError, StorageFull
from domain.posts import Cursor
from domain.queries import Phrase
from storage import open_store
from storage.settings import StorageSettings

HOUSE = Path(__file__).resolve().parents[2]


def cursor_of(store, source="blog"):
    with store.reading() as unit:
        return unit.sources.cursor(source)


def test_an_exception_rolls_everything_back(store):
    with pytest.raises(RuntimeError), store.writing() as unit:
        unit.sources.set_cursor(Cursor("blog", {"page": 1}))
        raise RuntimeError
    assert cursor_of(store) == {}


def test_a_reader_sees_one_state(store):
    with store.reading() as early:
        assert early.sources.cursor("blog") == {}
        with store.writing() as unit:
            unit.sources.set_cursor(Cursor("blog", {"page": 1}))
        assert early.sources.cursor("blog") == {}
    assert cursor_of(store) == {"page": 1}


def test_a_reader_may_not_write(store):
    with pytest.raises(StorageError, match="only be read"), store.reading() as unit:
        unit.sources.set_cursor(Cursor("blog", {"page": 1}))
    with store.writing() as unit:
        unit.sources.set_cursor(Cursor("blog", {"page": 2}))
    assert cursor_of(store) == {"page": 2}


def test_a_second_writer_waits_and_then_is_told(store):
    with store.writing(), pytest.raises(StorageBusy, match="try again"), store.writing():
        pass
    with store.writing():
        pass


def test_writers_take_turns(url):
    store = open_store(StorageSettings(url=url, wait_seconds=30))

    def count_up():
        for _ in range(20):
            with store.writing() as unit:
                number = unit.sources.cursor("blog").get("n", 0)
                unit.sources.set_cursor(Cursor("blog", {"n": number + 1}))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cursor_of(store) == {"n": 80}
    store.close()


def test_bugs_keep_their_own_name(store):
    with pytest.raises(DBAPIError), store.writing() as unit:
        unit.sources.set_cursor(Cursor(None, {"page": 1}))


def test_one_instance_for_each_name(store, url):
    other = open_store(StorageSettings(url=url))
    with store.instance_lock("run"):
        with pytest.raises(AlreadyRunning, match=str(os.getpid())), other.instance_lock("run"):
            pass
        with other.instance_lock("serve/…"):
            pass
    with other.instance_lock("run"):
        pass
    other.close()


HOLD = """
import sys, time
from storage import open_store
from storage.settings import StorageSettings
store = open_store(StorageSettings(url=sys.argv[1]))
with store.instance_lock("run"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_lock_of_a_killed_process_is_free(store, url):
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], cwd=HOUSE, stdout=subprocess.PIPE, text=True
    )
    with child:
        assert child.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match=str(child.pid)), store.instance_lock("run"):
            pass
        child.kill()
    for _ in range(100):  # A server may notice a moment later.
        try:
            with store.instance_lock("run"):
                return
        except AlreadyRunning:
            threading.Event().wait(0.05)
    pytest.fail("still locked")


def open_file(path, **options):
    return open_store(StorageSettings(url=f"sqlite:///{path}", **options))


def test_folders_are_made(tmp_path):
    open_file(tmp_path / "deep" / "er" / "boca.db").close()
    assert (tmp_path / "deep" / "er" / "boca.db").exists()


def test_what_is_promised_about_durability_is_set(migrated_file, tmp_path):
    shutil.copy(migrated_file, tmp_path / "boca.db")
    store = open_file(tmp_path / "boca.db", wait_seconds=1.5)
    with store._engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    store.close()
    assert values == ["wal", 2, 1, 1, 1500]


def test_a_file_that_is_no_database(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("isto não é um banco de dados\n" * 100)
    with pytest.raises(StorageError, match="not a database") as caught:
        open_file(path)
    assert str(path) in str(caught.value)
    assert path.read_text().startswith("isto")


def test_a_folder_in_the_place_of_the_file(tmp_path):
    with pytest.raises(StorageError, match="cannot be opened"):
        open_file(tmp_path)


def test_a_file_in_the_place_of_the_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="folder cannot be made"):
        open_file(tmp_path / "file" / "boca.db")


def test_a_database_of_another_program(tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as raw:
        raw.execute("CREATE TABLE posts (body)")
    raw.close()
    with pytest.raises(StorageError, match="another program"):
        open_file(tmp_path / "other.db")


def test_a_damaged_database(migrated_file, tmp_path):
    path = tmp_path / "boca.db"
    raw = migrated_file.read_bytes()
    path.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    with pytest.raises(StorageError, match="damaged"):
        open_file(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
def test_a_file_that_may_not_be_written(migrated_file, tmp_path):
    path = tmp_path / "boca.db"
    shutil.copy(migrated_file, path)
    path.chmod(0o444)
    tmp_path.chmod(0o555)
    unfit = pytest.raises(StorageError, match=r"only be read|cannot be opened")
    with unfit, open_file(path).writing():
        pass


def test_a_full_disk_rolls_back_and_says_so(migrated_file, tmp_path, make_post, now):
    shutil.copy(migrated_file, tmp_path / "boca.db")
    store = open_file(tmp_path / "boca.db")
    with store.writing() as unit:
        unit.posts.add([make_post("1")], now)
    with pytest.raises(StorageFull, match="free some space"), store.writing() as unit:
        raw = unit.posts._connection
        pages = raw.exec_driver_sql("PRAGMA page_count").scalar()
        raw.exec_driver_sql(f"PRAGMA max_page_count={pages + 5}")
        for start in range(2, 5000, 500):
            posts = [
                make_post(str(one), "muitas palavras " * 20) for one in range(start, start + 500)
            ]
            unit.posts.add(posts, now)
    store.close()
    store = open_file(tmp_path / "boca.db")
    with store.writing() as unit:
        assert unit.posts.count() == 1
        assert len(unit.posts.search(Phrase(("tarde",)))) == 1
        assert unit.posts.search(Phrase(("muitas",))) == []
        assert unit.posts.add([make_post("2")], now).new == 1
    store.close()


@pytest.mark.parametrize(
    "url", ["", "boca.db", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense://"]
)
def test_an_address_that_names_no_database(url):
    with pytest.raises(StorageError, match=r"config\.yaml.*sqlite:///"):
        open_store(StorageSettings(url=url))


def test_a_server_that_does_not_answer_and_a_password_that_is_not_told():
    url = "postgresql://mia:geheim@127.0.0.1:9/boca"
    with pytest.raises(StorageError, match="does not answer") as caught:
        open_store(StorageSettings(url=url))
    assert "geheim" not in str(caught.value)
    with pytest.raises(StorageError) as caught:
        open_store(
            StorageSettings(url="postgresql://mia@127.0.0.1:9/x", password=SecretStr("ssst"))
        )
    assert "ssst" not in str(caught.value)


def test_a_password_from_a_file(tmp_path):
    from storage.store import _url

    (tmp_path / "password").write_text("ssst\n")
    given = {"url": "postgresql://mia@127.0.0.1:9/x", "password_file": tmp_path / "password"}
    assert _url(StorageSettings(**given)).password == "ssst"
    assert _url(StorageSettings(**given)).get_driver_name() == "psycopg"
    with pytest.raises(StorageError, match="password"):
        open_store(StorageSettings(**given | {"password_file": tmp_path / "missing"}))


def test_settings_are_strict():
    with pytest.raises(ValidationError):
        StorageSettings(uri="sqlite:///x")
    with pytest.raises(ValidationError):
        StorageSettings(retention_days=0)
