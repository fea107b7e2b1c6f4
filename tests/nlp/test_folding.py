from hypothesis import given
from hypothesis import strategies as st

from nlp.folding import fold


@given(st.text(max_size=60))
def test_every_folded_character_leads_back_to_its_own(text: str) -> None:
    folded = fold(text)
    assert len(folded.origins) == len(folded.text)
    assert list(folded.origins) == sorted(folded.origins)
    for at, character in enumerate(folded.text):
        span = folded.span(at, at + 1)
        assert character in fold(span.of(text)).text


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


def test_accents_case_and_hidden_marks_fold_away() -> None:
    folded = fold("PÃO de A\u200bçú\u00adcar ＦＵＬＬ Straße cafe\u0301")
    assert folded.text == "pao de acucar full strasse cafe"
