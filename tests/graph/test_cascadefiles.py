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
