"""Chooses the settings of peers on a split of the same kind inside each training part.

What is scored in the end is never looked at. The winners stand in ``_registry.py``; peers
with the same model in another library share them.

Run: ``PYTHONPATH=. .venv/bin/python -W ignore benchmarks/_tuning.py [SPLIT ...]``
"""

import itertools
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks._peers import in_implicit
from benchmarks._peers.files import GOOD_RATING, read
from benchmarks._scores import per_user
from benchmarks._splits import KEPT, NAMES, Log, cut, split, write

GRIDS: dict[str, Mapping[str, tuple[float, ...]]] = {
    "popular": {"days": (3, 7, 14, 30, 60, 90)},
    "cosine": {"neighbours": (20, 50, 100, 300, 1_000)},
    "bm25": {"neighbours": (20, 50, 100, 300, 1_000)},
    "als": {
        "factors": (32, 64, 128),
        "regularization": (14.0, 20.0, 38.0),
        "alpha": (3.5,),
        "iterations": (15,),
    },
}


def inner_split(name: str) -> Path:
    """Return the folder of the same kind of split, made of a training part alone."""
    folder = KEPT / "inside" / name
    train = pd.read_parquet(split(name).train)
    at = train["occurred_at"].astype("datetime64[s, UTC]").astype("int64")
    good = train["rating"] >= GOOD_RATING if "rating" in train else True
    ids = {key: train[key].astype("int64") for key in ("user_id", "item_id")}
    log = Log(events=train.assign(ts=at, positive=good, **ids), items=pd.DataFrame())
    write(cut(log, name.rpartition("-")[2]), folder)
    return folder


def trials(name: str) -> Iterator[tuple[str, dict[str, Any], float]]:
    """Yield a model, its settings and its NDCG@10 for every point of the grids."""
    folder = inner_split(name)
    data, test = read(folder), pd.read_parquet(folder / "test.parquet")
    for function, grid in GRIDS.items():
        for values in itertools.product(*grid.values()):
            settings = dict(zip(grid, values, strict=True))
            lists = getattr(in_implicit, function)(data, **settings)
            yield function, settings, float(per_user(test, lists)["ndcg"].mean())


def main() -> None:
    """Print every trial, and the best of each model."""
    for name in sys.argv[1:] or NAMES:
        best: dict[str, tuple[float, dict[str, Any]]] = {}
        for function, settings, ndcg in trials(name):
            print(f"{name:24} {function:8} {ndcg:.4f} {settings}", flush=True)
            if function not in best or ndcg > best[function][0]:
                best[function] = ndcg, settings
        for function, (ndcg, settings) in best.items():
            print(f"{name:24} {function:8} {ndcg:.4f} {settings}  <- best", flush=True)


if __name__ == "__main__":
    main()
