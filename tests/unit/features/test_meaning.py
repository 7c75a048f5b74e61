"""Words and embeddings of items as vectors: alike items come close, bad ones say nothing."""

import numpy as np
import pandas as pd
import pytest

from engine.features.meaning import DIMENSIONS, embedding_vectors, item_meaning, text_vectors

TITLES = ["red wine", "red wine glass", "dog food", "dog food bowl", "red glass", ""]


def cosine(vectors: np.ndarray) -> np.ndarray:
    return vectors @ vectors.T


def test_titles_that_share_words_are_alike() -> None:
    alike = cosine(text_vectors(TITLES))
    assert alike[0, 1] > 0.6
    assert abs(alike[0, 2]) < 0.1
    assert alike[2, 3] > 0.6


def test_chinese_titles_are_read_character_by_character() -> None:
    alike = cosine(text_vectors(["红酒杯", "红酒", "狗粮", "狗粮碗"]))
    assert alike[0, 1] > alike[0, 2] + 0.5


def test_vectors_are_of_length_one_or_nothing() -> None:
    length = np.linalg.norm(text_vectors(TITLES), axis=1)
    np.testing.assert_allclose(length, [1, 1, 1, 1, 1, 0], atol=1e-5)


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["one", "two"], ["! ?", "! ?"]])
def test_texts_that_share_nothing_say_nothing(texts: list[str]) -> None:
    assert text_vectors(texts).shape == (len(texts), 0)


def test_the_same_texts_give_the_same_numbers() -> None:
    assert (text_vectors(TITLES) == text_vectors(TITLES)).all()


def test_long_embeddings_are_shortened_and_keep_their_neighbours() -> None:
    rng = np.random.default_rng(3)
    centres = rng.normal(size=(4, 300))
    given = [centres[n % 4] + 0.1 * rng.normal(size=300) for n in range(80)]
    vectors = embedding_vectors(given)

    assert vectors.shape == (80, DIMENSIONS)
    nearest = (cosine(vectors) - 2 * np.eye(80)).argmax(axis=1)
    assert (nearest % 4 == np.arange(80) % 4).all()


def test_an_embedding_of_odd_length_or_without_number_says_nothing() -> None:
    given = [[1.0, 0.0], [0.0, 1.0], [1.0], None, [np.nan, 1.0], [np.inf, 1.0]]
    vectors = embedding_vectors(given)

    assert np.isfinite(vectors).all()
    assert (np.abs(vectors).sum(axis=1) > 0).tolist() == [True, True, False, False, False, False]


@pytest.mark.parametrize("given", [[], [None, None], [[]], [np.nan]])
def test_no_embeddings_have_no_dimensions(given: list[object]) -> None:
    assert embedding_vectors(given).shape == (len(given), 0)  # type: ignore[arg-type]


def test_words_and_embeddings_stand_side_by_side() -> None:
    items = pd.DataFrame({"title": TITLES, "embedding": [[float(n), 1.0] for n in range(6)]})
    words, both = item_meaning(items.drop(columns="embedding")), item_meaning(items)
    assert both.shape[1] == words.shape[1] + 2
    assert item_meaning(items[[]]).shape == (6, 0)


def test_titles_that_share_one_word_alone_say_nothing() -> None:
    assert text_vectors(["Item 1", "Item 2", "Item 3"]).shape == (3, 0)
