"""The quick look at a text: it never refuses what a query would take."""

from __future__ import annotations

import random

import pytest

from crawlers.words import Words


@pytest.mark.parametrize(
    "text",
    ["O NUBANK caiu", "núbank!", "#nubank", "nu\u200bbank", "nubаnk com a cirílico", "(nubank)"],
)
def test_case_accents_and_disguises_do_not_matter(text: str) -> None:
    assert Words(["Nubank"]).in_text(text)


@pytest.mark.parametrize("text", ["nubanking", "banco nu", "", "itau"])
def test_other_words_do_not_pass(text: str) -> None:
    assert not Words(["nubank"]).in_text(text)


def test_one_word_of_a_phrase_is_enough_and_beginnings_count() -> None:
    words = Words(["banco xis", "taríf*"])
    assert words.in_text("o banco") and words.in_text("TARIFAÇO") and not words.in_text("xis")


def test_without_words_everything_passes() -> None:
    assert Words([]).in_text("qualquer coisa")


def test_a_thousand_texts_with_a_word_inside_all_pass() -> None:
    dice, asked = random.Random(3), ["alfa", "beta gama", "delt*"]
    words = Words(asked)
    for _ in range(1_000):
        said = ["".join(dice.choices("abcxyz", k=4)) for _ in range(9)]
        said.insert(dice.randrange(9), dice.choice(["Alfa", "BETA gama", "deltas", "álfa,"]))
        assert words.in_text(" ".join(said))
