"""How long members stay: counted by renewal, fitted to the counts, and under a scenario."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from engine.business.membership import VIDEO_CHURN, cohort_survival
from engine.evaluation import frames
from engine.evaluation.churn import churn_draws
from engine.evaluation.memberships import paid_stays, renewals
from engine.simulation.assumptions import draws
from engine.simulation.behaviour import forces, move_people
from engine.simulation.scenario import Scenario, scenario_of_log
from engine.store import queries
from engine.tensor import Floats, Population
from engine.workbench.counting import log_window
from engine.workbench.pictures import Band, band, bands
from engine.workbench.pricing import PricingInputs
from engine.workbench.valuing import MAIN
from engine.workbench.workspace import Workspace

YEAR = 12
LONGEST = 24
"""Renewals that are drawn."""

FEWEST_AT_RISK = 10
"""Fewer members at a renewal say too little, and too much about each of them."""

TAIL = 0.1
"""An interval of 80 % leaves out as much at either end."""


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """Members by renewal; both as long as the longest membership that is followed."""

    at_risk: tuple[int, ...]
    """Members who came to the first, second, … renewal."""
    lost: tuple[int, ...]
    """Those of them who did not renew."""


@dataclass(frozen=True, kw_only=True)
class Staying:
    """Share of new members who still pay after so many renewals, none first."""

    fitted: tuple[Band, ...]
    """With today's lists at today's price."""
    expected: tuple[Band, ...]
    """Under the scenario; empty where members are not simulated."""
    is_assumed: bool
    """Whether the log has too few renewals, so that published churn stands in."""
    churn_fitted: Band
    """Share lost a month in the first year."""
    churn: Band
    """The same under the scenario."""
    paid_months: Band
    """Months of the first year that a new member pays for, under the scenario."""


def renewals_seen(workspace: Workspace) -> Renewals | None:
    """Return the renewals of the log; None when it holds no membership.

    Notes
    -----
    The very counts that churn is fitted to, so that the dots and the curve of a picture
    speak of the same members.
    """
    log = frames.memberships_of(queries.read_frame(workspace.database, "memberships"))
    if log is None:
        return None
    window = log_window(workspace)
    everyone = np.zeros(int(log.user_row.max()) + 1, dtype=np.int64)
    seen = window.log_begin, window.end
    at_risk, lost = renewals(paid_stays(log), everyone, 1, seen)
    return Renewals(
        at_risk=tuple(int(count) for count in at_risk[0]),
        lost=tuple(int(count) for count in lost[0]),
    )


def observed(seen: Renewals) -> pd.DataFrame | None:
    """Return the share of members who stayed, by renewal; None where too few came to one.

    Columns renewal (from 1), at_risk, lost, stayed with its low and high (80 % interval);
    up to the last renewal that ten members came to.

    Notes
    -----
    The estimate of Kaplan and Meier (1958): the product of the shares that renewed, with
    Greenwood's variance on the scale of ln(-ln S), which keeps the ends between 0 and 1.
    """
    at_risk, lost = np.array(seen.at_risk), np.array(seen.lost)
    few = np.flatnonzero(at_risk < FEWEST_AT_RISK)
    length = int(few[0]) if len(few) else len(at_risk)
    if not length:
        return None
    at_risk, lost = at_risk[:length], lost[:length]
    stayed = np.cumprod(1.0 - lost / at_risk)
    low, high = _ends(at_risk, lost, stayed)
    return pd.DataFrame(
        {
            "renewal": range(1, length + 1),
            "at_risk": at_risk,
            "lost": lost,
            "stayed": stayed,
            "low": low,
            "high": high,
        }
    )


def staying(inputs: PricingInputs, scenario: Scenario, seen: Renewals | None) -> Staying:
    """Return how long new members stay, in the log and under the scenario."""
    known = _fitted_churn(inputs, seen)
    churn = np.array([VIDEO_CHURN]) if known is None else known
    still = np.zeros((LONGEST, len(churn)))
    fitted = cohort_survival(churn[:, 0], churn[:, 1], still)[0]
    expected = _expected(inputs, scenario)
    stayed = fitted if expected is None else expected
    return Staying(
        fitted=bands(fitted),
        expected=() if expected is None else bands(expected),
        is_assumed=known is None,
        churn_fitted=band(churn_a_month(fitted)),
        churn=band(churn_a_month(stayed)),
        paid_months=band(stayed[:YEAR].sum(axis=0)),
    )


def churn_a_month(stayed: Floats) -> Floats:
    """Return the share of new members lost a month in their first year, of shape (B,).

    Parameters
    ----------
    stayed : ndarray of shape (T, B)
        Share that stayed after 0, 1, … renewals, at least twelve.

    Notes
    -----
    Members lost over months paid for, which is how published churn is counted.
    """
    return np.asarray((1.0 - stayed[YEAR]) / stayed[:YEAR].sum(axis=0))


def _ends(at_risk: Floats, lost: Floats, stayed: Floats) -> tuple[Floats, Floats]:
    """Return the ends of the interval of each share that stayed.

    Where nobody left yet, or nobody stayed, Greenwood's variance is zero or has no value;
    there the ends are those of the binomial for none out of the members at risk.
    """
    before = np.concatenate([[1.0], stayed[:-1]])
    none_of = TAIL ** (1.0 / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(lost / (at_risk * (at_risk - lost)))
        spread = special.ndtri(1.0 - TAIL) * np.sqrt(variance) / np.log(stayed)
        low, high = stayed ** np.exp(-spread), stayed ** np.exp(spread)
    low = np.where(stayed == 1.0, none_of, np.where(stayed == 0.0, 0.0, low))
    high = np.where(stayed == 1.0, 1.0, np.where(stayed == 0.0, before * (1.0 - none_of), high))
    return low, high


def _fitted_churn(inputs: PricingInputs, seen: Renewals | None) -> Floats | None:
    """Return the churn of the run, else of the counts; None with too few lost members."""
    side = inputs.collapsed.get(MAIN)
    people = inputs.valuation.population if side is None else side.population
    if people is not None and people.churn_alpha_beta is not None:
        return people.churn_alpha_beta
    if seen is None:
        return None
    at_risk, lost = (np.array([part], dtype=np.float64) for part in (seen.at_risk, seen.lost))
    return churn_draws(at_risk, lost, np.ones((1, 1)))


def _expected(inputs: PricingInputs, scenario: Scenario, policy: str = MAIN) -> Floats | None:
    """Return the share of today's members who would stay had each just joined, (T, B)."""
    if policy not in inputs.collapsed:
        return None
    collapsed = inputs.collapsed[policy]
    people = _all_new(collapsed.population)
    scenario = scenario_of_log(collapsed.population, scenario)
    economics = replace(scenario.economics, horizon_months=LONGEST + 1)
    scenario = replace(scenario, economics=economics)
    assumed = draws(scenario, scenario.seed, people.n_draws, people)
    moved = forces(people, scenario, assumed, collapsed.quality_ratio)
    paying = move_people(people, scenario, assumed, [moved]).members.sum(axis=2)
    return np.asarray(paying / paying[0])


def _all_new(people: Population) -> Population:
    """Return today's members with no renewal behind them, and nobody else."""
    members = people.members.sum(axis=2, keepdims=True)
    some = members.sum(axis=1, keepdims=True) > 0
    nobody = np.zeros_like(people.free_users)
    return replace(
        people,
        members=np.where(some, members, 1.0),
        free_users=nobody,
        lapsed_users=nobody,
        acquired_users=nobody,
        conversion=None,
        trial_users=None,
        trial_start_rate=None,
        readiness=None,
    )
