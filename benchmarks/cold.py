"""Lists for households that were never fitted, and for products that nobody had met.

Households of ``complete-journey`` and the products that at least ``BUYERS`` of them bought: a fifth
of the households is held out of fitting entirely. The ranker is
fitted to the others before a moment a quarter into the log; a held-out household folds in
with its first ``BASKETS`` baskets, without fitting again, and its list is scored against
what it bought new after that moment. Popularity, of the others at the same moment, is what
the list must beat.

Products: every event of a tenth of those sold later is hidden, they stand in the table of
items only. Their places on lists are compared with the same number of hidden products drawn
at random for the same households.

How cost grows: two fits (benchmarks/import_train.py says how they grow); folding in with
events of the held-out households.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.features.frames import LearningData
from engine.features.interactions import InteractionLog
from engine.metrics import user_metrics
from engine.progress import silent
from engine.ranking.fold_in import fold_in
from engine.ranking.lists import ListArrays
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import FittedRanker, fit, recommend_each
from engine.rng import stream
from engine.workbench.learning import read_learning_data
from engine.workbench.loading import load_sample
from engine.workbench.workspace import open_workspace

NAME = "complete-journey"
SEED, DRAWS, K = 1, 1_000, 10
BASKETS = 5
BUYERS = 30
HELD_SHARE, HIDDEN_SHARE = 0.2, 0.1
MOMENT = 0.25
EXPLORATION = 0.02
LIMIT_SECONDS = 240.0

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Pairs = set[tuple[int, int]]
POLICIES = ("ranked", "popularity", "segment", "als", "item_to_item", "content")


def read(folder: Path) -> LearningData:
    """Return the log of the products that enough households bought."""
    workspace = open_workspace(folder / "cold.duckdb")
    load_sample(workspace, NAME)
    data = read_learning_data(workspace)
    workspace.close()
    bought = np.unique(data.log.user_row.astype(np.int64) * data.log.n_items + data.log.item_row)
    kept = np.flatnonzero(np.bincount(bought % data.log.n_items) >= BUYERS)
    place = np.full(data.log.n_items, -1)
    place[kept] = np.arange(len(kept))
    log = data.log.rows(place[data.log.item_row] >= 0)
    log = replace(log, item_row=place[log.item_row].astype(np.int32), n_items=len(kept))
    columns = ("category", "tags", "price", "published_at", "meaning")
    items = replace(data.items, **{name: getattr(data.items, name)[kept] for name in columns})
    return replace(data, log=log, items=items)


def fitted_to(data: LearningData, log: InteractionLog, at: int) -> FittedRanker:
    """Return a ranker of normal effort."""
    return fit(
        log, data.items, data.users, RankingSettings(),
        until=at, seed=SEED, threads=2, progress=silent,
    )  # fmt: skip


def first_baskets(log: InteractionLog, n: int) -> InteractionLog:
    """Return the rows of each user's first ``n`` moments."""
    moments, which = np.unique(log.user_row.astype(np.int64) * 2**40 + log.at, return_inverse=True)
    users = moments // 2**40
    place = np.arange(len(users)) - np.searchsorted(users, users)
    return log.rows((place < n)[which])


def pairs_of(log: InteractionLog) -> Pairs:
    """Return users and products of purchases."""
    keep = log.positive
    return set(zip(log.user_row[keep].tolist(), log.item_row[keep].tolist(), strict=True))


def hits_of(lists: ListArrays, users: Ints, wanted: Pairs) -> NDArray[np.bool_]:
    """Return which places of the users' lists are wanted, (n_users, K)."""
    row_of = {int(user): row for row, user in enumerate(users)}
    hits = np.zeros((len(users), K), bool)
    for user, item, rank in zip(lists.user_row, lists.item_row, lists.rank, strict=True):
        if int(user) in row_of:
            hits[row_of[int(user)], rank - 1] = (int(user), int(item)) in wanted
    return hits


def interval(values: Floats) -> str:
    """Return the mean with the 95 % interval of a bootstrap over users."""
    rows = stream(SEED, "bootstrap").integers(0, len(values), (DRAWS, len(values)))
    low, high = np.quantile(values[rows].mean(axis=1), [0.025, 0.975])
    return f"{values.mean():+.4f} [{low:+.4f}, {high:+.4f}]"


def cold_users(data: LearningData, at: int) -> None:
    """Print NDCG of households whom no fit has seen."""
    log = data.log
    drawn = stream(SEED, "held").permutation(log.n_users)
    held = np.sort(drawn[: round(HELD_SHARE * log.n_users)])
    is_held = np.isin(np.arange(log.n_users), held)
    fitted = fitted_to(data, log.rows(~is_held[log.user_row]), at)
    own = log.rows(is_held[log.user_row])
    later = pairs_of(own.rows(own.at >= at))
    print(f"households held out {len(held)}, fitted to {log.n_users - len(held)}")
    print(f"{'baskets':>7} {'users':>6} {'policy':14} {'NDCG@10':>8}  to popularity, paired")
    for n in (0, 1, 2, BASKETS):
        given = first_baskets(own.before(at), n)
        start = time.process_time()
        folded = fold_in(fitted, given, data.users)
        spent = 1_000.0 * (time.process_time() - start)
        wanted = later - pairs_of(given)
        users = np.unique([user for user, _ in wanted]).astype(np.int64)
        users = users[np.isin(users, own.before(at).user_row)]
        relevant = np.bincount([user for user, _ in wanted], minlength=log.n_users)[users]
        lists = recommend_each(folded, POLICIES, users, K)
        scores = {
            name: user_metrics(hits_of(made, users, wanted), relevant)["ndcg"]
            for name, made in lists.items()
        }
        for name, ndcg in scores.items():
            against = interval(ndcg - scores["popularity"])
            print(f"{n:7} {len(users):6} {name:14} {ndcg.mean():8.4f}  {against}")
        print(f"        folding in took {spent / len(held):.2f} ms of CPU a household")


def cold_items(data: LearningData, at: int) -> None:
    """Print how often products without an event are listed, and bought when they are."""
    log = data.log
    hidden = stream(SEED, "hidden").permutation(log.n_items)
    hidden = np.sort(hidden[: round(HIDDEN_SHARE * log.n_items)])
    is_hidden = np.isin(np.arange(log.n_items), hidden)
    known = log.rows(~is_hidden[log.item_row])
    fitted = fitted_to(data, known, at)
    users = np.unique(log.before(at).user_row).astype(np.int64)
    later = pairs_of(log.rows((log.at >= at) & is_hidden[log.item_row]))
    bought = np.bincount([user for user, _ in later], minlength=log.n_users)[users]
    print(f"products hidden {len(hidden)} of {log.n_items}, lists of {len(users)} households")
    print(f"{'policy':20} {'places':>7} {'lists':>6} {'hit rate':>9} {'random':>8}  paired")
    open_to_new = replace(fitted.settings, exploration_share=EXPLORATION)
    explored = recommend_each(replace(fitted, settings=open_to_new), ("ranked",), users, K)
    lists = {
        **recommend_each(fitted, ("ranked", "new_items"), users, K),
        f"ranked, {EXPLORATION:.0%} explored": explored["ranked"],
    }
    for name, made in lists.items():
        cold = is_hidden[made.item_row]
        row = np.searchsorted(users, made.user_row[cold])
        places = np.bincount(row, minlength=len(users))
        hits = hits_of(made, users, later).sum(axis=1)
        has = places > 0
        expected = places * bought / len(hidden)
        share, chance = hits[has] / places[has], expected[has] / places[has]
        gain = interval(share - chance) if has.any() else "never listed"
        print(
            f"{name:20} {places.sum():7} {has.sum():6} {hits.sum() / max(places.sum(), 1):9.4f} "
            f"{expected.sum() / max(places.sum(), 1):8.4f}  {gain}"
        )


def main() -> int:
    """Print both tables and the time they took."""
    start, spent = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as name:
        data = read(Path(name))
    at = int(np.quantile(data.log.at, MOMENT))
    cold_users(data, at)
    cold_items(data, at)
    seconds = time.perf_counter() - start
    print(f"{seconds:.0f} s, {time.process_time() - spent:.0f} s of CPU, limit {LIMIT_SECONDS:.0f}")
    return int(seconds > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
