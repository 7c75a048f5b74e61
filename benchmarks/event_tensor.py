"""From five million impressions to the sums by user group that every draw is made of.

A log of an ε-shuffle is made up in a process of its own, so that the peak of memory is that
of reading it into lists and valuing one policy. Target: 15 s of CPU, 1.5 GB.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/event_tensor.py [LISTS]``
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks._measured import ROOT, measured
from engine.evaluation.examination import estimate_examination
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.off_policy.position_based import Crowd
from engine.evaluation.off_policy.slates import Target, slate_log
from engine.evaluation.off_policy.value import event_draws, value_of_lists
from engine.evaluation.weights import N_DRAWS, N_GROUPS, bootstrap_weights
from engine.rng import stream

LISTS, SLOTS, USERS, ITEMS, CANDIDATES, EPSILON = 500_000, 10, 50_000, 5_000, 20, 0.25
TARGET_SECONDS, TARGET_GB = 15.0, 1.5

HEAD = """\
# Off-policy values of five million impressions

Written by `benchmarks/event_tensor.py`. CPU seconds of one process on one thread; the target
is {seconds:.0f} s and {gb} GB for the sums, draws included.

| impressions | lists s | examination s | values and draws s | all s | peak GB |
| --- | --- | --- | --- | --- | --- |"""


def make_log(path: Path, n_lists: int) -> None:
    """Write the columns of a made-up log."""
    rng = stream(1, "benchmark", "event_tensor")
    user = rng.integers(0, USERS, n_lists).astype(np.int32)
    candidates = rng.integers(0, ITEMS - CANDIDATES, USERS)
    order = np.tile(np.arange(CANDIDATES, dtype=np.int8), (n_lists, 1))
    shuffled = rng.random(n_lists) < EPSILON
    order[shuffled] = rng.permuted(order[shuffled], axis=1)
    place = order[:, :SLOTS]
    own = place == np.arange(SLOTS)
    looked = np.arange(1, SLOTS + 1) ** -0.7
    np.savez(
        path,
        user=np.repeat(user, SLOTS),
        item=(candidates[user, None] + place).astype(np.int32).ravel(),
        chance=np.round((1 - EPSILON) * own + EPSILON / CANDIDATES, 6).ravel(),
        clicked=(rng.random(own.shape) < 0.1 * looked).ravel(),
        target=(candidates[:, None] + rng.permuted(np.arange(SLOTS))).astype(np.int32),
    )


def run(path: Path) -> None:
    """Value one policy on the log and write what each step took."""
    columns = np.load(path)
    n = len(columns["user"])
    clicked = columns["clicked"]
    log = ImpressionLog(
        user_row=columns["user"],
        item_row=columns["item"],
        position=np.tile(np.arange(1, SLOTS + 1, dtype=np.int32), n // SLOTS),
        propensity=columns["chance"],
        clicked=clicked,
        ordered=clicked,
        order_amount_cents=clicked * 1000.0,
        is_ad=np.zeros(n, dtype=bool),
        viewable=np.full(n, np.nan),
        at=np.repeat(np.arange(n // SLOTS), SLOTS),
        score=np.full(n, np.nan),
    )
    target = Target(policy="ours", item_row=columns["target"])
    weights = bootstrap_weights(1)
    group = stream(1, "groups").integers(0, N_GROUPS, USERS).astype(np.int32)
    crowd = Crowd(group=group, segment=group % 8, n_groups=N_GROUPS, n_segments=8)
    turns = [time.process_time()]
    rewards = {"click": clicked * 1.0, "order": clicked * 1.0, "value": log.order_amount_cents}
    slates = slate_log(log, np.repeat(np.arange(n // SLOTS), SLOTS), SLOTS, rewards)
    turns.append(time.process_time())
    examination = estimate_examination(log, group, weights, SLOTS)
    turns.append(time.process_time())
    values = value_of_lists(slates, [target], crowd, examination, weights, ITEMS)
    assert event_draws(values.sums["ours"], examination, weights).shape[0] == N_DRAWS
    turns.append(time.process_time())
    path.with_suffix(".txt").write_text(" ".join(f"{step:.2f}" for step in np.diff(turns)))


def main() -> None:
    """Make the log, measure, and write the table."""
    n_lists = int(sys.argv[1]) if len(sys.argv) > 1 else LISTS
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.npz"
        make_log(path, n_lists)
        spent = measured([sys.executable, __file__, "--run", path])
        assert spent.code == 0
        steps = [float(text) for text in path.with_suffix(".txt").read_text().split()]
    gigabytes = spent.gib * 1024**3 / 1e9
    cells = [f"{n_lists * SLOTS:,}", *(f"{step:.1f}" for step in [*steps, sum(steps)])]
    text = HEAD.format(seconds=TARGET_SECONDS, gb=TARGET_GB)
    text += f"\n| {' | '.join(cells)} | {gigabytes:.2f} |\n"
    print(text)
    (ROOT / "benchmarks/results/event_tensor.md").write_text(text)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(Path(sys.argv[2]))
    else:
        main()
