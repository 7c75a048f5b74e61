"""Tables of the comparison with peers: one to read, one with every figure."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks._measured import Spent
from benchmarks._scores import Floats, Interval, mean

OURS = "RevLens"
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
"""Marks in the README."""

METRICS = ("ndcg", "recall", "map", "mrr", "hit_rate")

HEAD = """\
# RevLens beside other recommenders

Written by `benchmarks/peers.py` on {machine}. Lists of ten; seen items left out; 95 % intervals
from 1,000 bootstrap draws of users. *RevLens ahead by* is the paired difference in NDCG@10: an
interval above 0 means that RevLens is better. RevLens (seeds {seeds}) runs through its command
line with default settings, the same on all splits, and its time holds import, training with
calibration and prices, and the lists. ALS, EASE, neighbours of `implicit` and recent days are
tuned for each split inside its training part, the other peers are not
(`benchmarks/_registry.py`). Each is a process of its own with two threads; a peer's time holds
reading, fitting and lists.
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """What one recommender found on one split."""

    split: str
    name: str
    seed: int | None
    per_user: dict[str, Floats]
    """Metric -> value of each user, in one order for all recommenders of a split."""
    coverage: float
    spent: Spent


def write(results: Sequence[Result], folder: Path) -> None:
    """Write ``peers.md`` and ``peers.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame([_row(one, _ours(results, one.split)) for one in results])
    frame.round(6).to_csv(folder / "peers.csv", index=False)
    (folder / "peers.md").write_text("\n".join(_page(results)) + "\n", encoding="utf-8")


def write_readme(results: Sequence[Result], path: Path) -> None:
    """Put the short table between its two marks in the README."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    table = "\n".join(_short_table(results))
    path.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}", encoding="utf-8")


def _short_table(results: Sequence[Result]) -> Iterator[str]:
    """NDCG@10 of each recommender on each split, and whether RevLens is surely ahead."""
    splits = list(dict.fromkeys(one.split for one in results))
    yield "| NDCG@10 | " + " | ".join(splits) + " |"
    yield "| --- |" + " --- |" * len(splits)
    for name in dict.fromkeys(one.name for one in results):
        cells = [_short_cell(results, split, name) for split in splits]
        yield f"| {f'**{name}**' if name == OURS else name} | " + " | ".join(cells) + " |"


def _short_cell(results: Sequence[Result], split: str, name: str) -> str:
    same = [one.per_user["ndcg"] for one in results if (one.split, one.name) == (split, name)]
    if not same:
        return "-"
    value = np.mean(same, axis=0)
    ours = _ours(results, split)
    if name == OURS or ours is None:
        return _interval(mean(value))
    ahead = mean(ours["ndcg"] - value)
    sign = "" if ahead.low > 0 else " ≈" if ahead.high >= 0 else " >"
    return f"{_short(float(value.mean()))}{sign}"


def _ours(results: Sequence[Result], split: str) -> dict[str, Floats] | None:
    """Return our values of each user, the mean over seeds; None when RevLens did not run."""
    mine = [one.per_user for one in results if (one.split, one.name) == (split, OURS)]
    if not mine:
        return None
    return {name: np.mean([one[name] for one in mine], axis=0) for name in METRICS}


def _row(one: Result, ours: dict[str, Floats] | None) -> dict[str, object]:
    row: dict[str, object] = {"split": one.split, "name": one.name, "seed": one.seed}
    row["users"] = len(one.per_user["ndcg"])
    for metric in METRICS:
        row |= _columns(metric, mean(one.per_user[metric]))
    row["coverage"] = one.coverage
    if ours is not None and one.name != OURS:
        for metric in METRICS:
            row |= _columns(f"revlens_ahead_{metric}", mean(ours[metric] - one.per_user[metric]))
    spent = one.spent
    return row | {
        "seconds": spent.seconds,
        "cpu_seconds": spent.cpu_seconds,
        "peak_gib": spent.gib,
    }


def _columns(name: str, found: Interval) -> dict[str, object]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def _page(results: Sequence[Result]) -> Iterator[str]:
    seeds = sorted({one.seed for one in results if one.seed is not None})
    machine = f"{os.cpu_count()} {platform.machine()} cores"
    yield HEAD.format(machine=machine, seeds=", ".join(map(str, seeds)))
    for split in dict.fromkeys(one.split for one in results):
        yield from _table([one for one in results if one.split == split])


def _table(results: Sequence[Result]) -> Iterator[str]:
    ours = _ours(results, results[0].split)
    users = len(results[0].per_user["ndcg"])
    yield f"\n## {results[0].split} ({users:,} users)\n"
    names = ("NDCG@10", "recall", "MAP", "MRR", "hit rate", "coverage", f"{OURS} ahead by")
    yield "| " + " | ".join(("", *names, "seconds", "CPU s", "peak GiB")) + " |"
    yield "| --- |" + " --- |" * (len(names) + 3)
    for name in dict.fromkeys(one.name for one in results):
        yield _line([one for one in results if one.name == name], ours)


def _line(same: Sequence[Result], ours: dict[str, Floats] | None) -> str:
    """One recommender, the mean over its seeds."""
    values = {name: np.mean([one.per_user[name] for one in same], axis=0) for name in METRICS}
    is_ours = same[0].name == OURS
    ahead = "" if ours is None or is_ours else _interval(mean(ours["ndcg"] - values["ndcg"]), "+")
    spent = [one.spent for one in same]
    cells = [
        f"**{OURS}**" if is_ours else same[0].name,
        _interval(mean(values["ndcg"])),
        *(_short(float(values[name].mean())) for name in METRICS[1:]),
        f"{np.mean([one.coverage for one in same]):.2f}",
        ahead,
        f"{np.mean([one.seconds for one in spent]):.1f}",
        f"{np.mean([one.cpu_seconds for one in spent]):.1f}",
        f"{max(one.gib for one in spent):.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def _interval(found: Interval, sign: str = "") -> str:
    value, low, high = (_short(end, sign) for end in (found.value, found.low, found.high))
    return f"{value} [{low}, {high}]"


def _short(value: float, sign: str = "") -> str:
    return f"{value:{sign}.4f}".replace("0.", ".", 1)
