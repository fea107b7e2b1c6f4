"""schema.org: JSON-LD block by block, microdata, sitemaps, ratings."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from crawlers.pages import Request, Response
from crawlers.sources.schema_org import SchemaOrgSettings, SchemaOrgSource
from domain.errors import SourceMalformed, SourceUnreachable
from domain.posts import Engagement, Post, PostKind, Rating, Rejected

PAGE = "https://loja.example/produto/fone"
Replay = Callable[..., list[Any]]


def settings(**given: Any) -> SchemaOrgSettings:
    given = given or {"pages": [PAGE]}
    return SchemaOrgSettings.model_validate({"kind": "schema_org", "name": "loja", **given})


def read(html: str | bytes, now: datetime, headers: dict[str, str] | None = None) -> list[Any]:
    body = html.encode() if isinstance(html, str) else html
    source = SchemaOrgSource(settings(), {}, now)
    headers = {"content-type": "text/html; charset=utf-8", **(headers or {})}
    return list(source.parse(Response(PAGE, 200, headers, body, {"page": PAGE})))


def linked(*blocks: str) -> str:
    return "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)


def review(**fields: Any) -> dict[str, Any]:
    return {"@type": "Review", "author": "Ana", "reviewBody": "Bom.", **fields}


@pytest.fixture
def found(now: datetime, replay: Replay) -> dict[str, Any]:
    source = SchemaOrgSource(settings(sitemap="https://loja.example/sitemap.xml"), {}, now)
    events = replay(source, "schema_org")
    return {getattr(one, "text", "") or f"{one.code} {one.where}": one for one in events}


def test_reviews_of_a_product(found: dict[str, Any]) -> None:
    ana = found["Som bom, entrega & troca ruins."]
    assert (ana.kind, ana.title, ana.language) == (PostKind.REVIEW, "Quase", "pt")
    assert ana.external_id == f"{PAGE}#r1"
    assert (ana.author.name, ana.author.url) == ("Ana", "https://loja.example/perfil/ana")
    assert (ana.rating, ana.engagement.likes) == (Rating(3.5, 5, 1), 12)
    assert ana.labels == {"item": "Fone X1"}
    bia = found["Parou em uma semana."]
    assert bia.rating == Rating(2, best=10, worst=1)
    assert bia.created_at == datetime(2026, 11, 11, 13, tzinfo=UTC)
    caio = found["Nota fora da escala."]
    assert (caio.rating, caio.labels["rating"]) == (None, "87")


def test_a_broken_block_spoils_only_itself(found: dict[str, Any]) -> None:
    assert f"bad_json_ld {PAGE}" in found


def test_a_discussion_keeps_its_parents(found: dict[str, Any]) -> None:
    root = found["Comprei dia 3 e nada."]
    assert (root.kind, root.engagement) == (PostKind.POST, Engagement(replies=2, views=340))
    eva, answer, fred = (found[text] for text in ("O meu também.", "Chegou o seu?", "Sem data."))
    assert (eva.parent, eva.thread, eva.engagement.likes) == (root.external_id, root.external_id, 4)
    assert (answer.parent, answer.thread) == (eva.external_id, root.external_id)
    assert answer.author == root.author
    assert fred.labels["time"] == "first seen"
    assert any(key.startswith("absurd_time") for key in found)


def test_answers_wait_for_a_first_post_that_shows_a_notice(now: datetime) -> None:
    answer = {"@type": "Comment", "@id": "#c", "text": "Comigo também.", "author": "Bia"}
    opening = {"@type": "DiscussionForumPosting", "@id": "#p", "comment": [answer]}
    opening |= {"headline": "Travou", "text": "O conteúdo deste tópico não pode ser exibido."}
    refused, told = read(linked(json.dumps(opening)), now)
    assert isinstance(refused, Rejected) and refused.code == "notice"
    assert isinstance(told, Post) and told.parent == refused.where == f"{PAGE}#p"


def test_microdata_of_a_page_in_latin_1(found: dict[str, Any]) -> None:
    question = found["Perdi a nota. Posso trocar, então?"]
    answer = found["Pode, com o CPF."]
    assert (question.kind, question.title) == (PostKind.QUESTION, "Troca sem nota?")
    assert question.accepted_answer == answer.external_id
    assert (answer.kind, answer.parent) == (PostKind.ANSWER, question.external_id)
    assert (answer.engagement.likes, answer.author.name) == (7, "Ivo")


def test_a_page_that_wants_no_indexing_gives_nothing(found: dict[str, Any]) -> None:
    assert "Segredo." not in found
    assert "noindex https://loja.example/sobre" in found


@pytest.mark.parametrize(
    "block",
    [
        "<!-- {} -->",
        "/* <![CDATA[ */ {} /* ]]> */",
        "//<![CDATA[\n{}\n//]]>",
        "{};",
        "\ufeff {}",
        "[[{}]]",
        '{{"@graph": {}}}',
        '{{"@context": "x", "@graph": [{}, 3, null, "x"]}}',
        '{{"@type": "ItemList", "itemListElement": [{{"@type": "ListItem", "item": {}}}]}}',
        '{{"@type": "WebPage", "mainEntity": {{"@type": "Product", "review": {}}}}}',
        "[{},]",
    ],
)
def test_blocks_as_sites_write_them(block: str, now: datetime) -> None:
    (post,) = read(linked(block.format(json.dumps(review()))), now)
    assert (post.text, post.author.name) == ("Bom.", "Ana")


@pytest.mark.parametrize(
    "kind",
    ["Review", ["Thing", "Review"], "https://schema.org/Review", "schema:Review", "UserReview"],
)
def test_types_as_sites_write_them(kind: Any, now: datetime) -> None:
    (post,) = read(linked(json.dumps(review(**{"@type": kind}))), now)
    assert post.kind is PostKind.REVIEW


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ratingValue": 4}, Rating(4, 5, 1)),
        ({"ratingValue": "4,5"}, Rating(4.5, 5, 1)),
        ({"ratingValue": "9", "bestRating": "10"}, Rating(9, 10, 1)),
        ({"ratingValue": "80%", "bestRating": "100", "worstRating": "0"}, Rating(80, 100, 0)),
        ({"ratingValue": "3 / 4"}, Rating(3, 4, 1)),
        ({"ratingValue": "7 de 10"}, Rating(7, 10, 1)),
        ({"ratingValue": 0}, Rating(0, 5, 0)),
        ({"ratingValue": 9}, None),
        ({"ratingValue": "ótimo"}, None),
        ({"ratingValue": 3, "bestRating": 1, "worstRating": 5}, None),
        ({"ratingValue": "NaN"}, None),
        (None, None),
        ("4", Rating(4, 5, 1)),
    ],
)
def test_ratings(given: Any, expected: Rating | None, now: datetime) -> None:
    (post,) = read(linked(json.dumps(review(reviewRating=given))), now)
    assert post.rating == expected


def test_an_edited_review_keeps_its_id_and_two_reviews_differ(now: datetime) -> None:
    def ids(*reviews: dict[str, Any]) -> list[str]:
        return [post.external_id for post in read(linked(json.dumps(list(reviews))), now)]

    at = {"datePublished": "2026-11-01", "url": PAGE}
    (before,) = ids(review(reviewBody="Bom.", **at))
    after, other = ids(review(reviewBody="Nem tanto.", **at), review(author="Bia", **at))
    assert before == after != other


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0\0\0",
        b"<html><body>nothing here",
        linked("").encode(),
        linked("null", "3", '"x"', "[]", "{}", '[{"@type": null}]').encode(),
        linked(json.dumps({"@type": "Review", "author": [[]], "reviewBody": {}})).encode(),
        linked('{"a":' * 5_000 + "1" + "}" * 5_000).encode(),
        linked("[" * 200_000).encode(),
        b"<div itemscope>" * 2_000,
        ("<div>" * 1_000_000).encode(),
        ("<script>" * 500_000).encode(),
        ("<meta name=robots " * 200_000).encode(),
    ],
)
def test_nothing_and_nonsense_give_no_posts(body: bytes, now: datetime) -> None:
    assert not [one for one in read(body, now) if isinstance(one, Post)]


def test_a_node_that_contains_itself_by_name_is_read_once(now: datetime) -> None:
    node = {"@id": "#c", "@type": "Comment", "text": "eu", "comment": {"@id": "#c"}}
    assert len(read(linked(json.dumps({"@graph": [node]})), now)) == 1


def test_pages_on_other_hosts_and_unmatched_ones_are_not_read(
    now: datetime, replay: Replay
) -> None:
    given = {"sitemap": "https://loja.example/sitemap.xml", "match": "/forum/"}
    source = SchemaOrgSource(settings(**given), {}, now)
    replay(source, "schema_org")
    assert list(source.cursor()["pages"]) == ["https://loja.example/forum/1"]  # type: ignore[call-overload]


def test_pages_that_did_not_change_are_not_read_again(now: datetime, replay: Replay) -> None:
    given = settings(sitemap="https://loja.example/sitemap.xml")
    source = SchemaOrgSource(given, {}, now)
    replay(source, "schema_org")
    asked: list[str] = []
    again = SchemaOrgSource(given, source.cursor(), now)
    queue: list[Any] = list(again.requests())
    index = Response(
        queue[0].url,
        200,
        {},
        b"<urlset><url><loc>https://loja.example/forum/1</loc>"
        b"<lastmod>2026-11-19</lastmod></url><url><loc>https://loja.example/sobre</loc>"
        b"</url></urlset>",
    )
    asked = [one.url for one in again.parse_sitemap(index) if isinstance(one, Request)]
    assert asked == ["https://loja.example/sobre"]


def test_the_longest_unread_come_first(now: datetime) -> None:
    urls = [f"https://loja.example/{number}" for number in range(4)]
    cursor = {"pages": {urls[0]: ["", "2026-11-20"], urls[1]: ["", "2026-11-10"]}}
    source = SchemaOrgSource(settings(pages=urls, pages_per_visit=3), cursor, now)
    assert [one.url for one in source.requests()] == [urls[2], urls[3], urls[1]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<urlset><url><loc>https://loja.example/a</loc></url>",
        b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>",
        gzip.compress(b"<urlset>" + b" " * 60_000_000 + b"</urlset>"),
        gzip.compress(b"<urlset/>")[:-12],
        b"\x1f\x8b broken",
    ],
    ids=["empty", "cut", "doctype", "bomb", "cut gzip", "broken gzip"],
)
def test_bad_sitemaps_are_told_after_what_could_be_read(body: bytes, now: datetime) -> None:
    source = SchemaOrgSource(settings(pages=[PAGE], sitemap="https://loja.example/s"), {}, now)
    list(source.requests())
    asked = []
    with pytest.raises(SourceMalformed):
        for one in source.parse_sitemap(Response("https://loja.example/s", 200, {}, body)):
            asked.append(one)
    assert PAGE in [one.url for one in asked if isinstance(one, Request)]


def test_a_missing_sitemap_does_not_hide_the_listed_pages(now: datetime) -> None:
    source = SchemaOrgSource(settings(pages=[PAGE], sitemap="https://loja.example/s"), {}, now)
    (request,) = source.requests()
    assert request.otherwise is not None
    asked = []
    with pytest.raises(SourceUnreachable):
        for one in request.otherwise(404):
            asked.append(one)
    assert len(asked) == 1


def test_gzipped_sitemaps_are_read(now: datetime) -> None:
    source = SchemaOrgSource(settings(sitemap="https://loja.example/s.gz"), {}, now)
    list(source.requests())
    body = gzip.compress(b"<urlset><url><loc>https://loja.example/a</loc></url></urlset>")
    found = list(source.parse_sitemap(Response("https://loja.example/s.gz", 200, {}, body)))
    assert [one.url for one in found if isinstance(one, Request)] == ["https://loja.example/a"]


def test_settings_must_name_something() -> None:
    with pytest.raises(ValidationError, match="name some pages, or a sitemap"):
        settings(pages=[])
    with pytest.raises(ValidationError, match="not a regular expression"):
        settings(sitemap=PAGE, match="(")


def test_rejections_say_where(now: datetime) -> None:
    (one,) = read(linked(json.dumps(review(reviewBody=""))), now)
    assert isinstance(one, Rejected)
    assert one.code == "empty"
    assert one.where.startswith(PAGE)
