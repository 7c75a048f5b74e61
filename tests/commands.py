"""What a command said, and the databases that tests of commands share."""

import contextlib
import faulthandler
import fcntl
import io
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).parents[1]
COMMAND_SECONDS = 300
"""Training on a busy machine takes a minute; one that hangs must fail, not stop the run."""

SETTINGS = {"LC_ALL": "C.UTF-8", "REVLENS_DEBUG": ""}
"""So that the reader's own environment does not change what a test sees."""

Said = subprocess.CompletedProcess[str]


def engine(database: Path, *arguments: str | Path, **changes: str) -> Said:
    """Run a command on a database as ``python -m engine`` does, in the process of the test.

    Importing costs more than most commands; `process` and the fixture ``revlens`` pay for it,
    where a test is about the process. What hangs is ended by force.
    """
    from engine.cli.app import main  # BLAS reads its threads first, as with ``python -m engine``

    words = [str(argument) for argument in arguments]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    faulthandler.dump_traceback_later(COMMAND_SECONDS, exit=True)
    try:
        with (
            mock.patch.dict(os.environ, {**SETTINGS, "REVLENS_DB": str(database), **changes}),
            contextlib.chdir(ROOT),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            _warnings_are_told(),
        ):
            code = main(words)
    finally:
        faulthandler.cancel_dump_traceback_later()
    return Said(words, code, _told(out), _told(err))


@contextlib.contextmanager
def _warnings_are_told() -> Iterator[None]:
    """Write a warning to stderr, as Python does where no test runner collects it."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("default")
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        yield
    for each in found:
        line = warnings.formatwarning(each.message, each.category, each.filename, each.lineno)
        sys.stderr.write(line)


def _told(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")


def process(database: Path, *arguments: str | Path, **changes: str) -> Said:
    """Run ``python -m engine`` as a process of its own on a database."""
    environment = {**os.environ, **SETTINGS, "REVLENS_DB": str(database), **changes}
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
