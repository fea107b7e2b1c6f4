import numpy as np

from nlp.encoder import Encoder
from nlp.layout import Layout
from nlp.rounding import MIDDLE, Product, rounded

CHANCE = np.random.default_rng(3)


def _numbers(*shape: int) -> np.ndarray:
    return CHANCE.standard_t(4, shape).astype(np.float32)


def test_no_processor_overflows_on_two_neighbours() -> None:
    product = Product.of(_numbers(512, 256), np.zeros(256, np.float32), np.full(256, 0.1))
    pairs = np.abs(product.whole.astype(int)).reshape(-1, 2, 256).sum(axis=1)
    assert pairs.max() > 120
    assert 255 * pairs.max() < 2**15


def test_a_product_of_rounded_numbers_is_near_that_of_the_numbers() -> None:
    numbers, weights, bias = _numbers(50, 256).clip(-5, 5), _numbers(256, 256), _numbers(256)
    step = np.full(256, 5 / 127, np.float32)
    product = Product.of(weights, bias, step)
    whole = (rounded(numbers, step).astype(int) - MIDDLE) @ product.whole.astype(int)
    theirs = numbers @ weights + bias
    assert np.abs(whole * product.scale + product.bias - theirs).std() < 0.05 * theirs.std()


def test_what_lies_too_far_away_is_cut_off() -> None:
    step = np.ones(1, np.float32)
    assert rounded(np.array([[-1e9], [0.4], [1e9]], np.float32), step).ravel().tolist() == [
        0,
        MIDDLE,
        255,
    ]


def test_a_layout_shows_each_token_its_neighbours_within_its_passage() -> None:
    layout = Layout.of([(np.array([7]),), (np.array([8, 9]), np.array([5]))])
    assert layout.tokens.tolist() == [1, 7, 2, 1, 8, 9, 5, 2]
    assert layout.near[2].tolist() == [0, 1, 2, -1, -1]
    assert layout.near[5].tolist() == [3, 4, 5, 6, 7]
    assert layout.starts.tolist() == [0, 1, 2, 3, 4, 6, 7]
    assert [(rows.start, rows.stop) for rows, _ in layout.runs(4)] == [(0, 3), (3, 8)]


def test_pieces_that_were_forgotten_are_met_again_the_same() -> None:
    encoder = Encoder()
    (before,) = encoder.encode([["A entrega atrasou de novo."]])
    met = encoder._convolutions._met
    for start in range(100, 40_000, 2_000):
        met.rows(np.arange(start, start + 2_000))
    (after,) = encoder.encode([["A entrega atrasou de novo."]])
    assert (before.whole == after.whole).all()
