"""``python -m engine``: the command line."""

import os
import sys


def run() -> int:
    """Set what must be set before NumPy is imported, then hand over to the commands."""
    # ALS runs one thread per row itself; BLAS threads below it would only fight for cores
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from engine.cli.app import main

    return main()


if __name__ == "__main__":
    sys.exit(run())
