"""What each source and each group of features adds: RevLens with it switched off, refitted.

On the four splits of ``peers.py``. Sources are fitted once for each window, as they do not
depend on what is switched off; candidates, features and trees are made again. A cell that
is finished is kept under ``.bench/ablation`` until a file of the ranker changes, so that a run
that was stopped goes on.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/ablation.py --help``
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks._measured import ROOT, engine
from benchmarks._scores import Floats, K, mean, per_user
from benchmarks._splits import KEPT, NAMES, Split, split
from engine.features.frames import LearningData
from engine.progress import silent
from engine.ranking import two_stage, windows
from engine.ranking.settings import settings_for
from engine.ranking.sources import State
from engine.store import queries
from engine.workbench.ablating import PARTS
from engine.workbench.learning import read_learning_data
from engine.workbench.workspace import open_workspace

WHOLE = "nothing"
"""Name of what is switched off in the whole ranker."""

SIZES: Mapping[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "small": (NAMES[:2], (1,)),
    "normal": (NAMES, (1,)),
    "full": (NAMES, (1, 2, 3)),
}
"""Size -> splits and seeds."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """A training part as rankers take it, and the names of its rows."""

    data: LearningData
    user_ids: pd.Series
    item_ids: pd.Series
    test: pd.DataFrame


def load(files: Split) -> Loaded:
    """Import a split with the command line and read it back."""
    with TemporaryDirectory() as name:
        database = Path(name) / "bench.duckdb"
        given = ("--events", files.train, "--items", files.items, "--currency", "USD")
        if engine("import", *given, "--db", database).code:
            raise SystemExit(f"{files.name} could not be imported")
        workspace = open_workspace(database)
        try:
            users, items = (
                queries.read_frame(workspace.database, f"{kind}s").set_index(f"{kind}_row")
                for kind in ("user", "item")
            )
            return Loaded(
                data=read_learning_data(workspace),
                user_ids=users["user_id"],
                item_ids=items["item_id"],
                test=pd.read_parquet(files.test),
            )
        finally:
            workspace.close()


@contextmanager
def sources_fitted_once() -> Iterator[None]:
    """Let ``fit`` find the sources of a log, moment and seed that it has fitted before."""
    original: Callable[..., State] = windows.fit_state
    known: dict[tuple[object, ...], State] = {}

    def remembered(log, items, at, settings, seed, *given):  # type: ignore[no-untyped-def]
        key = (len(log.at), at, replace(settings, without=()), seed)
        if key not in known:
            known[key] = original(log, items, at, settings, seed, *given)
        return replace(known[key], without=settings.without)

    windows.fit_state = two_stage.fit_state = remembered
    try:
        yield
    finally:
        windows.fit_state = two_stage.fit_state = original


def ndcg(loaded: Loaded, part: str, seed: int) -> Floats:
    """Return NDCG@10 of each user without one part."""
    data = loaded.data
    settings = replace(settings_for("normal"), without=() if part == WHOLE else (part,))
    fitted = two_stage.fit(
        data.log,
        data.items,
        data.users,
        settings,
        until=None,
        seed=seed,
        threads=2,
        progress=silent,
    )
    asked = loaded.user_ids.index[loaded.user_ids.isin(loaded.test["user_id"])]
    made = two_stage.recommend(fitted, "ranked", asked.to_numpy(np.int64), K)
    lists = pd.DataFrame(
        {
            "user_id": loaded.user_ids.loc[made.user_row].to_numpy(),
            "rank": made.rank,
            "item_id": loaded.item_ids.loc[made.item_row].to_numpy(),
        }
    )
    return per_user(loaded.test, lists)["ndcg"]


def version() -> str:
    """Return a name for the ranker as its files stand."""
    files = sorted(
        path for name in ("ranking", "features") for path in ROOT.glob(f"engine/{name}/*.py")
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def run_split(name: str, seeds: Sequence[int], kept: Path) -> None:
    """Fill the cells of a split that are missing."""
    missing = [
        (seed, part)
        for seed in seeds
        for part in (WHOLE, *PARTS)
        if not cell(kept, name, seed, part).exists()
    ]
    if not missing:
        return
    loaded = load(split(name))
    for seed in dict.fromkeys(seed for seed, _ in missing):
        with sources_fitted_once():
            for part in (part for own, part in missing if own == seed):
                values = ndcg(loaded, part, seed)
                print(f"{name:24} seed {seed} without {part:16} {values.mean():.4f}", flush=True)
                np.savetxt(cell(kept, name, seed, part), values, fmt="%.9f")


def cell(kept: Path, name: str, seed: int, part: str) -> Path:
    """Return the file of one finished cell: a line per user."""
    return kept / f"{name}.{seed}.{part}.csv"


def table(splits: Sequence[str], seeds: Sequence[int], kept: Path) -> pd.DataFrame:
    """Return a row per split and part: values, and what the part adds, over the seeds."""
    rows = []
    for name in splits:
        values = {
            part: np.stack([np.loadtxt(cell(kept, name, seed, part)) for seed in seeds])
            for part in (WHOLE, *PARTS)
        }
        for part, found in values.items():
            adds = mean((values[WHOLE] - found).mean(axis=0))
            rows.append(
                {
                    "split": name,
                    "without": part,
                    "kind": PARTS.get(part, ""),
                    "ndcg": found.mean(),
                    "seed_sd": found.mean(axis=1).std(ddof=1) if len(seeds) > 1 else np.nan,
                    "adds": adds.value,
                    "adds_low": adds.low,
                    "adds_high": adds.high,
                }
            )
    return pd.DataFrame(rows)


def page(found: pd.DataFrame, seeds: Sequence[int]) -> Iterator[str]:
    """Yield the lines of the page."""
    splits = list(found["split"].unique())
    yield "# What each part of the ranker adds\n"
    yield "Written by `benchmarks/ablation.py`. NDCG@10 that is lost when a part is switched off,"
    yield "the rest fitted again, default settings, the mean over seeds"
    yield f"({', '.join(map(str, seeds))}) with a 95 % interval over users (1,000 draws, paired);"
    yield "below 0, lists are better without it. **Bold**: the interval does not hold 0.\n"
    yield "| without | " + " | ".join(splits) + " |"
    yield "| --- |" + " --- |" * len(splits)
    for part in (WHOLE, *PARTS):
        rows = found[found["without"] == part].set_index("split").loc[splits]
        texts = [_whole(row) if part == WHOLE else _loss(row) for _, row in rows.iterrows()]
        label = {"": f"{WHOLE}: NDCG@10", "source": part}.get(
            PARTS.get(part, ""), f"{part} (features)"
        )
        yield f"| {label} | " + " | ".join(texts) + " |"


def _whole(row: pd.Series) -> str:
    spread = "" if np.isnan(row["seed_sd"]) else f" (sd of seeds {row['seed_sd']:.4f})"
    return f"{row['ndcg']:.4f}{spread}"


def _loss(row: pd.Series) -> str:
    text = f"{row['adds']:+.4f}"
    strong = row["adds_low"] > 0 or row["adds_high"] < 0
    return f"{f'**{text}**' if strong else text} [{row['adds_low']:+.4f}, {row['adds_high']:+.4f}]"


def main() -> int:
    """Run what is missing and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default=os.environ.get("BENCH_SIZE", "normal"))
    parser.add_argument("--splits", help=f"some of {', '.join(NAMES)}")
    parser.add_argument("--seeds", help="separated by commas")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results")
    arguments = parser.parse_args()
    splits, seeds = SIZES[arguments.size]
    splits = tuple(arguments.splits.split(",")) if arguments.splits else splits
    seeds = tuple(map(int, arguments.seeds.split(","))) if arguments.seeds else seeds
    kept = KEPT / "ablation" / version()
    kept.mkdir(parents=True, exist_ok=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(splits, start=1):
        run_split(name, seeds, kept)
        found = table(splits[:place], seeds, kept)
        found.round(6).to_csv(arguments.out / "ablation.csv", index=False)
        text = "\n".join(page(found, seeds)) + "\n"
        (arguments.out / "ablation.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
