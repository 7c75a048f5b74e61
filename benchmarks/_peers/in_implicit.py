"""Peers that need nothing beyond RevLens's own packages: counting, `implicit`, and EASE."""

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from scipy import linalg

from benchmarks._peers.files import Data, K, best, lists, main

THREADS = 2


def popular(data: Data, days: float | None = None, seed: int = 1) -> pd.DataFrame:
    """List what most people chose, ever or in the last ``days``."""
    events = data.events[data.events["positive"]]
    if days is not None:
        last = data.events["at"].max()
        events = events[events["at"] > last - pd.Timedelta(days=days)]
    events = events.drop_duplicates(["user_row", "item_row"])
    counts = np.bincount(events["item_row"], minlength=len(data.item_ids)).astype(np.float64)
    return pd.concat(best(data, lambda users: np.tile(counts, (len(users), 1))))


def als(data: Data, seed: int = 1, **settings: float) -> pd.DataFrame:
    """Matrix factorisation of `implicit`."""
    return _of_library(
        data, AlternatingLeastSquares(num_threads=THREADS, random_state=seed, **settings)
    )


def bpr(data: Data, seed: int = 1, **settings: float) -> pd.DataFrame:
    """Pairwise ranking of `implicit`."""
    # several threads race, so that no seed repeats a result
    return _of_library(
        data, BayesianPersonalizedRanking(num_threads=1, random_state=seed, **settings)
    )


def cosine(data: Data, neighbours: int, seed: int = 1) -> pd.DataFrame:
    """Items bought by the same people, by cosine."""
    return _of_library(data, CosineRecommender(K=neighbours, num_threads=THREADS))


def bm25(data: Data, neighbours: int, seed: int = 1) -> pd.DataFrame:
    """Items bought by the same people, weighted like words of texts."""
    return _of_library(data, BM25Recommender(K=neighbours, num_threads=THREADS))


def _of_library(data: Data, model: object) -> pd.DataFrame:
    model.fit(data.liked, show_progress=False)
    users = data.asked
    items, _ = model.recommend(users, data.seen[users], N=K, filter_already_liked_items=True)
    rows, places = np.nonzero(items >= 0)
    return lists(data, users[rows], items[rows, places], places)


def ease(data: Data, ridge: float, seed: int = 1) -> pd.DataFrame:
    """Linear item-to-item model without self-similarity, solved exactly (Steck 2019)."""
    liked = data.liked
    gram = (liked.T @ liked).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += ridge
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    return pd.concat(best(data, lambda users: liked[users] @ weights))


if __name__ == "__main__":
    main({"popular": popular, "als": als, "bpr": bpr, "cosine": cosine, "bm25": bm25, "ease": ease})
