"""How well lists foresee what people chose next, on a part of the log they never saw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.evaluation.ablation import Ablation
from engine.evaluation.compare import Difference, Estimate, compare
from engine.evaluation.splits import (
    Split,
    leave_one_out,
    of_some_users,
    split_at,
    split_by_time,
)
from engine.evaluation.weights import bootstrap_weights
from engine.features.frames import LearningData
from engine.features.interactions import popularity
from engine.features.profiles import item_profiles
from engine.features.tables import attributes
from engine.progress import Progress, part, silent
from engine.ranking.settings import RankingSettings
from engine.ranking.two_stage import FittedRanker, fit
from engine.store import queries
from engine.workbench.ablating import ablate
from engine.workbench.learning import (
    MOST_JUDGED,
    chosen_policies,
    delivered_lists,
    epoch,
    lists_by_policy,
    read_learning_data,
)
from engine.workbench.workspace import Workspace

DRAWS = 2_000


@dataclass(frozen=True, kw_only=True)
class EvaluateRequest:
    """How to cut the log, and what to compare."""

    test_share: float = 0.2
    """Share of the last events that is foreseen; unless one of the next two is given."""
    start: datetime | None = None
    """Foresee events from this moment on."""
    leave_one_out: bool = False
    """Foresee the last new item of each user."""
    k: int = 10
    policies: tuple[str, ...] = ()
    """Empty: all."""
    positives: tuple[str, ...] = ()
    """Kinds of event that count as success; empty: the strongest of the log."""
    ablate: bool = False
    """Also train without each part of the ranker."""
    seed: int = 1
    threads: int = 2


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Quality of each policy, with 95 % intervals."""

    split: Mapping[str, Any]
    users: int
    positives: tuple[str, ...]
    policies: Mapping[str, Mapping[str, Estimate]]
    against: Mapping[str, Mapping[str, Difference]]
    """Paired differences to popularity."""
    ablation: Ablation | None
    """What each part of the ranker adds; None when it was not asked for."""


def evaluate(
    workspace: Workspace, request: EvaluateRequest, progress: Progress = silent
) -> Evaluation:
    """Train on the earlier part and score the later one; the stored run stays as it is.

    Raises
    ------
    UsageError
        For an unknown policy or kind of success.
    NotEnoughDataError
        When nothing is left to foresee.
    """
    progress(0.0, "reading")
    data = read_learning_data(workspace, request.positives)
    delivered = delivered_lists(workspace)
    policies = chosen_policies(request.policies, delivered)
    split = of_some_users(_split(data, request), MOST_JUDGED, request.seed)
    trained = 0.1 if request.ablate else 0.8
    fitted = fit_split(data, split, RankingSettings(), request, part(progress, 0.05, trained))
    progress(trained, "scoring")
    group = queries.read_frame(workspace.database, "users")["bootstrap_group"].to_numpy()
    found = compare(
        lists_by_policy(fitted, policies, delivered, split.users, request.k),
        split.test,
        popularity(split.train),
        group,
        bootstrap_weights(request.seed, n_draws=DRAWS),
        request.k,
        item_profiles(attributes(data.items)),
    )
    parts = _parts(workspace, data, split, request, part(progress, trained, 1.0))
    progress(1.0, "scoring")
    return Evaluation(
        split=facts_of(split, request),
        users=found.users,
        positives=data.positives.kinds,
        policies=found.policies,
        against=found.against,
        ablation=parts,
    )


def _parts(
    workspace: Workspace,
    data: LearningData,
    split: Split,
    request: EvaluateRequest,
    progress: Progress,
) -> Ablation | None:
    if not request.ablate:
        return None
    return ablate(
        workspace,
        data,
        split,
        RankingSettings(),
        seed=request.seed,
        threads=request.threads,
        k=request.k,
        progress=progress,
    )


def fit_split(
    data: LearningData,
    split: Split,
    settings: RankingSettings,
    request: EvaluateRequest,
    progress: Progress,
) -> FittedRanker:
    """Fit a ranker to the earlier part of a split."""
    return fit(
        split.train,
        data.items,
        data.users,
        settings,
        until=split.at,
        seed=request.seed,
        threads=request.threads,
        progress=progress,
    )


def facts_of(split: Split, request: EvaluateRequest) -> dict[str, Any]:
    """Return how the log was cut."""
    at = None if split.at is None else datetime.fromtimestamp(split.at, UTC)
    return {
        "method": split.method,
        "test_share": request.test_share if split.method == "global_time" else None,
        "at": None if at is None else at.isoformat(),
        "train_rows": len(split.train.at),
        "test_pairs": len(split.test.user_row),
        "k": request.k,
    }


def _split(data: LearningData, request: EvaluateRequest) -> Split:
    start = epoch(request.start)
    if request.leave_one_out:
        return leave_one_out(data.log, request.seed)
    if start is not None:
        return split_at(data.log, start)
    return split_by_time(data.log, request.test_share)
