"""The recommenders that RevLens is compared with, and what they were set to.

ALS, neighbours and recent days were chosen on a split of the same kind inside each training
part (``benchmarks/_tuning.py``), never on what is scored; EASE's ridge earlier, on such inner
splits, flat within a factor 4. BPR, LightFM, the two-stage model's candidates and negatives,
and LensKit's neighbours are usual values and were not tuned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks._splits import NAMES


@dataclass(frozen=True, kw_only=True)
class Peer:
    """One recommender and its settings on each split."""

    name: str
    script: str
    """File of ``benchmarks/_peers`` without ``.py``."""
    function: str
    settings: Mapping[str, Mapping[str, Any]]
    """Split -> settings; a split that is not named is not run."""
    environment: str | None = None
    """None: RevLens's own."""
    blas_threads: int = 1
    """Threads of linear algebra; libraries with threads of their own want 1."""
    slow_on: frozenset[str] = field(default_factory=frozenset)
    """Splits on which it runs only at full size."""


def _always(**settings: Any) -> dict[str, Mapping[str, Any]]:
    return dict.fromkeys(NAMES, settings)


def _each(**settings: tuple[Any, Any, Any, Any]) -> dict[str, Mapping[str, Any]]:
    """Return settings whose values stand in the order of ``NAMES``."""
    return {
        name: {setting: values[place] for setting, values in settings.items()}
        for place, name in enumerate(NAMES)
    }


ALS = _each(
    factors=(128, 128, 32, 64),
    regularization=(20.0, 14.0, 38.0, 38.0),
    alpha=(3.5, 3.5, 3.5, 3.5),
    iterations=(15, 15, 15, 15),
)
RECENT = _each(days=(14, 60, 30, 60))
EASE = _each(ridge=(100.0, 100.0, 800.0, 800.0))
TWO_STAGE = {name: {**ALS[name], **RECENT[name], "candidates": 100} for name in NAMES}
COMPLETE = frozenset(name for name in NAMES if name.startswith("complete-journey"))

PEERS = (
    Peer(name="popularity", script="in_implicit", function="popular", settings=_always()),
    Peer(name="recent popularity", script="in_implicit", function="popular", settings=RECENT),
    Peer(
        name="item-kNN, cosine (implicit)",
        script="in_implicit",
        function="cosine",
        settings=_each(neighbours=(300, 300, 300, 50)),
    ),
    Peer(
        name="item-kNN, BM25 (implicit)",
        script="in_implicit",
        function="bm25",
        settings=_each(neighbours=(100, 300, 1_000, 1_000)),
    ),
    Peer(name="ALS (implicit)", script="in_implicit", function="als", settings=ALS),
    Peer(
        name="BPR (implicit)",
        script="in_implicit",
        function="bpr",
        settings=_always(factors=64, iterations=100),
        slow_on=COMPLETE,
    ),
    Peer(name="EASE", script="in_implicit", function="ease", settings=EASE, blas_threads=2),
    Peer(
        name="ALS (rectools)",
        script="in_rectools",
        function="als",
        settings=ALS,
        environment="rectools",
    ),
    Peer(
        name="EASE (rectools)",
        script="in_rectools",
        function="ease",
        settings=EASE,
        environment="rectools",
        blas_threads=2,
    ),
    Peer(
        name="LightFM (rectools)",
        script="in_rectools",
        function="lightfm",
        settings=_always(factors=64, epochs=30),
        environment="rectools",
        slow_on=COMPLETE,
    ),
    Peer(
        name="two-stage, LightGBM (rectools)",
        script="in_rectools",
        function="two_stage",
        settings=TWO_STAGE,
        environment="rectools",
    ),
    Peer(
        name="ALS (lenskit)",
        script="in_lenskit",
        function="als",
        settings=ALS,
        environment="lenskit",
    ),
    Peer(
        name="item-kNN (lenskit)",
        script="in_lenskit",
        function="item_knn",
        settings=_each(neighbours=(20, 20, 20, 20)),
        environment="lenskit",
    ),
)
