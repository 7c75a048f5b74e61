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

LONGEST = (
    "integration/test_coverage.py",
    "integration/test_truth.py",
    "integration/test_same_lists.py",
    "pages/test_quality.py",
    "integration/test_cli_training.py",
    "integration/test_degenerate_logs.py",
    "integration/test_ablation.py",
    "browser/test_journey.py",
    "browser/test_state.py",
    "browser/test_long_work.py",
    "browser/test_mix.py",
    "browser/test_method.py",
)
"""Files whose few tests take minutes: begun last, one would keep one process waiting."""

pytest_plugins = ["tests.databases", "tests.opening"]

Revlens = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, in the order above; the others stay as they are."""
    rank = {Path(__file__).parent / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path, len(rank)))


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
