import numpy as np
import pytest

from nlp.encoder import Encoder
from nlp.fewshot import fit, left_out
from nlp.labelling import Labeller


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_left_out_is_what_the_other_examples_say() -> None:
    random = np.random.default_rng(1)
    vectors = random.normal(0, 1, (9, 512)).astype(np.float32)
    middle = vectors.mean(axis=0)
    numbers = [0, 1, 2] * 3
    found = left_out(vectors, numbers, 3, 50.0)
    targets = np.eye(3, dtype=np.float32)[numbers] - 1 / 3
    for at in range(len(numbers)):
        others = np.delete(np.arange(9), at)
        apart = vectors[others] - middle
        gram = apart @ apart.T + 50.0 * np.eye(8)
        expected = (vectors[at] - middle) @ apart.T @ np.linalg.solve(gram, targets[others])
        assert found[at] == pytest.approx(expected, abs=1e-4)


def test_examples_that_agree_make_it_surer(encoder: Encoder) -> None:
    deliveries = [f"meu pedido {number} não chegou, o pacote atrasou" for number in range(8)]
    invoices = [f"a fatura {number} veio com valor errado" for number in range(8)]
    clear = [(one, "a") for one in deliveries] + [(one, "b") for one in invoices]
    mixed = [(one, "ab"[at % 2]) for at, (one, _) in enumerate(clear)]
    asked = ["o pacote não chegou"]
    sure = Labeller(["a", "b"], clear, encoder).chances(asked).max()
    unsure = Labeller(["a", "b"], mixed, encoder).chances(asked).max()
    assert sure > 0.8
    assert unsure < 0.7


def test_one_example_is_enough_to_start(encoder: Encoder) -> None:
    chances = Labeller(["a", "b"], [("o pacote não chegou", "a")], encoder).chances(["pacote"])
    assert chances.shape == (1, 2)
    assert np.isfinite(chances).all()


def test_fit_takes_as_many_examples_as_there_are() -> None:
    vectors = np.eye(512, dtype=np.float32)[:2]
    assert fit(vectors, [0, 1], 2, 0.5).scores(vectors).argmax(axis=1).tolist() == [0, 1]
