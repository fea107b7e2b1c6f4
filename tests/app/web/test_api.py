from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_the_api_describes_itself(page: TestClient) -> None:
    paths = page.get("/api/openapi.json").json()["paths"]
    assert set(paths) == {
        "/api/overview",
        "/api/queue",
        "/api/today",
        "/api/experiences/{id}",
        "/api/authors/{id}",
        "/api/alerts",
        "/api/silences",
        "/api/posts",
        "/api/search",
        "/api/sources",
        "/hooks/{name}",
    }


def test_the_queue_comes_in_order_and_in_pages(page: TestClient) -> None:
    first = page.get("/api/queue?limit=1").json()
    assert first["items"][0]["experience"]["priority"]["value"] == 16.4
    assert first["items"][0]["excerpt"].startswith("Três semanas — A Nimbus")
    second = page.get(f"/api/queue?limit=1&offset={first['next_offset']}").json()
    assert second["items"][0]["experience"]["id"] == 2
    assert second["next_offset"] is None
    assert page.get("/api/queue?stage=support").json()["items"] == []


def test_the_overview_counts_the_day_where_the_reader_is(page: TestClient) -> None:
    seen = page.get("/api/overview?brand=nimbus&days=7").json()
    assert [day["day"] for day in seen["days"]][-1] == "2026-11-22"
    assert seen["days"][-1] == {"day": "2026-11-22", "negative": 2, "neutral": 0, "positive": 1}
    assert seen["stages"][0]["stage"] == "delivery"
    assert seen["stages"][0]["cells"][-1] == {"total": 2, "negative": 2}
    page.cookies.set("boca_zone", "Pacific/Auckland")
    later = page.get("/api/overview?brand=nimbus&days=7").json()
    assert later["days"][-1]["day"] == "2026-11-23"


def test_experience_author_alerts_posts_and_sources_are_read(page: TestClient) -> None:
    told = page.get("/api/experiences/1").json()
    assert told["posts"][0]["text"].startswith("A Nimbus")
    assert told["analyses"][0]["sentiment"]["polarity"] == "negative"
    author = page.get("/api/authors/1").json()
    assert {one["measure"] for one in author["influence"]} == {
        "expected_reach",
        "pagerank",
        "degree",
    }
    assert [one["incident"]["rule"] for one in page.get("/api/alerts").json()] == ["spike", "far"]
    assert page.get("/api/search?q=entrega").json()["items"][0]["id"] == 1
    assert {one["name"] for one in page.get("/api/sources").json()} == {"blog", "forum"}


def test_the_posts_behind_a_number_come_with_what_was_understood(page: TestClient) -> None:
    day = "/api/posts?brand=nimbus&from=2026-11-22&until=2026-11-22"
    first = page.get(f"{day}&limit=2").json()
    assert (first["total"], first["next_before"]) == (3, 4)
    assert first["polarities"] == {"negative": 2, "neutral": 0, "positive": 1}
    assert [post["id"] for post in first["items"]] == [5, 4]
    assert first["analyses"]["5"]["sentiment"]["polarity"] == "positive"
    second = page.get(f"{day}&limit=2&before=4").json()
    assert ([post["id"] for post in second["items"]], second["next_before"]) == ([1], None)
    unhappy = page.get(f"{day}&polarity=negative&stage=delivery").json()
    assert (unhappy["total"], len(unhappy["items"])) == (2, 2)


@pytest.mark.parametrize(
    "number", ["35492647973174501376", "-1", "9223372036854775808", "1e3", "x"]
)
def test_no_number_overflows(page: TestClient, number: str) -> None:
    for path in (
        f"/api/queue?offset={number}",
        f"/api/queue?limit={number}",
        f"/api/experiences/{number}",
        f"/api/authors/{number}",
        f"/api/search?q=x&before={number}",
        f"/api/posts?before={number}",
        f"/api/posts?limit={number}",
        f"/api/overview?brand=nimbus&days={number}",
    ):
        answer = page.get(path)
        assert answer.status_code == 422, path
        assert answer.json()["detail"]


def test_pages_are_bounded(page: TestClient) -> None:
    assert page.get("/api/queue?limit=201").status_code == 422
    assert page.get("/api/queue?limit=0").status_code == 422
    assert page.get("/api/queue?brand=" + "x" * 101).status_code == 422
    assert page.get("/api/experiences/9223372036854775807").status_code == 404
    assert page.get("/api/overview?brand=nobody").status_code == 404
