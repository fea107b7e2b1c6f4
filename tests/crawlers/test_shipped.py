"""The mappings that come with Boca, on rows as their places give them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crawlers import shipped
from crawlers.crawl import crawl
from crawlers.filesets import FileSet
from crawlers.politeness.settings import PolitenessSettings
from crawlers.sources.file import FileSettings
from domain.posts import CrawlOutcome, Post, Rejected

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMPLAINT = {
    "id": "abc",
    "title": "Cobrança em dobro",
    "description": "Cobraram <b>duas</b> vezes.",
    "created": "2026-11-01T10:00:00",
    "status": "ANSWERED",
    "hasReply": True,
    "evaluated": True,
    "solved": False,
    "score": 2,
    "dealAgain": False,
    "userCity": "Recife",
    "userState": "PE",
}
PLAY = (
    "Package Name,App Version Name,Reviewer Language,Device,Review Submit Millis Since Epoch,"
    "Review Last Update Millis Since Epoch,Star Rating,Review Title,Review Text,"
    "Developer Reply Text,Review Link\n"
    "org.loja,4.2,pt,oriole,1795168800000,1795168800000,2,,Não abre mais.,Já arrumamos.,"
    "https://play.example/r1\n"
)
CONNECT = {
    "type": "customerReviews",
    "id": "r-1",
    "attributes": {
        "rating": 4,
        "title": "Boa",
        "body": "Resolve.",
        "reviewerNickname": "lia",
        "createdDate": "2026-11-02T09:00:00-07:00",
        "territory": "BRA",
    },
}
TRUST = {
    "id": "t1",
    "stars": 5,
    "title": "Great",
    "text": "Came early.",
    "language": "en",
    "createdAt": "2026-11-03T10:00:00Z",
    "consumer": {"id": "u1", "displayName": "Ann"},
    "companyReply": {"text": "Thank you"},
    "numberOfLikes": 3,
    "isVerified": True,
}
QUEIXA = (
    "id,title,description,created_at,url,author,final_rating,views,status,would_return\n"
    "9,Atraso,Não chegou.,03/11/2026 10:00,https://queixa.example/9,Rui,3,120,Resolvida,Sim\n"
)
SURVEY = (
    "id,text,created_at,customer,rating,stage,heard_from,outcome,consent\n"
    "1,Demorou demais.,2026-11-04,c1,3,delivery,vizinha,refunded,sim\n"
    "2,Segredo de alguém.,2026-11-04,c2,9,delivery,rádio,none,não\n"
    "3,Outro segredo.,2026-11-04,c3,9,delivery,rádio,none,\n"
)


def read(tmp_path: Path, mapping: str, name: str, content: str | bytes) -> list[Any]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    files = [{"path": str(path), "mapping": mapping}]
    given = FileSettings.model_validate({"kind": "file", "name": "export", "files": files})
    events = list(crawl(given, {}, politeness=PolitenessSettings(), now=NOW))
    assert events[-1].outcome is CrawlOutcome.OK, events[-1]
    return events


@pytest.mark.parametrize("name", shipped.names())
def test_every_one_is_valid(name: str) -> None:
    assert FileSet.model_validate({"path": "x", "mapping": name}).mapping is not None


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValidationError, match="no mapping is called nada; write one of app-store"):
        FileSet.model_validate({"path": "x", "mapping": "nada"})


def test_what_is_written_besides_wins() -> None:
    files = FileSet.model_validate({"path": "x", "mapping": "google-play", "delimiter": ";"})
    assert files.delimiter == ";"
    assert FileSet.model_validate_json(files.model_dump_json()) == files


def test_reclame_aqui(tmp_path: Path) -> None:
    post = read(tmp_path, "reclame-aqui", "a.jsonl", json.dumps(COMPLAINT))[0]
    assert isinstance(post, Post)
    assert (post.text, post.rating and post.rating.share) == ("Cobraram duas vezes.", 0.2)
    assert post.labels == {
        "status": "ANSWERED",
        "has_reply": "True",
        "evaluated": "True",
        "solved": "False",
        "would_deal_again": "False",
        "place": "Recife - PE",
    }
    assert post.created_at == datetime(2026, 11, 1, 13, tzinfo=UTC)


def test_google_play_in_utf16(tmp_path: Path) -> None:
    post = read(tmp_path, "google-play", "reviews.csv", PLAY.encode("utf-16"))[0]
    assert (post.external_id, post.text) == ("org.loja/1795168800000", "Não abre mais.")
    assert post.labels == {"version": "4.2", "device": "oriole", "developer_reply": "Já arrumamos."}
    assert post.rating.value == 2


HEADERS = (  # as the Play Console documents them, in its order
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
    "Review Submit Date and Time,Review Submit Millis Since Epoch,"
    "Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,"
    "Review Title,Review Text,Developer Reply Date and Time,Developer Reply Millis Since Epoch,"
    "Developer Reply Text,Review Link"
)


def test_google_play_with_every_column_and_an_update(tmp_path: Path) -> None:
    row = (
        "org.loja,402,4.2,pt_BR,oriole,2026-11-20T09:00:00Z,1795168800000,2026-11-21T09:00:00Z,"
        '1795255200000,1,,"Travou,\nde novo.",,,,https://play.example/r1'
    )
    content = b"\xff\xfe" + f"{HEADERS}\r\n{row}\r\n".encode("utf-16-le")
    post = read(tmp_path, "google-play", "reviews.csv", content)[0]
    assert (post.text, post.rating.value) == ("Travou,\nde novo.", 1)
    assert post.edited_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_in_odd_clothes(encoding: str, delimiter: str, tmp_path: Path) -> None:
    content = QUEIXA.replace(",", delimiter).encode(encoding)
    post = read(tmp_path, "portal-da-queixa", "a.csv", content)[0]
    assert (post.title, post.text) == ("Atraso", "Não chegou.")


def test_app_store_connect(tmp_path: Path) -> None:
    post = read(tmp_path, "app-store-connect", "a.jsonl", json.dumps(CONNECT))[0]
    assert (post.title, post.author.name, post.labels) == ("Boa", "lia", {"country": "BRA"})


def test_trustpilot(tmp_path: Path) -> None:
    post = read(tmp_path, "trustpilot", "a.jsonl", json.dumps(TRUST))[0]
    assert (post.author.external_id, post.engagement.likes, post.language) == ("u1", 3, "en")
    assert post.labels == {"verified": "True", "company_reply": "Thank you"}


def test_portal_da_queixa(tmp_path: Path) -> None:
    post = read(tmp_path, "portal-da-queixa", "a.csv", QUEIXA)[0]
    assert (post.engagement.views, post.created_at.month, post.rating.share) == (120, 11, 0.3)


@pytest.mark.parametrize("shape", ["csv", "jsonl"])
def test_nothing_is_kept_without_consent(tmp_path: Path, shape: str) -> None:
    header, *rows = [line.split(",") for line in SURVEY.splitlines()]
    lines = "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in rows)
    events = read(tmp_path, "self-report", f"a.{shape}", SURVEY if shape == "csv" else lines)
    (post,) = [one for one in events if isinstance(one, Post)]
    assert post.labels == {"stage": "delivery", "heard_from": "vizinha", "outcome": "refunded"}
    refused = [one for one in events if isinstance(one, Rejected)]
    assert [one.code for one in refused] == ["no_consent", "no_consent"]
    assert "egredo" not in repr(refused) and "c2" not in repr(refused)


def test_a_table_without_the_column_of_consent_is_refused_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text,created_at\n1,Oi,2026-11-04\n")
    given = FileSettings.model_validate(
        {"kind": "file", "name": "x", "files": [{"path": str(path), "mapping": "help-desk"}]}
    )
    events = list(crawl(given, {}, politeness=PolitenessSettings(), now=NOW))
    assert not [one for one in events if isinstance(one, Post)]
    assert "consent" in events[-1].detail
