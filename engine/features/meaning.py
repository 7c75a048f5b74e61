"""What the words and the embeddings of items mean, as short dense vectors.

Cost: words and their decomposition grow with items x words of an item, embeddings with
items x dimensions; both are fitted to ``FITTED_ITEMS`` items at most and keep
``DIMENSIONS`` numbers an item each.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no hints

DIMENSIONS = 32
MAX_WORDS = 20_000
FITTED_ITEMS = 50_000
WORD = r"(?u)[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]{2,}"
"""A word, or one Chinese character: Chinese puts no spaces between words."""

Vectors = NDArray[np.float32]


def item_meaning(items: pd.DataFrame) -> Vectors:
    """Return the meaning of items, (n_items, up to 2 x ``DIMENSIONS``); 0 where nothing is said.

    Parameters
    ----------
    items : DataFrame
        Columns ``title``, ``text`` and ``embedding``, as far as there are any.
    """
    texts = [items[name].fillna("").astype(str) for name in ("title", "text") if name in items]
    words = [" ".join(parts) for parts in zip(*texts, strict=True)]
    given = list(items["embedding"]) if "embedding" in items else []
    # One BLAS thread: sums keep their order, so results do not depend on the machine's cores.
    with threadpool_limits(1, user_api="blas"):
        parts = [text_vectors(words), embedding_vectors(given)]
    nothing = np.zeros((len(items), 0), dtype=np.float32)
    return np.concatenate([nothing, *(part for part in parts if part.size)], axis=1)


def text_vectors(texts: Sequence[str]) -> Vectors:
    """Return texts by their words, rare ones heavier; similar words come close to each other.

    Words of a single text say nothing of others and are left out.
    """
    vectorizer = TfidfVectorizer(
        token_pattern=WORD, min_df=2, max_features=MAX_WORDS, sublinear_tf=True, dtype=np.float32
    )
    try:
        vectorizer.fit(_spread(texts))
    except ValueError:  # no word stands in two texts
        return np.zeros((len(texts), 0), dtype=np.float32)
    if len(vectorizer.vocabulary_) < 2:  # one word says only whether it stands there
        return np.zeros((len(texts), 0), dtype=np.float32)
    weights = vectorizer.transform(texts)
    return _unit_rows(_reduced(weights[_places(len(texts))], weights))


def embedding_vectors(given: Sequence[ArrayLike | None]) -> Vectors:
    """Return embeddings around their mean; 0 for an item without, or with one of odd length.

    The length that most items have is the one that counts: others come from another model
    and cannot be compared. Long ones are reduced to ``DIMENSIONS``.
    """
    lengths = np.array([_length(one) for one in given], dtype=np.int64)
    counts = np.bincount(lengths[lengths > 0])
    if not len(counts):
        return np.zeros((len(given), 0), dtype=np.float32)
    held = np.flatnonzero(lengths == counts.argmax())
    rows = np.array([given[int(row)] for row in held], dtype=np.float32)
    usable = np.isfinite(rows).all(axis=1)
    held, rows = held[usable], _unit_rows(rows[usable])
    rows = rows - rows.mean(axis=0, keepdims=True) if len(rows) else rows
    if rows.shape[1] > DIMENSIONS and len(rows) > 1:
        rows = _reduced(rows[_places(len(rows))], rows)
    vectors = np.zeros((len(given), rows.shape[1]), dtype=np.float32)
    vectors[held] = _unit_rows(rows)
    return vectors


def _reduced(fitted: object, rows: object) -> Vectors:
    width = min(DIMENSIONS, *fitted.shape)  # type: ignore[attr-defined]  # a matrix of any kind
    model = TruncatedSVD(n_components=width, random_state=0).fit(fitted)
    return np.asarray(model.transform(rows), dtype=np.float32)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list | tuple | np.ndarray) else 0


def _places(n_items: int) -> NDArray[np.int64]:
    """Return up to ``FITTED_ITEMS`` places, evenly spread."""
    return np.unique(np.linspace(0, n_items - 1, min(n_items, FITTED_ITEMS)).astype(np.int64))


def _spread(texts: Sequence[str]) -> list[str]:
    return [texts[place] for place in _places(len(texts))]


def _unit_rows(rows: Vectors) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, 1e-12), dtype=np.float32)
