"""Python environments of peers whose packages cannot live beside RevLens's own."""

import subprocess
import sys
from pathlib import Path

from benchmarks._splits import KEPT

REQUIREMENTS = {
    # its NumPy is below 2, so are the versions of what reads Parquet files
    "rectools": ("RecTools[lightfm]==0.19.0", "lightgbm==4.7.0", "pyarrow==21.0.0"),
    # the last one for Python 3.11; needs PyTorch, gigabytes of it
    "lenskit": ("lenskit==2025.8.1", "pyarrow==26.0.1"),
}


def python(name: str) -> Path | None:
    """Return the interpreter of an environment, made when it is not there; None if it fails."""
    folder = KEPT / "env" / name
    wanted = "\n".join(REQUIREMENTS[name])
    stamp, found = folder / "installed.txt", folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return found
    pip = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", folder], [*pip, *REQUIREMENTS[name]]):
        if subprocess.run(command, stdout=sys.stderr, check=False).returncode:
            return None
    stamp.write_text(wanted)
    return found
