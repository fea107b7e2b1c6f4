from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from app.addresses import outward
from app.templating import one_line


def test_hostile_words_are_shown_as_words(page: TestClient) -> None:
    for path in ("/", "/queue", "/experiences/2", "/authors/2", "/search?q=script", "/sources"):
        text = page.get(path).text
        assert "<script" not in text, path
        assert "<img src=x" not in text, path
        assert "&lt;script&gt;" in text or path == "/authors/2", path


def test_no_page_links_to_a_script(page: TestClient) -> None:
    for path in ("/experiences/2", "/authors/1", "/authors/2", "/queue"):
        targets = re.findall(r'(?:href|src|action)="([^"]*)"', page.get(path).text)
        assert all(re.match(r"(/|#|https?://)", target) for target in targets), path


def test_a_text_without_end_is_cut_and_says_so(page: TestClient) -> None:
    text = page.get("/experiences/2?lang=en").text
    assert len(text) < 30_000
    assert re.search(r"\([\d,]+ more characters\)", text)


def test_a_hostile_search_is_a_search(page: TestClient) -> None:
    for words in ('" OR 1=1 --', "NEAR(", "*", "\x00", "%00", "'" * 199, "\u202e", "a" * 200):
        answer = page.get("/search", params={"q": words})
        assert answer.status_code == 200, words
    assert page.get("/search", params={"q": "a" * 1001}).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)",
        "java\nscript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "//evil.example/x", "/relative", "http://", "https:///x", "http://[",
        "http://x" + "y" * 3000,
    ],
)  # fmt: skip
def test_only_plain_web_addresses_become_links(url: str | None) -> None:
    assert outward(url) is None


def test_plain_web_addresses_stay() -> None:
    assert outward("https://forum.example/t/1?a=b#c") == "https://forum.example/t/1?a=b#c"


def test_one_line_hides_nothing_and_breaks_nothing() -> None:
    assert one_line("a\r\nBcc: x\u202e\u200b\x00\tb") == "a Bcc: x b"
    assert len(one_line("word " * 500, 119)) <= 119
    assert one_line("x" * 500, 10) == "x" * 9 + "…"
    assert "\ud800" not in one_line("a\ud800b")
