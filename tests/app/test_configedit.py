"""Sources are written into config.yaml as a person would write them."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from app import yamlfile
from app.configedit import add_sources, with_sources
from app.settings import load_settings
from app.starter import demo, render
from domain.errors import SettingsError, UsageError

NEW = {"kind": "feed", "name": "blog", "url": "https://blog.example/feed?a=1&b=no", "every": "1h"}
BRANDS = "brands:\n  - {id: lua, name: Lua}\n"


@pytest.mark.parametrize(
    "before",
    [
        BRANDS,
        BRANDS + "sources: []  # none yet\nweb: {port: 8601}\n",
        BRANDS + "sources:\nweb: {port: 8601}\n",
        BRANDS
        + "sources:\n  # the first\n  - kind: feed\n    name: a\n    url: https://a.example/f"
        "  # a comment\n\n# about the page\nweb: {port: 8601}\n",
        BRANDS + "sources:\n- {kind: feed, name: a, url: https://a.example}\n- kind: feed\n"
        "  name: b\n  url: https://b.example\n#end\n",
        BRANDS + "sources: [{kind: feed, name: a, url: https://a.example}]\n",
        BRANDS + "sources: [\n  {kind: feed, name: a, url: https://a.example}\n]\nweb: {port: 81}",
        "sources:\n  - kind: feed\n    name: a\n    url: https://a.example\n" + BRANDS.rstrip("\n"),
        "sources:\n    - kind: feed\n      name: a\n      url: https://a.example",
    ],
)
def test_every_way_to_write_the_list_is_extended(before: str) -> None:
    after = with_sources(before, [NEW])
    old, new = yamlfile.load(before), yamlfile.load(after)
    assert new["sources"] == [*(old.get("sources") or []), NEW]
    assert {**new, "sources": None} == {**old, "sources": None}
    changes = ndiff(before.splitlines(), after.splitlines())
    lost = [line for line in changes if line.startswith("- ")]
    assert all("sources: [" in line or line == "- ]" for line in lost)
    comments = [line.partition("#")[2] for line in before.splitlines() if "#" in line]
    assert all(comment in after for comment in comments)
    assert with_sources(after, [NEW | {"name": "second"}]).count("name: second") == 1


def test_the_projects_own_settings_keep_every_line() -> None:
    before = render(demo())
    after = with_sources(before, [NEW])
    lines = after.splitlines()
    assert [line for line in lines if line in before.splitlines()] != lines
    for line in before.splitlines():
        lines.remove(line)
    assert [line.strip() for line in lines] == [
        "- kind: feed",
        "name: blog",
        "url: https://blog.example/feed?a=1&b=no",
        "every: 1h",
    ]


def test_windows_line_ends_stay() -> None:
    after = with_sources((BRANDS + "sources: []\n").replace("\n", "\r\n"), [NEW])
    assert after.count("\n") == after.count("\r\n")


def test_what_would_not_load_is_not_written(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(BRANDS)
    config.chmod(0o640)
    with pytest.raises(SettingsError):
        add_sources(config, [{"kind": "feed", "name": "A NAME", "url": "https://a.example"}])
    assert config.read_text() == BRANDS
    add_sources(config, [NEW])
    with pytest.raises(SettingsError, match="mistake"):
        add_sources(config, [NEW])
    assert [source.name for source in load_settings(config, {}).sources] == ["blog"]
    assert config.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["config.yaml"]


def test_what_cannot_be_extended_is_told() -> None:
    literal = "sources:\n  - kind: feed\n    name: |-\n      a\n      # no comment\n"
    with pytest.raises(UsageError, match="cannot be extended"):
        with_sources(literal + BRANDS, [NEW])
