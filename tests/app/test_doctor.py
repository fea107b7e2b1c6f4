"""Every finding of the doctor, good and bad, and what to do about each bad one."""

from __future__ import annotations

import dataclasses
import shutil
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.application import App
from app.doctor import Finding, Health, examine
from domain.errors import StorageFull
from tests.app.small import OpenApp
from tests.crawlers.conftest import Site


def found(app: App) -> dict[str, Finding]:
    """Findings by subject; whatever is not good says what to do."""
    findings = list(examine(app))
    assert len({finding.subject for finding in findings}) == len(findings)
    assert [one for one in findings if not one.detail] == []
    assert [one for one in findings if one.health is not Health.GOOD and not one.todo] == []
    return {finding.subject: finding for finding in findings}


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def politeness(*ports: int) -> dict[str, Any]:
    allowed = [f"127.0.0.1:{port}" for port in ports]
    return {"allow_private": allowed, "pace": 0, "timeout": 2, "retries": 0}


def feed(name: str, url: str) -> dict[str, Any]:
    return {"kind": "feed", "name": name, "url": url}


def test_a_healthy_boca(town: SimpleNamespace, open_app: OpenApp) -> None:
    findings = found(open_app(town.folder))
    assert list(findings) == [
        "database",
        "disk",
        "model",
        "source forum",
        "notifier hook",
        "page",
    ]
    assert {finding.health for finding in findings.values()} == {Health.GOOD}
    assert findings["page"].detail.endswith("this machine only")


def test_a_database_that_cannot_be_written(
    town: SimpleNamespace, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(town.folder)

    def full() -> None:
        raise StorageFull("the disk is full", where=app.store.where, todo="free some space")

    monkeypatch.setattr(app.store, "writing", full)
    finding = found(app)["database"]
    assert finding.health is Health.BAD
    assert "the disk is full" in finding.detail
    assert "boca.db" in finding.detail
    assert finding.todo == "free some space"


def test_little_room_on_the_disk(
    town: SimpleNamespace, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(town.folder)._replace(free=300 << 20)
    monkeypatch.setattr("app.doctor.shutil.disk_usage", lambda path: usage)
    finding = found(open_app(town.folder))["disk"]
    assert (finding.health, finding.detail) == (Health.POOR, "0.3 GiB free")


def test_the_disk_is_that_of_the_database(
    town: SimpleNamespace, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Path] = []
    usage = shutil.disk_usage(town.folder)
    monkeypatch.setattr(
        "app.doctor.shutil.disk_usage", lambda path: asked.append(Path(path)) or usage
    )
    found(open_app(town.folder))
    assert asked == [town.folder]


def test_a_model_that_is_not_there(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder, nlp={"model": "/nowhere"})
    app.open_workers = next(
        field.default for field in dataclasses.fields(App) if field.name == "open_workers"
    )
    finding = found(app)["model"]
    assert finding.health is Health.BAD
    assert "/nowhere" in finding.detail


def test_sources_that_may_and_may_not_be_read(
    tmp_path: Path, open_app: OpenApp, site: Site
) -> None:
    site.routes["/robots.txt"] = (
        200,
        {"Content-Type": "text/plain"},
        b"User-agent: *\nDisallow: /private\n",
    )
    atom = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>'
    site.routes["/open"] = (200, {"Content-Type": "application/atom+xml"}, atom)
    site.routes["/private/feed"] = (200, {"Content-Type": "application/atom+xml"}, atom)
    nobody = closed_port()
    sources = [
        feed("open", f"{site.url}/open"),
        feed("forbidden", f"{site.url}/private/feed"),
        feed("gone", f"{site.url}/nothing"),
        feed("silent", f"http://127.0.0.1:{nobody}/feed"),
        feed("guarded", f"http://127.0.0.1:{nobody + 1}/feed"),
        {"kind": "file", "name": "missing", "files": [{"path": str(tmp_path / "no.jsonl")}]},
    ]
    app = open_app(tmp_path, sources=sources, politeness=politeness(site.port, nobody))
    findings = found(app)
    assert findings["source open"].health is Health.GOOD
    bad = {source["name"]: findings[f"source {source['name']}"] for source in sources[1:]}
    assert {finding.health for finding in bad.values()} == {Health.BAD}
    assert "robots.txt says no" in bad["forbidden"].detail
    assert "ask its owner" in bad["forbidden"].todo
    assert "404" in bad["gone"].detail
    assert "cannot be had" in bad["silent"].detail
    assert "private" in bad["guarded"].detail
    assert "allow_private" in bad["guarded"].todo
    assert "no.jsonl" in bad["missing"].detail
    for name in ("gone", "silent", "missing"):
        assert "check the address" in bad[name].todo


def test_without_sources_people_or_channels(tmp_path: Path, open_app: OpenApp) -> None:
    findings = found(open_app(tmp_path, sources=[], people=[], stages=[]))
    assert findings["sources"].health is Health.POOR
    assert findings["people"].health is Health.POOR
    assert "boca simulate" in findings["sources"].todo
    people = [{"id": "eva", "name": "Eva", "role": "lead"}]
    findings = found(open_app(tmp_path, people=people, stages=[]))
    assert findings["person eva"].health is Health.POOR


def test_a_notifier_that_refuses(town: SimpleNamespace, open_app: OpenApp) -> None:
    app = open_app(town.folder)
    hook = {"kind": "webhook", "url": f"http://127.0.0.1:{closed_port()}/hook"}
    alerts = {"notifiers": {"hook": hook}}
    finding = found(open_app(town.folder, alerts=alerts))["notifier hook"]
    assert finding.health is Health.BAD
    assert "no answer" in finding.detail
    assert found(app)["notifier hook"].health is Health.GOOD


def test_an_open_page(town: SimpleNamespace, open_app: OpenApp) -> None:
    finding = found(open_app(town.folder, web={"host": "0.0.0.0"}))["page"]
    assert finding.health is Health.BAD
    assert "0.0.0.0" in finding.detail
    guarded = {"host": "0.0.0.0", "token": "a-long-enough-token-0123456789"}
    finding = found(open_app(town.folder, web=guarded))["page"]
    assert finding.health is Health.GOOD
    assert "0123456789" not in finding.detail
    lost = {"host": "0.0.0.0", "token_file": str(town.folder / "no-token")}
    finding = found(open_app(town.folder, web=lost))["page"]
    assert finding.health is Health.BAD
    assert "no-token" in finding.detail
