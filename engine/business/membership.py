"""Membership: who converts, who renews, and what members pay."""

from dataclasses import dataclass

import numpy as np

from engine.business.base import Prior, check_levers, lever
from engine.tensor import Floats

VIDEO_CHURN = (0.97, 6.74)
"""Shifted-beta-geometric churn of premium video, used when the log has no renewals.

Solves to a monthly churn of 8.6 % in the first and 4.0 % in the second year (Antenna 2023).
"""


@dataclass(frozen=True, kw_only=True)
class MembershipScenario:
    """What the business may change about membership, and who comes back."""

    price_cents: float | None = lever(
        None,
        span=(100.0, 3_000.0),
        step=50.0,
        unit="cents_per_month",
        evidence=("C", "own_log"),
        bounds=(0.0, 1e7),
    )
    """Price of a month [cents]; None keeps today's."""

    fee_rate: float = lever(
        0.03, span=(0.02, 0.30), step=0.01, unit="share", evidence=("C", "platform_fee")
    )
    """Share of the price that payment or an app store keeps [0-1]."""

    resubscription_rate: float = lever(
        0.034,
        span=(0.0, 0.10),
        step=0.002,
        unit="share_per_month",
        evidence=("C", "antenna_resubscription"),
        prior=Prior(kind="beta", spread=100.0, dimension=0),
    )
    """Lapsed users who return as free users in a month [0-1].

    34 % within twelve months is 3.4 % a month; from paid video, hence grade C here.
    """

    downgrade_share: float = lever(
        0.5, span=(0.0, 1.0), step=0.05, unit="share", evidence=("C", "convention")
    )
    """Leaving members who stay as free users [0-1]; the others lapse."""

    trial_to_paid_rate: float | None = lever(
        None, span=(0.1, 0.9), step=0.05, unit="share", evidence=("C", "own_log")
    )
    """Trials that become paid memberships [0-1]; None uses what the log shows."""

    trial_months: float | None = lever(
        None,
        span=(0.0, 3.0),
        step=0.05,
        unit="months",
        evidence=("C", "own_log"),
        bounds=(0.0, 12.0),
    )
    """Length of a trial [months]; None uses what the log shows."""

    def __post_init__(self) -> None:
        check_levers(self, "membership")


def renewed_share(alpha: Floats, beta: Floats, tenure: Floats, factor: Floats) -> Floats:
    """Return which share of members stays at the next renewal.

    Parameters
    ----------
    tenure : ndarray
        Renewals survived so far.
    factor : ndarray
        What price and quality multiply the odds of leaving by.

    Notes
    -----
    ``1 / (1 + odds)`` with the odds of leaving ``alpha / (beta + tenure) * factor``,
    written with one division: this runs for every draw, tenure and month.

    References
    ----------
    Fader and Hardie (2007): how to project customer retention.
    """
    settled = beta + tenure
    return np.asarray(settled / (settled + alpha * factor))


def cohort_survival(alpha: Floats, beta: Floats, reaction: Floats) -> Floats:
    """Return which share of the members won in month s still pays in month t.

    Parameters
    ----------
    alpha, beta : ndarray of shape (B,)
        Churn parameters.
    reaction : ndarray of shape (H, B)
        Logarithm of the factor on the odds of leaving, by month.

    Returns
    -------
    ndarray of shape (H, H + 1, B)
        One on the diagonal, zero before it; the last month is the one after the horizon.
    """
    horizon, n_draws = reaction.shape
    factor = np.exp(reaction)
    survival = np.zeros((horizon, horizon + 1, n_draws))
    for month in range(horizon):
        survival[month, month] = 1.0
        tenure = np.arange(month, -1, -1, dtype=float)[:, None]
        stay = renewed_share(alpha, beta, tenure, factor[month])
        survival[: month + 1, month + 1] = survival[: month + 1, month] * stay
    return survival


def ends_of_trials(length_months: float) -> Floats:
    """Return which share of a month's trials ends in the same month, the next one, ….

    Trials start evenly over a month: of those of length 0.25, three quarters end in it.
    """
    whole = int(length_months)
    rest = length_months - whole
    return np.append(np.zeros(whole), [1.0 - rest, rest])


def ends_of_running_trials(length_months: float, n_months: int) -> Floats:
    """Return which share of the trials that run before the second month ends in each, (H,).

    Nothing ends in the first month, which is over when a simulation begins.
    """
    over = np.minimum(np.arange(n_months) / max(length_months, 1.0), 1.0)
    return np.diff(over, prepend=0.0)


def cents_per_member_month(scenario: MembershipScenario) -> float:
    """Return what the business books for one month of one member [cents]."""
    return (scenario.price_cents or 0.0) * (1.0 - scenario.fee_rate)
