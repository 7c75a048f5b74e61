"""Peers of RecTools, which replaces `implicit` by a fork and wants an older NumPy."""

import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from lightfm import LightFM
from lightgbm import LGBMClassifier
from rectools.dataset import Dataset
from rectools.model_selection import TimeRangeSplitter
from rectools.models import (
    EASEModel,
    ImplicitALSWrapperModel,
    ImplicitItemKNNWrapperModel,
    LightFMWrapperModel,
    PopularModel,
)
from rectools.models.base import ModelBase
from rectools.models.ranking import (
    CandidateGenerator,
    CandidateRankingModel,
    PerUserNegativeSampler,
    Reranker,
)

from benchmarks._peers.files import Data, first_unseen, main, room_for_seen

THREADS = 2
WINDOW_SHARE = 0.1
"""Length of the window that the two-stage model learns from, as a share of all successes."""


def popular(data: Data, days: int, seed: int = 1) -> pd.DataFrame:
    """List what most people chose in the last ``days``."""
    return _lists(data, PopularModel(popularity="n_users", period=pd.Timedelta(days=days)))


def als(data: Data, seed: int = 1, **settings: float) -> pd.DataFrame:
    """Matrix factorisation."""
    return _lists(data, _als(seed, settings))


def ease(data: Data, ridge: float, seed: int = 1) -> pd.DataFrame:
    """Linear item-to-item model."""
    return _lists(data, EASEModel(regularization=ridge, recommend_n_threads=THREADS))


def lightfm(data: Data, factors: int, epochs: int, seed: int = 1) -> pd.DataFrame:
    """Factorisation trained pair by pair (WARP)."""
    model = LightFM(no_components=factors, loss="warp", random_state=seed)
    return _lists(data, LightFMWrapperModel(model, epochs=epochs, num_threads=1))


def two_stage(
    data: Data, candidates: int, days: int, seed: int = 1, **settings: float
) -> pd.DataFrame:
    """Candidates of three models, put in order by boosted trees on their scores and ranks."""
    models = [
        _als(seed, settings),
        ImplicitItemKNNWrapperModel(CosineRecommender(K=100, num_threads=THREADS)),
        PopularModel(popularity="n_users", period=pd.Timedelta(days=days)),
    ]
    generators = [
        CandidateGenerator(
            model,
            candidates,
            keep_ranks=True,
            keep_scores=True,
            scores_fillna_value=0.0,
            ranks_fillna_value=candidates + 1,
        )
        for model in models
    ]
    trees = LGBMClassifier(n_jobs=THREADS, random_state=seed, verbosity=-1)
    model = CandidateRankingModel(
        generators,
        splitter=TimeRangeSplitter(_window(data), n_splits=1, filter_cold_items=False),
        reranker=Reranker(trees),
        sampler=PerUserNegativeSampler(n_negatives=50, random_state=seed),
    )
    return _lists(data, model)


def _als(seed: int, settings: dict[str, float]) -> ImplicitALSWrapperModel:
    model = AlternatingLeastSquares(num_threads=THREADS, random_state=seed, **settings)
    return ImplicitALSWrapperModel(model)


def _window(data: Data) -> str:
    """Return the length of the last tenth of the successes, in whole hours."""
    at = data.events.loc[data.events["positive"], "at"]
    hours = (at.max() - at.quantile(1.0 - WINDOW_SHARE)) / pd.Timedelta(hours=1)
    return f"{max(round(hours), 1)}H"


def _lists(data: Data, model: ModelBase) -> pd.DataFrame:
    liked = data.events[data.events["positive"]]
    interactions = pd.DataFrame(
        {
            "user_id": liked["user_row"],
            "item_id": liked["item_row"],
            "weight": 1.0,
            "datetime": liked["at"].dt.tz_localize(None),
        }
    )
    interactions = interactions.drop_duplicates(["user_id", "item_id"])
    dataset = Dataset.construct(interactions)
    model.fit(dataset)
    found = model.recommend(
        users=data.asked, dataset=dataset, k=room_for_seen(data), filter_viewed=True
    )
    return first_unseen(data, found["user_id"], found["item_id"], found["rank"])


if __name__ == "__main__":
    main({"popular": popular, "als": als, "ease": ease, "lightfm": lightfm, "two_stage": two_stage})
