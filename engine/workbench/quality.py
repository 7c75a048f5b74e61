"""How well the lists of a run foresee choices: measured while training, read by the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError
from engine.evaluation import frames
from engine.evaluation.calibration_check import (
    CalibrationCheck,
    check_promises,
    crossed_clicks,
    crossed_relevance,
)
from engine.evaluation.compare import (
    BASELINE,
    Comparison,
    Found,
    UserDraws,
    compare_found,
    find,
)
from engine.evaluation.groups import GroupQuality, by_activity, by_segment
from engine.evaluation.hits import RankedPairs
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.quality import (
    NOT_SOURCES,
    PLACES,
    Quality,
    best_source,
    curves,
    policy_qualities,
    shown_shares,
)
from engine.evaluation.relevance import DAY_SECONDS, DAYS_AHEAD
from engine.evaluation.review import METRIC, Review, review
from engine.evaluation.splits import Split
from engine.features.interactions import InteractionLog
from engine.features.profiles import item_profiles
from engine.features.tables import ItemTable, attributes
from engine.tensor import Floats
from engine.workbench.counting import Counted
from engine.workbench.probabilities import Judged
from engine.workbench.runs import read_quality, trained_run
from engine.workbench.valuing import MAIN, Valued
from engine.workbench.workspace import Workspace


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """What the first training leaves for judging its lists."""

    lists: Mapping[str, RankedPairs]
    """Policy -> the first twenty places of its lists."""
    delivered: tuple[str, ...]
    split: Split
    log: InteractionLog
    popularity: Floats
    items: ItemTable
    counted: Counted
    valued: Valued
    judged: Judged
    k: int
    """Length of the lists that headline figures speak of."""
    seed: int


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Quality of a run's lists with its review."""

    quality: Quality
    review: Review


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A run that cannot say how good its lists are."""

    reason: Literal["nothing_to_foresee", "older_run"]


def read_judgement(workspace: Workspace) -> Judgement | Missing:
    """Return how good the lists of the trained run are, or why nobody knows.

    Raises
    ------
    UsageError
        Without a trained run.
    ArtifactError
        When the file is damaged.
    """
    run = trained_run(workspace)
    quality = read_quality(run)
    if quality is not None:
        return Judgement(quality=quality, review=review(quality))
    foresaw = run.manifest.get("held_from") is not None
    return Missing(reason="older_run" if foresaw else "nothing_to_foresee")


def first_places(lists: Mapping[str, RankedPairs], k: int) -> dict[str, RankedPairs]:
    """Return the first ``k`` places of every policy's lists."""
    return {
        name: RankedPairs(
            user_row=entries.user_row[entries.rank <= k],
            item_row=entries.item_row[entries.rank <= k],
            rank=entries.rank[entries.rank <= k],
        )
        for name, entries in lists.items()
    }


def measure(material: Material) -> tuple[Comparison, Quality]:
    """Return the comparison of the policies, and all that the page Quality tells.

    Time grows with the list entries of the test's users and with what was shown to them;
    with 2,500 users and eight policies a second or two.
    """
    split, counted = material.split, material.counted
    n_items = len(material.popularity)
    found = find(material.lists, split.test, n_items, PLACES[-1])
    draws = UserDraws(weights=counted.weights, group=counted.users.group[found.users])
    profiles = item_profiles(attributes(material.items))
    comparison = compare_found(found, material.popularity, draws, material.k, profiles)
    shares = _on_screen(material, found)
    policies = policy_qualities(found, comparison, draws, shares, MAIN, n_items, material.k)
    best = best_source(policies, {MAIN, *NOT_SOURCES, *material.delivered}, METRIC)
    drawn = [name for name in (MAIN, BASELINE, "random", best) if name is not None]
    calibration, reason = _calibration(material)
    quality = Quality(
        ours=MAIN,
        k=material.k,
        users=len(found.users),
        pairs=len(split.test.user_row),
        items=n_items,
        since=split.at or 0,
        until=int(material.log.at.max()),
        policies=policies,
        delivered=material.delivered,
        curves=curves(found, draws, drawn),
        groups=_groups(material, found, draws),
        days_ahead=_days_ahead(material),
        calibration=calibration,
        calibration_reason=reason,
    )
    return comparison, quality


def _groups(material: Material, found: Found, draws: UserDraws) -> tuple[GroupQuality, ...]:
    segments = material.counted.segments
    labels = np.array([name.rsplit(" / ", 1)[0] for name in segments.names])
    mine = labels[segments.of_user[found.users]]
    successes = earlier_successes(material.split.train)[found.users]
    given = successes, MAIN, material.k
    return (*by_segment(found, draws, mine, *given), *by_activity(found, draws, *given))


def earlier_successes(train: InteractionLog) -> NDArray[np.int64]:
    """Return how many items each user had chosen before the split, of shape (n_users,)."""
    user, item = train.user_row[train.positive], train.item_row[train.positive]
    pairs = np.unique(user.astype(np.int64) * max(train.n_items, 1) + item)
    return np.bincount(pairs // max(train.n_items, 1), minlength=train.n_users)


def _on_screen(material: Material, found: Found) -> dict[str, float]:
    """Return how much of each policy's lists people saw in the test part; empty: unknown."""
    shown = material.counted.shown
    later = shown[frames.epoch_seconds(shown["occurred_at"]) >= (material.split.at or 0)]
    later = later[~later["is_ad"].to_numpy(bool)]
    if len(later) == 0:
        return {}
    item = later["item_row"].fillna(-1).to_numpy(np.int64)
    rows = later["user_row"].to_numpy(np.int64)[item >= 0], item[item >= 0]
    return shown_shares(found.entries, *rows, len(material.popularity), material.k)


def _days_ahead(material: Material) -> float:
    """Return the days that the log goes on after the lists were made, at most thirty."""
    days = (int(material.log.at.max()) - (material.split.at or 0)) / DAY_SECONDS
    return min(days, float(DAYS_AHEAD))


def _calibration(material: Material) -> tuple[tuple[CalibrationCheck, ...], str | None]:
    """Return promises against outcomes, or the code of why there are none to check."""
    try:
        shown = material.valued.shown
        return (_next(material),) if shown is None else _clicks(material, shown), None
    except NotEnoughDataError as error:
        return (), error.reason


def _clicks(material: Material, shown: ImpressionLog) -> tuple[CalibrationCheck, ...]:
    counted, fitted = material.counted, material.valued.valuation.calibration
    if fitted is None:
        return ()
    clicks, orders = crossed_clicks(
        shown,
        frames.impressions_of(counted.shown, np.full(len(counted.shown), np.nan)),
        counted.items,
        counted.users.group,
        n_slots=len(fitted.examination.point),
        seed=material.seed,
    )
    given = counted.users.group, counted.weights
    checks = [check_promises("click", clicks, *given)]
    if orders.happened.any():
        checks.append(check_promises("order", orders, *given))
    return tuple(checks)


def _next(material: Material) -> CalibrationCheck:
    judged, group = material.judged, material.counted.users.group
    promises = crossed_relevance(
        judged.user_row, judged.score, judged.chosen, len(group), material.seed
    )
    return check_promises("next", promises, group, material.counted.weights)
