"""One event more for a user: folding in, and the lists before and after.

Times what the page on one user computes after "Add and see": two users, the one as in the log
and the one with a further success, are folded into the fitted ranker, and both get a list of 20
items. ``whole`` adds reading the user's rows, naming items and reasons. Time grows with the
events of the user and the items of the pool, not with the users of the log.

Run: ``make bench``, or ``PYTHONPATH=. .venv/bin/python benchmarks/what_if.py [DATABASE ...]``
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.store import queries
from engine.workbench import item_profiles, profiles, what_if
from engine.workbench.runs import LIST_LENGTH
from engine.workbench.what_if import Event
from engine.workbench.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
USERS = 51
TARGET_MS = 100.0


def trained(folder: Path, *name: str) -> Path:
    """Load and train a data set in a folder."""
    database = folder / f"{'-'.join(name) or 'sample'}.duckdb"
    for verb in (("sample", *name), ("train", "--effort", "quick")):
        command = [sys.executable, "-m", "engine", *verb, "--db", str(database)]
        subprocess.run(command, cwd=ROOT, check=True)
    return database


def times(workspace: Workspace) -> Iterator[tuple[float, float, float]]:
    """Return milliseconds of folding in, of its processor time, and of all, for each user."""
    fitted, reading = profiles.ranker(workspace), what_if.event_reading(workspace)
    items = item_profiles.find_items(workspace, "")["item_row"]
    for turn in range(USERS):
        user_id = profiles.pick_user(workspace, turn, is_new=False)
        user = profiles.find_user(workspace, user_id or "")
        if user is None:
            return
        event = Event(item_row=int(items.iloc[turn % len(items)]), kind=reading.positives.kinds[0])
        began = time.perf_counter()
        found = what_if.what_if(
            workspace, fitted, reading, user.user_row, (event,), "en", LIST_LENGTH
        )
        whole = time.perf_counter() - began
        own = queries.read_frame(workspace.database, "profile_interactions", user_row=user.user_row)
        log = what_if.log_of(own, (event,), reading, fitted)
        worked = time.process_time()
        what_if.folded_lists(fitted, log, LIST_LENGTH)
        yield found.seconds * 1e3, (time.process_time() - worked) * 1e3, whole * 1e3


def measure(database: Path) -> dict[str, object]:
    """Return the figures of one database; the first user warms up and is not counted."""
    workspace = open_workspace(database)
    found = np.array(list(times(workspace)))[1:]
    workspace.close()
    half, most = np.percentile(found, (50, 95), axis=0).round(1)
    names = ("fold_in", "fold_in_processor", "whole")
    return {
        "database": database.stem,
        "users": len(found),
        **{f"{name}_p50_ms": ms for name, ms in zip(names, half, strict=True)},
        **{f"{name}_p95_ms": ms for name, ms in zip(names, most, strict=True)},
        "target_ms": TARGET_MS,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = [Path(path) for path in sys.argv[1:]]
        for path in given or [trained(folder), trained(folder, "complete-journey")]:
            print(json.dumps(measure(path)), flush=True)
