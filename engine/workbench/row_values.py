"""What each row of a list is worth a month: the money of the lists, shared out over rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.business.ads import ad_patterns, rank_weights
from engine.evaluation import frames
from engine.evaluation.compare import BASELINE
from engine.evaluation.hits import RANK_EXPONENT
from engine.simulation.run import MODELS, Outcome
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.store import queries
from engine.store.artifacts import Run
from engine.store.lists import ListValues
from engine.tensor import Floats, Population
from engine.workbench import by_hits, pricing
from engine.workbench.counting import log_window
from engine.workbench.pricing import PricingInputs
from engine.workbench.runs import read_list_rows, read_probabilities
from engine.workbench.training import METRIC_PLACES
from engine.workbench.valuing import MAIN
from engine.workbench.workspace import Workspace

CENTS = 100.0
BLOCK = 8_192
"""Rows whose draws are held at once: 17 MB with 512 draws."""

LEVELS = (0.1, 0.9)
NEEDED = ["user_row", "item_row", "rank", "ranker_score", "gamma", "order_probability"]

Rows = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What the weight of a row is made from, beside the row itself."""

    segment: NDArray[np.int32]
    """Index of the segment of every user; all zero where money is not known by segment."""
    visits: Floats
    """Visits of every user in the trailing window; none of users who do not count."""
    looks: Floats
    """How often each rank is looked at in a visit, of shape (n_slots,)."""
    price_cents: Floats
    """Price of every item [cents]; NaN where unknown."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighted:
    """Rows with what the money of their segment is shared out by."""

    segment: Rows
    """Segment of each row, of shape (n_rows,)."""
    by_model: Mapping[str, Floats]
    """Model -> weight of each row, of shape (n_rows,)."""


def row_values(
    workspace: Workspace, run: Run, frame_of_rows: pd.DataFrame, scenario: Scenario
) -> ListValues:
    """Return the money of each list row in an average month of the scenario.

    Parameters
    ----------
    frame_of_rows : DataFrame
        Rows of any policy with user_row, item_row, rank, ranker_score, gamma and
        order_probability.

    Notes
    -----
    The rows of all ``ranked`` lists add up to the simulated incremental money of those
    lists. A row of other lists, or of a part of the users, is paid at the same rate: by
    its visits, its place, its probabilities and its price. Low and high are P10 and P90
    of a row's sum of the three models. Time grows linearly with rows times draws, some
    seconds for a million rows; memory beyond the rows themselves does not grow.
    """
    inputs = pricing.load(workspace, (MAIN,))
    rows = frame_of_rows.reset_index(drop=True)
    if inputs.valuation.method == "none":
        return _values(rows, _empty(rows))
    if inputs.is_range:
        return _by_hits(workspace, run, inputs, rows, scenario)
    outcome = pricing.outcome(inputs, scenario, MAIN)
    looks = looks_by_rank(inputs.collapsed[MAIN].population, scenario)
    facts = read_facts(workspace, looks, by_segment=True)
    shares = shared(weigh(rows, facts), weigh(read_list_rows(run, NEEDED), facts))
    money = spread(shares, money_a_month(outcome))
    return _values(rows, money, click=rows["gamma"], order=rows["order_probability"])


def looks_by_rank(population: Population, scenario: Scenario) -> Floats:
    """Return how often each rank is looked at beside the scenario's ads, of shape (n_slots,).

    Lists that are nothing but ads still earn, so their rows share as if they had none.
    """
    ad_slots = scenario_of_log(population, scenario).ads.ad_slots or 0.0
    patterns = ad_patterns(ad_slots, population.examination.shape[1])
    parts = [share * rank_weights(pattern, population.examination) for share, pattern in patterns]
    looks = np.asarray(np.sum(parts, axis=0).mean(axis=0))
    return looks if looks.any() else np.asarray(population.examination.mean(axis=0))


def looks_of_hits() -> Floats:
    """Return how often each rank is taken to be looked at where no log says it."""
    return np.arange(1, METRIC_PLACES + 1, dtype=np.float64) ** RANK_EXPONENT


def weigh(rows: pd.DataFrame, facts: Facts) -> Weighted:
    """Return by what each model's money is shared out: looks, clicks, and value of orders.

    A rank beyond the slots of a list is never looked at.
    """
    user, rank = rows["user_row"].to_numpy(np.int64), rows["rank"].to_numpy(np.int64)
    slot = np.clip(rank, 1, len(facts.looks)) - 1
    looks = facts.visits[user] * facts.looks[slot] * (rank <= len(facts.looks))
    price = np.nan_to_num(facts.price_cents[rows["item_row"].to_numpy(np.int64)])
    click, order = (np.nan_to_num(rows[name]) for name in ("gamma", "order_probability"))
    return Weighted(
        segment=facts.segment[user].astype(np.int64),
        by_model={"ads": looks, "membership": looks * click, "sales": looks * order * price},
    )


def shared(rows: Weighted, reference: Weighted) -> Weighted:
    """Return weights as shares of what all reference rows of a segment weigh together."""
    n_segments = int(max(rows.segment.max(initial=0), reference.segment.max(initial=0))) + 1
    by_model = {}
    for name, weight in rows.by_model.items():
        known = reference.by_model[name]
        whole = np.bincount(reference.segment, weights=known, minlength=n_segments)[rows.segment]
        by_model[name] = np.divide(weight, whole, out=np.zeros(len(weight)), where=whole > 0)
    return Weighted(segment=rows.segment, by_model=by_model)


def money_a_month(outcome: Outcome) -> dict[str, Floats]:
    """Return the incremental money of an average month [cents], (B, G); none where withheld."""
    return {
        name: money.incremental.mean(axis=2)
        for name, money in outcome.models.items()
        if name not in outcome.withheld
    }


def spread(shares: Weighted, money: Mapping[str, Floats]) -> pd.DataFrame:
    """Return money of models by segment, shared out over rows [major unit of the currency].

    Parameters
    ----------
    money : mapping
        Model -> draws by segment [cents], of shape (B, G); a missing model stays empty.
    """
    n_rows = len(shares.segment)
    found = pd.DataFrame({f"expected_{name}": np.full(n_rows, np.nan) for name in MODELS})
    for name, draws in money.items():
        mean = draws.mean(axis=0) / CENTS
        found[f"expected_{name}"] = shares.by_model[name] * mean[shares.segment]
    ends = np.full((2, n_rows), np.nan)
    for block in _blocks(shares.segment) if money else ():
        segment = shares.segment[block[0]]
        weight = np.stack([shares.by_model[name][block] for name in money], axis=1)
        draws = np.stack([cents[:, segment] for cents in money.values()])
        ends[:, block] = _ends(weight, draws) / CENTS
    return found.assign(expected_low=ends[0], expected_high=ends[1])


def _ends(weight: Floats, draws: Floats) -> Floats:
    """Return P10 and P90 of each row's sum over models, of shape (2, n_rows).

    Seven digits are enough for the end of a range, and sorting them is ten times faster
    than asking for quantiles.
    """
    sums = weight.astype(np.float32) @ draws.astype(np.float32)
    sums.sort(axis=1)
    place = np.array(LEVELS) * (sums.shape[1] - 1)
    below = place.astype(np.int64)
    above = np.minimum(below + 1, sums.shape[1] - 1)
    part = (place - below)[:, None]
    return np.asarray((1.0 - part) * sums.T[below] + part * sums.T[above], dtype=np.float64)


def _blocks(segment: Rows) -> Iterator[Rows]:
    """Yield rows of one segment, never more than a block of them."""
    order = np.argsort(segment, kind="stable")
    cuts = np.flatnonzero(np.diff(segment[order])) + 1
    for rows in np.split(order, cuts):
        for start in range(0, len(rows), BLOCK):
            yield rows[start : start + BLOCK]


def _by_hits(
    workspace: Workspace, run: Run, inputs: PricingInputs, rows: pd.DataFrame, scenario: Scenario
) -> ListValues:
    """Return the values of a log that does not say what was shown: shares of its range."""
    answer = by_hits.answer(inputs.valuation, scenario, MAIN, BASELINE)
    facts = read_facts(workspace, looks_of_hits(), by_segment=False)
    stored = read_list_rows(run, NEEDED)
    weighed, whole = (weigh(by_relevance(run, part), facts) for part in (rows, stored))
    gains = {"ads": answer.ads_draws, "sales": answer.gain_draws}
    money = {name: draws[:, None] for name, draws in gains.items() if draws is not None}
    return _values(rows, spread(shared(weighed, whole), money))


def by_relevance(run: Run, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows whose probabilities are those of being among the next new successes."""
    learned = read_probabilities(run)
    probability = np.ones(len(rows))
    if learned is not None and learned.relevance is not None:
        score = learned.on_held_scale(rows["ranker_score"].to_numpy(np.float64))
        probability = learned.relevance.probability(score)
    return rows.assign(gamma=probability, order_probability=probability)


def read_facts(workspace: Workspace, looks: Floats, *, by_segment: bool) -> Facts:
    """Return what rows are weighed by, in the trailing window of the log."""
    db = workspace.database
    users, segments = frames.users_of(queries.read_frame(db, "users"))
    window = log_window(workspace)
    recent = frames.visits_of(queries.read_frame(db, "visits")).between(window.begin, window.end)
    segment = segments.of_user if by_segment else np.zeros_like(segments.of_user)
    visits = frames.visits_per_user(recent, len(segment)) * users.counted
    # members who pay and never came still pay: their segment shares alike, or money is lost
    came = np.bincount(segment, weights=visits)[segment] > 0
    return Facts(
        segment=segment,
        visits=np.where(came, visits, users.counted),
        looks=looks,
        price_cents=frames.items_of(queries.read_frame(db, "items")).price_cents,
    )


def _empty(rows: pd.DataFrame) -> pd.DataFrame:
    names = (*MODELS, "low", "high")
    return pd.DataFrame({f"expected_{name}": np.full(len(rows), np.nan) for name in names})


def _values(
    rows: pd.DataFrame,
    money: pd.DataFrame,
    click: pd.Series | None = None,
    order: pd.Series | None = None,
) -> ListValues:
    unknown = np.full(len(rows), np.nan)
    chances = {
        "p_click": unknown if click is None else click.to_numpy(np.float64),
        "p_purchase": unknown if order is None else order.to_numpy(np.float64),
    }
    return ListValues(
        frame=pd.concat([rows[["user_row", "rank"]].assign(**chances), money], axis=1)
    )
