"""What a command said, and the databases that tests of commands share."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COMMAND_SECONDS = 300
"""Training on a busy machine takes a minute; one that hangs must fail, not stop the run."""

Said = subprocess.CompletedProcess[str]


def engine(database: Path, *arguments: str | Path, **changes: str) -> Said:
    """Run ``python -m engine`` as a process of its own on a database."""
    settings = {"REVLENS_DB": str(database), "LC_ALL": "C.UTF-8", **changes}
    environment = {**os.environ, **settings}
    environment.pop("REVLENS_DEBUG", None)
    return subprocess.run(
        [sys.executable, "-m", "engine", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=COMMAND_SECONDS,
        check=False,
    )


def only_json(done: Said) -> dict[str, Any]:
    """Return the one JSON object of a command that went well and said nothing else."""
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.endswith("}\n")
    payload: dict[str, Any] = json.loads(done.stdout)
    return payload


def refused(done: Said) -> str:
    """Return the one line of a command that was refused."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def made_once(folder: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return a database that the first of several test processes makes, and the others find."""
    path = folder / name / "revlens.duckdb"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            waiting = folder / f"{name}.part" / "revlens.duckdb"
            waiting.parent.mkdir(parents=True)
            make(waiting)
            waiting.parent.rename(path.parent)
    return path


def copied(database: Path, folder: Path) -> Path:
    """Return a copy of a database and of what lies beside it: one process holds a file."""
    shutil.copytree(database.parent, folder, dirs_exist_ok=True)
    return folder / database.name
