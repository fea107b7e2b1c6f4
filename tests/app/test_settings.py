from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
import yaml

from app.settings import Settings, load_settings
from app.starter import Answers, demo, identifier, named, render
from domain.errors import SettingsError
from domain.windows import duration

ROOT = Path(__file__).resolve().parents[2]
BAD = sorted((Path(__file__).parent / "configs").glob("*.yaml"))


def load(text: str, tmp_path: Path, **environment: str) -> Settings:
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path, environment)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_each_mistake_is_told(path: Path) -> None:
    """The last comment of each bad file says what must be told of it."""
    expected = path.read_text(encoding="utf-8").rsplit("# expect: ", 1)[1].strip()
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert expected in str(caught.value)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = """
brands: [{id: Maré, name: ""}]
stages: [{id: billing, name: Billing, owner: nobody, weight: 7}]
web: {port: 99999}
nonsense: 1
"""
    with pytest.raises(SettingsError) as caught:
        load(text, tmp_path)
    paths = {mistake.path for mistake in caught.value.mistakes}
    assert paths >= {
        "brands.0.id", "brands.0.name", "stages.0.owner", "stages.0.weight", "web.port", "nonsense",
    }  # fmt: skip


def test_a_missing_file_says_how_to_write_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="boca init"):
        load_settings(tmp_path / "none.yaml", {})


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes(b"brands: [{id: mare, name: Mar\xe9}]")
    with pytest.raises(SettingsError, match="not UTF-8"):
        load_settings(tmp_path / "config.yaml", {})


def test_variables_come_from_the_environment(tmp_path: Path) -> None:
    text = "brands: [{id: mare, name: '${NAME}', aliases: ['${OTHER:-maré fibra}']}]"
    brand = load(text, tmp_path, NAME="Maré").brands[0]
    assert (brand.name, brand.aliases) == ("Maré", ("maré fibra",))


def test_secrets_are_never_echoed(tmp_path: Path) -> None:
    text = "brands: [{id: mare, name: M}]\nweb: {token: hush-hush, port: 0}"
    with pytest.raises(SettingsError) as caught:
        load(text, tmp_path)
    assert "hush" not in str(caught.value)
    right = load(text.replace(", port: 0", ""), tmp_path)
    assert "hush" not in repr(right)


def test_clock_times_need_no_quotes(tmp_path: Path) -> None:
    """YAML 1.1 reads 22:30 as the number 1350."""
    text = """
brands: [{id: mare, name: M}]
people: [{id: ana, name: Ana, role: lead, quiet_hours: {start: 22:30, end: 7:00}}]
"""
    quiet = load(text, tmp_path).person_list()[0].quiet_hours
    assert quiet is not None
    assert (quiet.start, quiet.end) == (time(22, 30), time(7))


def test_a_source_tells_its_brand(tmp_path: Path) -> None:
    text = """
brands: [{id: mare, name: M}]
sources: [{kind: feed, name: blog, url: "https://example.org/feed", brand: mare, every: 2h}]
"""
    settings = load(text, tmp_path)
    assert settings.brand_list()[0].sources == ("blog",)
    assert settings.sources[0].every == timedelta(hours=2)


def test_the_projects_own_settings_are_the_demo() -> None:
    """config.yaml is made by `app.starter`; change it there."""
    assert (ROOT / "config.yaml").read_text(encoding="utf-8") == render(demo())
    settings = load_settings(ROOT / "config.yaml", {})
    assert len(settings.stage_list()) == 8
    assert all(len(stage.examples) >= 5 and stage.playbook for stage in settings.stage_list())


@pytest.mark.parametrize("name", ["Café & Cia: 'o bom'", "北極", "a" * 200, "# {{x}} - y"])
def test_any_brand_name_makes_settings_that_load(name: str, tmp_path: Path) -> None:
    person = {"id": "ana", "name": 'A "n" a', "role": "manager", "channels": {"mail": "a@b.co"}}
    answers = Answers(brand=named(name, aliases=["x: y", "#z"]), people=(person,), mail=True)
    settings = load(render(answers), tmp_path)
    assert settings.brands[0].name == name
    assert settings.brands[0].aliases == ("x: y", "#z")
    assert settings.stages[0].owner == "ana"


def test_every_key_is_explained_in_the_projects_settings() -> None:
    """A key that config.yaml does not show is one that nobody finds."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for section, field in Settings.model_fields.items():
        assert f"{section}:" in text
        model = field.annotation
        for key in getattr(model, "model_fields", {}):
            assert f"{key}:" in text, f"{section}.{key}"


def test_identifiers() -> None:
    assert identifier("Lumaré Móvel!") == "lumare-movel"
    assert identifier("北極") == "brand"


def told_defaults() -> list[tuple[str, str, str]]:
    """Every `# key: value` right under a section of the starter, as (section, key, value)."""
    found, section = [], ""
    for line in render(demo()).splitlines():
        if re.match(r"[a-z]+:", line):
            section = line.partition(":")[0]
        told = re.match(r"  # ([a-z_]+): +([^{#\s]\S*)", line)
        if told and section in {"nlp", "topics", "graph", "priority", "grouping", "politeness"}:
            found.append((section, told[1], told[2]))
    return found


@pytest.mark.parametrize(("section", "key", "value"), told_defaults())
def test_what_the_starter_calls_a_default_is_one(section: str, key: str, value: str) -> None:
    told = yaml.safe_load(value)
    default = Settings.model_fields[section].get_default(call_default_factory=True)
    own = getattr(default, key)
    length = duration(told) if isinstance(own, timedelta) else None
    assert own in (told, length) or (not own and not told)
