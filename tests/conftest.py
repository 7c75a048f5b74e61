"""What tests of several folders share."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# as `python -m engine` does, before NumPy is imported
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]
COMMAND_SECONDS = 120
"""A command of these tests takes seconds; one that hangs must fail, not stop the run."""

pytest_plugins = ["tests.databases", "tests.opening"]

Revlens = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def revlens(tmp_path: Path) -> Revlens:
    """Run ``python -m engine`` as a process of its own, on a database of this test.

    The environment is set here, so that neither the reader's language nor the reader's
    database changes what a test sees.
    """
    settings = {"REVLENS_DB": str(tmp_path / "revlens.duckdb"), "LC_ALL": "C.UTF-8"}
    environment = {**os.environ, **settings}
    environment.pop("REVLENS_DEBUG", None)

    def run(*arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "engine", *map(str, arguments)],
            cwd=ROOT,
            env={**environment, **changes},
            capture_output=True,
            encoding="utf-8",
            timeout=COMMAND_SECONDS,
            check=False,
        )

    return run
