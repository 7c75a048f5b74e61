"""Peers of LensKit."""

import pandas as pd
from lenskit.als import ImplicitMFScorer
from lenskit.batch import recommend
from lenskit.data import from_interactions_df
from lenskit.knn import ItemKNNScorer
from lenskit.pipeline import Component, topn_pipeline
from lenskit.training import TrainingOptions

from benchmarks._peers.files import Data, first_unseen, main, room_for_seen


def als(
    data: Data, factors: int, regularization: float, alpha: float, iterations: int, seed: int = 1
) -> pd.DataFrame:
    """Matrix factorisation."""
    scorer = ImplicitMFScorer(
        embedding_size=factors,
        regularization=regularization,
        weight=alpha,
        epochs=iterations,
        user_embeddings="prefer",
    )
    return _lists(data, scorer, seed)


def item_knn(data: Data, neighbours: int, seed: int = 1) -> pd.DataFrame:
    """Items chosen by the same people."""
    scorer = ItemKNNScorer(max_nbrs=neighbours, save_nbrs=5 * neighbours, feedback="implicit")
    return _lists(data, scorer, seed)


def _lists(data: Data, scorer: Component, seed: int) -> pd.DataFrame:
    liked = data.events.loc[data.events["positive"], ["user_row", "item_row"]].drop_duplicates()
    dataset = from_interactions_df(liked, user_col="user_row", item_col="item_row")
    pipeline = topn_pipeline(scorer, n=room_for_seen(data))
    pipeline.train(dataset, TrainingOptions(rng=seed))
    found = recommend(pipeline, data.asked.tolist(), room_for_seen(data), n_jobs=1).to_df()
    return first_unseen(data, found["user_id"], found["item_id"], found["rank"])


if __name__ == "__main__":
    main({"als": als, "item_knn": item_knn})
