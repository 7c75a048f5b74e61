"""What a training was asked for, what it reports, and what is kept of both."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import engine
from engine.ranking.settings import Effort, RankingSettings
from engine.ranking.tuning import Trial
from engine.ranking.two_stage import FittedRanker
from engine.store import queries
from engine.workbench.learning import epoch
from engine.workbench.notes import Note
from engine.workbench.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """What to learn from, and how hard."""

    until: datetime | None = None
    """Learn only from events before this time."""
    seed: int = 1
    threads: int = 2
    positives: tuple[str, ...] = ()
    """Kinds of event that count as success; empty: the strongest of the log."""
    effort: Effort = "normal"


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What was trained, in the words of the command line."""

    run_id: str
    seconds: Mapping[str, float]
    users: int
    items: int
    events: int
    positives: tuple[str, ...]
    metrics: Mapping[str, Any]
    """Policy -> quality on the part that was kept out; empty where nothing could be foreseen."""
    notes: tuple[Note, ...]
    """What was not possible."""


def run_id_of(workspace: Workspace, request: TrainRequest, settings: RankingSettings) -> str:
    """Return the name of a run: the same data, settings and version have the same."""
    content = {
        "data": queries.data_hash(workspace.database),
        "version": engine.MODEL_VERSION,
        "settings": asdict(settings),
        "seed": request.seed,
        "until": epoch(request.until),
        "positives": request.positives,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:8]


def manifest_of(
    request: TrainRequest,
    report: TrainReport,
    fitted: FittedRanker,
    trials: Sequence[Trial],
    held_from: int | None,
) -> dict[str, Any]:
    """Return what is kept beside a run, for people and for later versions to read."""
    return {
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": engine.MODEL_VERSION,
        "seed": request.seed,
        "effort": request.effort,
        "until": epoch(request.until),
        "held_from": held_from,
        "positives": list(report.positives),
        "settings": asdict(fitted.settings),
        "tried": [asdict(trial) for trial in trials],
        "is_blend": fitted.ranker.is_blend,
        "seconds": dict(report.seconds),
        "notes": [asdict(note) for note in report.notes],
        "metrics": {
            policy: {name: asdict(value) for name, value in metrics.items()}
            for policy, metrics in report.metrics.items()
        },
    }
