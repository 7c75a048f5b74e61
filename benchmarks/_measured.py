"""What a command takes, as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
KIB_IN_GIB = 1_024 * 1_024


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Exit code, time and memory of one command, or of several one after the other."""

    code: int
    seconds: float
    """By the clock."""
    cpu_seconds: float
    """Of all threads, in the program and in the system."""
    gib: float
    """Peak of resident memory."""

    def then(self, other: "Spent") -> "Spent":
        """Return what this and then the other took."""
        return Spent(
            code=self.code or other.code,
            seconds=self.seconds + other.seconds,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            gib=max(self.gib, other.gib),
        )


NOTHING = Spent(code=0, seconds=0.0, cpu_seconds=0.0, gib=0.0)


def measured(command: Sequence[str | Path], **variables: str) -> Spent:
    """Run a command from the root of the repository; what it prints goes to stderr."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    start = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command], cwd=ROOT, env=environment, stdout=sys.stderr
    )
    # the peak of this child alone: getrusage would tell that of the hungriest so far
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Spent(
        code=process.returncode,
        seconds=time.perf_counter() - start,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        gib=usage.ru_maxrss / KIB_IN_GIB,
    )


def engine(*arguments: str | Path) -> Spent:
    """Run a verb of RevLens's command line."""
    return measured([sys.executable, "-m", "engine", *arguments])
