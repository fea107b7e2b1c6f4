"""Portuguese grammar: raw text in, words with their grammar out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from spacy.training import Example

from domain.errors import ModelError
from nlp.grammar import Grammar, contractions
from nlp.training.grammar import examples, sentences

SHARED = Path(os.environ.get("BOCA_SHARED", Path(__file__).resolve().parents[3] / "shared"))
DEV = SHARED / "data" / "ud-porttinari" / "dev.conllu.gz"


@pytest.fixture(scope="module")
def grammar() -> Grammar:
    return Grammar()


def test_words_have_their_grammar_where_they_stand(grammar: Grammar) -> None:
    text = "As entregas  da loja atrasaram."
    (words,) = grammar.read([text])
    told = [(word.span.of(text), word.pos, word.lemma) for word in words]
    assert told == [
        ("As", "DET", "o"),
        ("entregas", "NOUN", "entrega"),
        ("d", "ADP", "de"),
        ("a", "DET", "o"),
        ("loja", "NOUN", "loja"),
        ("atrasaram", "VERB", "atrasar"),
        (".", "PUNCT", "."),
    ]
    assert "Number=Plur" in words[1].morph


def test_contractions_are_taken_apart_and_put_together_again() -> None:
    told = {whole: (first, second) for whole, first, second in contractions()}
    assert told["pelas"] == ("por", "as") and told["naquela"] == ("em", "aquela")
    assert "nos" not in told
    assert all(whole.endswith(second) for whole, (_, second) in told.items())


def test_anything_can_be_read(grammar: Grammar) -> None:
    odd = ["", "   ", "😀", "x" * 5_000, "Dos DOS dos", "\u200bda\u00ad"]
    read = list(grammar.read(odd))
    assert [len(words) for words in read[:3]] == [0, 0, 1]


def test_a_missing_grammar_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nlp\.training\.grammar"):
        Grammar(tmp_path / "none")


@pytest.mark.skipif(not DEV.exists(), reason="the shared Porttinari sentences are not here")
def test_it_is_as_good_as_its_card_says(grammar: Grammar) -> None:
    """On sentences that it was not trained on, cut into words as they are in the treebank."""
    pipeline = grammar._nlp
    told = examples(pipeline, list(sentences(DEV))[:300])
    found = pipeline.evaluate([Example(one.predicted, one.reference) for one in told])
    assert found["pos_acc"] > 0.955 and found["lemma_acc"] > 0.965
