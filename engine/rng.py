"""The only source of randomness: keyed streams."""

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Return the random generator called ``names`` under ``seed``.

    The same seed and names always give the same numbers, however many other
    streams were drawn before. Leave the scenario out of ``names``: scenarios
    compared under common random numbers differ only by what they change.
    """
    return np.random.default_rng([seed, *map(_key, names)])


def integer_seed(seed: int, *names: str | int) -> int:
    """Return an ``int`` seed for libraries that do not take a generator."""
    return int(stream(seed, *names).integers(0, 2**31 - 1))


def _key(name: str | int) -> int:
    return zlib.crc32(str(name).encode())
