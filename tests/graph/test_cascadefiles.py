import gzip
from pathlib import Path

import pytest

from domain.errors import UsageError
from domain.posts import Rejected
from graph.cascadefiles import CascadeRow, read_cascades


def rows_of(path: Path, text: str) -> list[CascadeRow]:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    found = list(read_cascades(path))
    return [one for one in found if isinstance(one, CascadeRow)]


@pytest.mark.parametrize("name", ["c.txt", "c.txt.gz"])
@pytest.mark.parametrize(
    "text",
    [
        "ana,1285452422000 bia,1285452432000 caio,1285452425000\n",
        "ana caio 3 bia 10\n",
        "ana 1285452422 caio 1285452425 bia 1285452432\n",
        "user;note;at;cascade_id\nbia;x;1285452432;7\ncaio;;1285452425;7\nana;;1285452422;7\n",
        "\ufeffCascade,user,time\n7,bia,2010-09-25T22:07:12\n7,ana,1285452422\n7,caio,1285452425\n",
    ],
)
def test_each_schema_says_the_same(tmp_path: Path, name: str, text: str) -> None:
    (row,) = rows_of(tmp_path / name, text)
    assert (row.seed, row.people, row.delay.tolist()) == ("ana", ("caio", "bia"), [3.0, 10.0])


def test_who_acts_twice_counts_once(tmp_path: Path) -> None:
    (row,) = rows_of(tmp_path / "c.txt", "ana,0 bia,5 ana,6 bia,9\n")
    assert (row.people, row.delay.tolist()) == (("bia",), [5.0])


def test_what_cannot_be_read_is_told_and_stops_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("ana,1 bia,soon\n\nana,1 bia,2\nana,nan\n", encoding="utf-8")
    bad, good, worse = read_cascades(path)
    assert isinstance(bad, Rejected)
    assert bad.where == "c.txt, line 1"
    assert isinstance(good, CascadeRow)
    assert isinstance(worse, Rejected)


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        list(read_cascades(tmp_path / "none.txt"))
    (tmp_path / "c.txt").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(UsageError, match="cannot read"):
        list(read_cascades(tmp_path / "c.txt"))


def test_an_empty_file_has_none(tmp_path: Path) -> None:
    assert rows_of(tmp_path / "c.txt", "") == []


def test_rows_of_a_table_may_come_in_any_order(tmp_path: Path) -> None:
    text = "time\tuser\tcascade\n5\tbia\t1\n2\tana\t2\n1\tana\t1\n9\tana\t1\n7\tcaio\t2\n"
    one, two = rows_of(tmp_path / "c.tsv", text)
    assert (one.name, one.seed, one.people, one.delay.tolist()) == ("1", "ana", ("bia",), [4.0])
    assert (two.name, two.seed, two.people, two.delay.tolist()) == ("2", "ana", ("caio",), [5.0])


def test_a_table_without_a_column_says_which(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column time") as caught:
        rows_of(tmp_path / "c.csv", "cascade,user,when\n1,ana,2\n")
    assert "cascade,user,when" in str(caught.value)


def test_a_row_without_a_user_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("cascade,user,time\n1,ana,2\n1,,3\n2,bia,4\n")
    (bad, good) = sorted(read_cascades(path), key=lambda one: isinstance(one, CascadeRow))
    assert isinstance(bad, Rejected) and bad.code == "no_user"
    assert isinstance(good, CascadeRow)
