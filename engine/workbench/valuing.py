"""What a trained run says about money: lists of the earlier part, valued after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import NotEnoughDataError
from engine.evaluation import frames
from engine.evaluation.compare import BASELINE
from engine.evaluation.counted_base import count_base
from engine.evaluation.hits import Pairs, RankedPairs, hit_rates, hit_ratio
from engine.evaluation.impressions import ImpressionLog
from engine.evaluation.population import build_population
from engine.evaluation.rung_zero import RungZeroInputs
from engine.evaluation.splits import Split
from engine.evaluation.usage import Books, keep_books
from engine.evaluation.valuation import (
    Calibration,
    Lists,
    People,
    calibrate,
    tensor_of_lists,
)
from engine.ranking.two_stage import FittedRanker, score_pairs
from engine.simulation.forecast import Chance
from engine.tensor import EventTensor, Floats, Population
from engine.workbench.counting import Counted, chance_of, list_sales_cents
from engine.workbench.learning import LOGGED
from engine.workbench.levels import Evidence, bring_to_level

Method = Literal["tensor", "hits", "none"]

STATUS_QUO = LOGGED
"""Today's lists: what others are measured against."""

MAIN = "ranked"


@dataclass(frozen=True, kw_only=True, eq=False)
class Valuation:
    """What prices are made from; stored with the run."""

    rung: int
    method: Method
    """``tensor``: lists as expected events; ``hits``: a range under assumptions."""
    currency: str | None
    books: Books
    segments: tuple[str, ...]
    list_sales_cents: int
    """Value of orders after a click on a list in the trailing month, before returns [cents]."""
    base: RungZeroInputs
    """What the log counts by itself; its ratio of hits is one."""
    population: Population | None
    policies: tuple[str, ...]
    """Policies whose events are known, in the order of their files."""
    chance: Chance
    """What a forecast needs to know of the log."""
    evidence: Mapping[str, Evidence]
    """Policy -> what tells the level of its events."""
    calibration: Calibration | None
    ratios: Mapping[str, Floats]
    """Policy -> draws of its hits over those of the baseline, where events are unknown."""
    withheld: Mapping[str, str]
    """Policy -> code of why it has no price."""
    reason: str | None
    """Code of why nothing has a price."""
    details: Mapping[str, str]
    """Facts of that reason."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Valued:
    """A valuation and the events of its policies, which are stored apart: they are large."""

    valuation: Valuation
    tensors: Mapping[str, EventTensor]
    shown: ImpressionLog | None = None
    """What was shown after the lists were made, scored; None without a calibration on it."""


def value_lists(
    counted: Counted,
    fitted: FittedRanker,
    lists: Mapping[str, RankedPairs],
    split: Split,
    known: Floats,
    places: int,
) -> Valued:
    """Return the best valuation that the log carries.

    With too few clicks on what was shown, what people chose next still says something.
    """
    first: NotEnoughDataError | None = None
    if counted.rung:
        try:
            return value_by_events(counted, fitted, lists, split.at or 0)
        except NotEnoughDataError as error:
            first = error
    try:
        return value_by_hits(counted, lists, split.test, known, places)
    except NotEnoughDataError as error:
        return value_nothing(counted, first or error)


def value_by_events(
    counted: Counted, held: FittedRanker, lists: Mapping[str, RankedPairs], at: int
) -> Valued:
    """Return the valuation of a log that says what was shown.

    Parameters
    ----------
    held : FittedRanker
        A ranker that saw nothing from ``at`` on.
    lists : mapping
        Policy -> lists made by that ranker, or delivered.

    Raises
    ------
    NotEnoughDataError
        With too few clicks after ``at``.
    """
    slots = frames.slots_of(counted.shown)
    later = counted.shown[frames.epoch_seconds(counted.shown["occurred_at"]) >= at]
    lists = {**lists, STATUS_QUO: frames.logged_lists(counted.shown, slots)}
    scores = scores_of_lists(held, [_shown_pairs(later), *lists.values()])
    log = frames.impressions_of(later, scores[0])
    calibration = calibrate(
        log,
        counted.items,
        counted.users.group,
        counted.weights,
        n_slots=slots,
        examination_log=_unscored(counted.shown),
    )
    visits = _visits(counted)
    tensors = {}
    for (policy, entries), score in zip(lists.items(), scores[1:], strict=True):
        known = visits if policy != STATUS_QUO else _only(visits, entries.user_row)
        tensors[policy] = tensor_of_lists(
            calibration, _scored(policy, entries, score), _people(counted, known), counted.items
        )
    population = build_population(counted.population, calibration.examination, counted.weights)
    tensors, evidence = bring_to_level(
        counted, population, calibration.examination, tensors, lists, at
    )
    valuation = _valuation(
        counted,
        method="tensor",
        population=population,
        policies=tuple(tensors),
        evidence=evidence,
        calibration=calibration,
    )
    return Valued(valuation=valuation, tensors=tensors, shown=log)


def value_by_hits(
    counted: Counted,
    lists: Mapping[str, RankedPairs],
    new: Pairs,
    popularity: Floats,
    k: int,
) -> Valued:
    """Return the valuation of a log of orders or views only (rung zero).

    Raises
    ------
    NotEnoughDataError
        When the ranked lists or the baseline foresaw next to nothing.
    """
    hits = hit_rates(lists, new, popularity, len(counted.users.group), k)
    ratios: dict[str, Floats] = {}
    withheld = {"random": "random_not_priced"}
    for policy in sorted(lists.keys() - withheld.keys(), key=_ranked_first):
        try:
            ratios[policy] = hit_ratio(hits, policy, BASELINE, counted.users.group, counted.weights)
        except NotEnoughDataError as error:
            if policy == MAIN:
                raise
            withheld[policy] = error.reason
    valuation = _valuation(counted, method="hits", ratios=ratios, withheld=withheld)
    return Valued(valuation=valuation, tensors={})


def _ranked_first(policy: str) -> tuple[bool, str]:
    return policy != MAIN, policy


def value_nothing(counted: Counted, error: NotEnoughDataError) -> Valued:
    """Return the valuation of a log that cannot carry one, with the reason."""
    details = {name: str(fact) for name, fact in error.details.items()}
    valuation = _valuation(counted, method="none", reason=error.reason, details=details)
    return Valued(valuation=valuation, tensors={})


def _valuation(
    counted: Counted,
    *,
    method: Method,
    population: Population | None = None,
    policies: tuple[str, ...] = (),
    evidence: Mapping[str, Evidence] | None = None,
    calibration: Calibration | None = None,
    ratios: Mapping[str, Floats] | None = None,
    withheld: Mapping[str, str] | None = None,
    reason: str | None = None,
    details: Mapping[str, str] | None = None,
) -> Valuation:
    data = counted.population
    draws = np.ones(len(counted.weights))
    return Valuation(
        rung=counted.rung,
        method=method,
        currency=counted.currency,
        books=keep_books(
            data.visits, data.takings, data.shown, data.memberships, counted.users, counted.window
        ),
        segments=counted.segments.names,
        list_sales_cents=list_sales_cents(counted),
        base=count_base(
            data.visits,
            data.takings,
            counted.users,
            counted.window,
            hit_ratio=draws,
            weights=counted.weights,
        ),
        population=population,
        policies=policies,
        chance=chance_of(counted),
        evidence=evidence or {},
        calibration=calibration,
        ratios=ratios or {},
        withheld=withheld or {},
        reason=reason,
        details=details or {},
    )


def _shown_pairs(shown: pd.DataFrame) -> RankedPairs:
    item = shown["item_row"].fillna(-1).to_numpy(np.int32)
    user = shown["user_row"].to_numpy(np.int32)
    return RankedPairs(user_row=user, item_row=item, rank=np.ones(len(user), dtype=np.int32))


def scores_of_lists(held: FittedRanker, parts: Sequence[RankedPairs]) -> list[Floats]:
    """Score several lists at once: a user's sources are computed once for all of them."""
    user = np.concatenate([part.user_row for part in parts]).astype(np.int64)
    item = np.concatenate([part.item_row for part in parts]).astype(np.int64)
    known = item >= 0
    key = user[known] * held.n_items + item[known]
    pairs, which = np.unique(key, return_inverse=True)
    scores = np.full(len(user), np.nan)
    scores[known] = score_pairs(held, pairs // held.n_items, pairs % held.n_items)[which]
    return list(np.split(scores, np.cumsum([len(part.user_row) for part in parts])[:-1]))


def _unscored(shown: pd.DataFrame) -> ImpressionLog:
    return frames.impressions_of(shown, np.full(len(shown), np.nan))


def _scored(policy: str, entries: RankedPairs, score: Floats) -> Lists:
    return Lists(
        policy=policy,
        user_row=np.asarray(entries.user_row, dtype=np.int32),
        item_row=np.asarray(entries.item_row, dtype=np.int32),
        rank=np.asarray(entries.rank, dtype=np.int32),
        score=score,
    )


def _visits(counted: Counted) -> Floats:
    """Return the visits of counted users in the trailing window, of shape (n_users,)."""
    window = counted.window
    recent = counted.population.visits.between(window.begin, window.end)
    visits = frames.visits_per_user(recent, len(counted.users.group))
    return np.asarray(visits * counted.users.counted)


def _only(visits: Floats, users: NDArray[np.integer]) -> Floats:
    """Return the visits of users who were shown a list: others have no logged list to weigh."""
    shown = np.zeros(len(visits), dtype=bool)
    shown[users] = True
    return visits * shown


def _people(counted: Counted, visits: Floats) -> People:
    return People(segments=counted.segments, group=counted.users.group, visits=visits)
